import { frameArray, type FrameArray } from '@kinemetric/video'
import type { Mask } from '../../src/masks/mask.ts'

/** The mask of the pixels for which a rule holds. */
export function drawMask(height: number, width: number, belongs: (x: number, y: number) => boolean): Mask {
  const inside = Uint8Array.from({ length: height * width }, (_, i) =>
    belongs(i % width, Math.floor(i / width)) ? 1 : 0,
  )
  return { height, width, inside }
}

/** Masks of one size as a control signal, 0 and 255. */
export function controlOf(masks: readonly Mask[]): FrameArray {
  const [{ height, width }] = masks
  const bytes = masks.flatMap(({ inside }) => [...inside].flatMap((value) => [255 * value, 255 * value, 255 * value]))
  return frameArray(Uint8Array.from(bytes), masks.length, height, width)
}

/** A picture [1, H, W, 3] by a rule. */
export function drawPicture(
  height: number,
  width: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): FrameArray {
  const bytes = Array.from({ length: height * width }, (_, i) => colour(i % width, Math.floor(i / width))).flat()
  return frameArray(Uint8Array.from(bytes), 1, height, width)
}
