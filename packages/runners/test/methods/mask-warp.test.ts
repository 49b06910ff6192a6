import { contiguous, sliceFrames } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { warpByMask } from '../../src/methods/mask-warp.ts'
import type { Mask } from '../../src/masks/mask.ts'
import { controlOf, drawMask, drawPicture } from '../masks/draw-mask.ts'

const [height, width] = [64, 96]
/** A square of a driver whose looks are a gradient, in front of a plane. */
const driverAt = (left: number, top: number, side = 24) =>
  drawMask(height, width, (x, y) => x >= left && x < left + side && y >= top && y < top + side)
type Colour = readonly [number, number, number]
const plane = (x: number, y: number): Colour => [40 + x, 80 + y, 120]
const looks = (x: number, y: number): Colour => [255 - 4 * x, 5 * y, 30]
const empty = drawMask(height, width, () => false)
const pictured = (left: number, top: number) => {
  const { inside } = driverAt(left, top)
  return drawPicture(height, width, (x, y) => (inside[y * width + x] === 1 ? looks(x - left, y - top) : plane(x, y)))
}
/** A mask in one colour before another. */
const inTwo = ({ inside }: Mask, colour: Colour, behind: Colour) =>
  drawPicture(height, width, (x, y) => (inside[y * width + x] === 1 ? colour : behind))

/** Samples of one frame. */
function frame(frames: ReturnType<typeof warpByMask>, t: number): Uint8Array {
  return contiguous(sliceFrames(frames, t, 1, 1)).data
}
const largest = (a: Uint8Array, b: Uint8Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i])))

test('the driver takes its pixels with it and leaves the background behind', () => {
  const frames = warpByMask(pictured(10, 12), controlOf([driverAt(10, 12), driverAt(40, 30), empty]), 0)
  expect(frames.shape).toEqual([3, height, width, 3])
  expect(frame(frames, 0)).toEqual(pictured(10, 12).data)
  // Half a pixel of a gradient of 5 a pixel, and the plane to one level.
  expect(largest(frame(frames, 1), pictured(40, 30).data)).toBeLessThanOrEqual(3)
  expect(largest(frame(frames, 2), drawPicture(height, width, plane).data)).toBeLessThanOrEqual(1)
})

test('outside the masks nothing reacts: not one sample changes', () => {
  const frames = warpByMask(pictured(10, 12), controlOf([driverAt(10, 12), driverAt(40, 30)]), 3)
  const { inside } = driverAt(40, 30)
  const untouched = (_: number, sample: number) => {
    const [x, y] = [Math.floor(sample / 3) % width, Math.floor(sample / 3 / width)]
    const old = x >= 7 && x < 37 && y >= 9 && y < 39
    return !old && inside[y * width + x] === 0
  }
  expect(frame(frames, 1).filter(untouched)).toEqual(frame(frames, 0).filter(untouched))
})

test('what of the driver comes into view takes the looks of its nearest pixel, and none of the background', () => {
  const red = inTwo(driverAt(10, 12), [200, 0, 0], [0, 0, 90])
  const wide = drawMask(height, width, (x, y) => x >= 10 && x < 80 && y >= 12 && y < 36)
  const grown = frame(warpByMask(red, controlOf([driverAt(10, 12), wide]), 2), 1)
  const wanted = inTwo(wide, [200, 0, 0], [0, 0, 90])
  expect(grown).toEqual(wanted.data)
})

const line = (top: number) => drawMask(height, width, (x, y) => y >= top && y < top + 2 && x >= 20 && x < 60)

test('a driver thinner than its margin is still drawn', () => {
  const picture = inTwo(line(20), [9, 250, 9], [0, 0, 0])
  const after = frame(warpByMask(picture, controlOf([line(20), line(40)]), 3), 1)
  const wanted = inTwo(line(40), [9, 250, 9], [0, 0, 0])
  expect(after).toEqual(wanted.data)
})

test('a driver that frame 0 does not show has no looks: the picture stands still', () => {
  const picture = drawPicture(height, width, plane)
  const frames = warpByMask(picture, controlOf([empty, driverAt(10, 12)]), 3)
  for (const t of [0, 1]) expect(frame(frames, t)).toEqual(picture.data)
})

test('a driver that fills the picture goes and comes', () => {
  const everything = drawMask(height, width, () => true)
  const picture = drawPicture(height, width, () => [10, 20, 30])
  const frames = warpByMask(picture, controlOf([everything, empty, everything]), 3)
  for (const t of [0, 1, 2]) expect(frame(frames, t)).toEqual(picture.data)
})
