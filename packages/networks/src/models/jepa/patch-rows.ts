import { networkError } from '../../tracklets/network-error.ts'

/** Size of a clip as a network takes it. */
export interface ClipSize {
  readonly frames: number
  readonly height: number
  readonly width: number
}

/** Frames, rows and columns that a token spans. */
export const tubelet = { frames: 2, height: 16, width: 16 } as const

function fits(size: number, part: number): boolean {
  return size >= part && size % part === 0
}

/** Tokens along time, height and width. @throws KinemetricError `shape-mismatch` where a size is no multiple of a token's */
export function tokenGrid(where: string, { frames, height, width }: ClipSize): [number, number, number] {
  if (!fits(frames, tubelet.frames) || !fits(height, tubelet.height) || !fits(width, tubelet.width))
    throw networkError('shape-mismatch', where, {
      expected: `frames, height and width that are multiples of ${tubelet.frames}, ${tubelet.height} and ${tubelet.width}`,
      found: `${frames} frames of ${height}×${width}`,
    })
  return [frames / tubelet.frames, height / tubelet.height, width / tubelet.width]
}

/**
 * What a convolution over 2×16×16 that steps by as much sees of each token, as rows: its product with the kernel is then the whole convolution.
 * @param video `[3, frames, height, width]`
 * @returns `[tokens, 3·2·16·16]`, tokens in the order time, row, column
 */
export function patchRows(video: Float32Array, size: ClipSize): Float32Array {
  const { frames, height, width } = size
  const [times, rows, columns] = tokenGrid('patches', size)
  const result = new Float32Array(video.length)
  let to = 0
  for (let t = 0; t < times; t++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++)
        for (let channel = 0; channel < 3; channel++)
          for (let frame = 2 * t; frame < 2 * t + 2; frame++)
            for (let y = 16 * r; y < 16 * r + 16; y++, to += 16) {
              const from = ((channel * frames + frame) * height + y) * width + 16 * c
              result.set(video.subarray(from, from + 16), to)
            }
  return result
}
