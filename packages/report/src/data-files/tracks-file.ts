import type { DataFile, DataHead } from './container.ts'
import { copied, packParts, PartReader } from './packed-parts.ts'

export interface TracksHead extends DataHead {
  clip: string
}

/** Tracklets of one side of a clip. */
export interface SideTracks {
  /** Side of the clip: 0 the reference, 2 + m method m. */
  side: number
  /** Size in pixels of the frames that the points are in. */
  width: number
  height: number
  points: number
  frames: number
  /** `[points × frames × (x, y)]`, pixels, in eighths of a pixel. */
  xy: Float32Array
  /** `[points × frames]`, 1 where the point was seen. */
  visible: Uint8Array
}

interface TracksText {
  sides: { side: number; width: number; height: number; points: number; frames: number }[]
}

const eighths = 8

/** Content of `media/<clip>/tracks.js`: whole eighths of a pixel, each as the difference to the frame before. */
export function encodeTracks(sides: readonly SideTracks[]): Uint8Array {
  const text: TracksText = {
    sides: sides.map(({ side, width, height, points, frames }) => ({ side, width, height, points, frames })),
  }
  return packParts(
    text,
    sides.flatMap(({ points, frames, xy, visible }) => {
      const steps = new Int16Array(points * frames * 2)
      for (let point = 0; point < points; point++)
        for (let axis = 0; axis < 2; axis++) {
          let before = 0
          for (let frame = 0; frame < frames; frame++) {
            const at = (point * frames + frame) * 2 + axis
            const value = Math.max(-16_383, Math.min(16_383, Math.round(xy[at] * eighths)))
            steps[at] = value - before
            before = value
          }
        }
      return [new Uint8Array(steps.buffer), visible]
    }),
  )
}

/** Reads `media/<clip>/tracks.js`. */
export function decodeTracks({ bytes }: DataFile<TracksHead>): SideTracks[] {
  const parts = new PartReader<TracksText>(bytes)
  const { sides } = parts.text
  return sides.map(({ side, width, height, points, frames }) => {
    const steps = new Int16Array(copied(parts.take(4 * points * frames)))
    const visible = parts.take(points * frames)
    const xy = new Float32Array(steps.length)
    for (let point = 0; point < points; point++)
      for (let axis = 0; axis < 2; axis++) {
        let value = 0
        for (let frame = 0; frame < frames; frame++) {
          const at = (point * frames + frame) * 2 + axis
          value += steps[at]
          xy[at] = value / eighths
        }
      }
    return { side, width, height, points, frames, xy, visible }
  })
}
