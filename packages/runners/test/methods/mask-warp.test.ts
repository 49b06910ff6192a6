import { contiguous, frameArray, type FrameArray, sliceFrames } from '@kinemetric/video'
import { expect, test } from 'vitest'
import type { Condition } from '../../src/generator/condition.ts'
import { openMaskWarp, warpByMask } from '../../src/methods/mask-warp.ts'
import { findMethod } from '../../src/index.ts'
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

/** Masks in their colours, a later one in front. */
function coloured(frames: readonly (readonly (readonly [Mask, Colour])[])[]): FrameArray {
  const data = frames.flatMap((layers) => {
    const bytes = new Uint8Array(height * width * 3)
    for (const [{ inside }, colour] of layers) inside.forEach((value, i) => value === 1 && bytes.set(colour, 3 * i))
    return [...bytes]
  })
  return frameArray(Uint8Array.from(data), frames.length, height, width)
}

async function warped(picture: FrameArray, control: FrameArray) {
  const { spec } = await findMethod('mask-warp')
  const none = {
    checkpoints: {},
    unverified: false,
    noise: undefined,
    dump: undefined,
    threads: undefined,
    lowMemory: false,
  }
  const signal = new AbortController().signal
  const generator = await openMaskWarp(spec, {
    ...none,
    device: 'cpu',
    settings: { margin: 0 },
    searchPath: undefined,
    signal,
  })
  const condition: Condition = {
    clip: 'a',
    noiseKey: 'a',
    image: () => Promise.resolve({ pixels: picture, fps: undefined }),
    control: { type: 'rgb', frames: () => Promise.resolve({ pixels: control, fps: undefined }) },
    text: undefined,
    frames: control.shape[0],
    size: [height, width],
    fps: 6,
    asset: () => Promise.resolve(undefined),
  }
  return generator.generate(condition, { seed: 0, sample: 0, signal })
}

const [red, green]: Colour[] = [
  [255, 0, 0],
  [0, 255, 0],
]

test('of a control signal in colours each colour is a driver that goes its own way; one that comes in has no looks', async () => {
  const [left, right] = [driverAt(4, 20, 16), driverAt(60, 20, 16)]
  const picture = drawPicture(height, width, (x, y) => {
    const at = y * width + x
    if (left.inside[at] === 1) return [200, 10, 10]
    return right.inside[at] === 1 ? [10, 10, 200] : [90, 90, 90]
  })
  const blue: Colour = [0, 0, 255]
  const control = coloured([
    [
      [left, red],
      [right, green],
    ],
    [
      [driverAt(4, 40, 16), red],
      [driverAt(60, 2, 16), green],
      [driverAt(40, 30, 8), blue],
    ],
  ])
  const { frames, notes } = await warped(picture, control)
  const [down, up] = [driverAt(4, 40, 16), driverAt(60, 2, 16)]
  const wanted = drawPicture(height, width, (x, y) => {
    const at = y * width + x
    if (down.inside[at] === 1) return [200, 10, 10]
    return up.inside[at] === 1 ? [10, 10, 200] : [90, 90, 90]
  })
  expect(frame(frames.pixels, 1)).toEqual(wanted.data)
  expect(notes).toEqual([expect.stringMatching(/^1 of 3 drivers are not in frame 0/)])
})

test('an empty control signal drives nothing; one of more colours than drivers is refused', async () => {
  const picture = drawPicture(height, width, plane)
  const { frames, notes } = await warped(picture, coloured([[], []]))
  for (const t of [0, 1]) expect(frame(frames.pixels, t)).toEqual(picture.data)
  expect(notes).toEqual([expect.stringMatching(/shows no driver/)])
  const pictures = drawPicture(height, width, (x, y) => [x, y, 1])
  await expect(warped(picture, pictures)).rejects.toMatchObject({ code: 'unfit-clip', found: 'more colours' })
})
