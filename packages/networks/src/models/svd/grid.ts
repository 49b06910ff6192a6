import type { MapSize } from '../../layers/gathered-convolution.ts'

/** What a tensor `[samples · frames, C, height, width]` spans. A sample's frames follow one another. */
export interface Grid {
  readonly samples: number
  readonly frames: number
  readonly height: number
  readonly width: number
}

/** Rows of tokens `[rows, C]`: one for every place of every frame. */
export function rowsOf({ samples, frames, height, width }: Grid): number {
  return samples * frames * height * width
}

/** The map of a frame. */
export function mapsOf({ height, width }: Grid): MapSize {
  return { height, width }
}
