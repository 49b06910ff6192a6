import { contiguous, frameArray, type FrameArray } from '@kinemetric/video'
import { z } from 'zod'
import type { Condition } from '../generator/condition.ts'
import type { OpenGenerator } from '../generator/generator.ts'
import { plainGenerator } from '../generator/plain-generator.ts'
import { requiredControl, requiredImage } from '../generator/required-frames.ts'
import { checkSettings } from '../generator/settings.ts'
import { fillHole } from '../masks/fill-hole.ts'
import { followMask } from '../masks/follow-mask.ts'
import { areaOf, grown, type Mask, masksByColour, masksOf, shrunk, unionOf } from '../masks/mask.ts'
import { nearestPixels } from '../masks/nearest-pixels.ts'
import { inverse, mapX, mapY, type Similarity } from '../masks/similarity.ts'

const settingsSchema = z.strictObject({ margin: z.number().min(0).max(64) })

/**
 * The control signal is followed and nothing reacts: the driver's own pixels move as its mask does, over a background from which it was taken. Of a control signal
 * in colours each colour is a driver.
 */
export const openMaskWarp: OpenGenerator = async (_, options) => {
  const { margin } = checkSettings(options.settings, settingsSchema)
  return plainGenerator(async (condition: Condition) => {
    const [picture, control] = await Promise.all([requiredImage(condition), requiredControl(condition)])
    const inColours = condition.control?.type === 'rgb'
    const drivers = inColours ? masksByColour(control) : [masksOf(control)]
    const pixels = warpDrivers(picture, drivers, condition.frames, margin)
    return { pixels, fps: condition.fps ?? undefined, notes: notesOn(drivers, inColours) }
  })
}

function notesOn(drivers: readonly (readonly Mask[])[], inColours: boolean): string[] {
  if (drivers.length === 0) return ['the control signal shows no driver: the picture stands still']
  const unseen = drivers.filter(([first]) => areaOf(first) === 0).length
  if (unseen === 0) return []
  if (!inColours)
    return ['the mask of frame 0 is empty: nothing is known of the looks of the driver, which is not drawn']
  return [
    `${unseen} of ${drivers.length} drivers are not in frame 0: nothing is known of their looks, and they are not drawn`,
  ]
}

/**
 * Frame 0 as it is; then for every frame the background with the driver on it, which fills that frame's mask exactly. A pixel of it comes from where the mask's movement
 * (`followMask`) has it from in frame 0, and where that is no driver there, from the driver's nearest pixel. The background is frame 0 with the driver and `margin`
 * pixels around it filled from their rim. Where frame 0 shows no driver nothing is known of its looks: the picture stands still.
 *
 * @param picture uint8 [1, H, W, 3]
 * @param control uint8 [T, H, W, 3], the driver above 127
 * @param margin pixels along the driver's edge that are mixed with the background: neither is taken from them
 * @returns uint8 [T, H, W, 3]
 */
export function warpByMask(picture: FrameArray, control: FrameArray, margin: number): FrameArray {
  return warpDrivers(picture, [masksOf(control)], control.shape[0], margin)
}

/** The same of several drivers, each with a mask a frame; a later one is in front. */
function warpDrivers(
  picture: FrameArray,
  drivers: readonly (readonly Mask[])[],
  count: number,
  margin: number,
): FrameArray {
  const { data: source, shape } = contiguous(picture)
  const [, height, width] = shape
  const hole = unionOf(
    drivers.map(([first]) => grown(first, margin)),
    { height, width },
  )
  const background = contiguous(fillHole(picture, hole)).data
  const frames = new Uint8Array(count * source.length)
  const frameAt = (t: number) => frames.subarray(t * source.length, (t + 1) * source.length)
  for (let t = 0; t < count; t++) frameAt(t).set(t === 0 ? source : background)
  for (const masks of drivers) {
    const [driver] = masks
    const moves = followMask(masks)
    const inner = shrunk(driver, margin)
    const known = areaOf(inner) > 0 ? inner : driver
    const looks = { source, known, nearest: nearestPixels(known) }
    for (let t = 1; t < count; t++) {
      const move = moves[t]
      if (move !== undefined) drawDriver(frameAt(t), masks[t], looks, inverse(move))
    }
  }
  return frameArray(frames, count, height, width)
}

/** What frame 0 shows of the driver: its pixels, and for each place the nearest of them. */
interface Looks {
  readonly source: Uint8Array
  readonly known: Mask
  readonly nearest: Int32Array
}

/** @param back from the frame's pixels to those of frame 0 */
function drawDriver(frame: Uint8Array, { height, width, inside }: Mask, looks: Looks, back: Similarity): void {
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      if (inside[at] === 1) drawPixel(frame, 3 * at, looks, mapX(back, x, y), mapY(back, x, y))
    }
}

/** Between the four pixels around a place of frame 0 linearly, where all of them are the driver's; else its nearest one. */
function drawPixel(frame: Uint8Array, to: number, { source, known, nearest }: Looks, x: number, y: number): void {
  const { height, width, inside } = known
  const [x0, y0] = [Math.floor(x), Math.floor(y)]
  const first = y0 * width + x0
  const whole = x0 >= 0 && y0 >= 0 && x0 < width - 1 && y0 < height - 1
  if (whole && inside[first] + inside[first + 1] + inside[first + width] + inside[first + width + 1] === 4) {
    const [u, v] = [x - x0, y - y0]
    for (let c = 0; c < 3; c++) {
      const i = 3 * first + c
      const upper = source[i] * (1 - u) + source[i + 3] * u
      const lower = source[i + 3 * width] * (1 - u) + source[i + 3 * width + 3] * u
      frame[to + c] = Math.round(upper * (1 - v) + lower * v)
    }
    return
  }
  const column = Math.min(width - 1, Math.max(0, Math.round(x)))
  const row = Math.min(height - 1, Math.max(0, Math.round(y)))
  const from = 3 * nearest[row * width + column]
  for (let c = 0; c < 3; c++) frame[to + c] = source[from + c]
}
