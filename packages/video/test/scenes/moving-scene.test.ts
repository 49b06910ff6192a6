import { expect, test } from 'vitest'
import { Mpeg4Masks } from '../../src/encode/mpeg4-masks.ts'
import { MovingPixels } from '../../src/moving-pixels/moving-pixels.ts'
import { MovingScene } from '../../src/scenes/moving-scene.ts'
import { opencvLinear } from '../../src/resize/opencv-linear.ts'
import { packedLevels } from '../moving-pixels/packed-levels.ts'

const count = 6

/** Blocks that move over noise. */
function frameAt(t: number, height: number, width: number): Uint8Array {
  return Uint8Array.from({ length: height * width * 3 }, (_, i) => {
    const [y, x] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width]
    return (Math.floor((x + 5 * t) / 11) * 67 + Math.floor((y + 2 * t) / 13) * 41 + ((i * 7) % 5)) % 251
  })
}

const set = (mask: Uint8Array) => Array.from(mask, (value) => (value > 127 ? 1 : 0))

test.each([
  { from: [48, 64], to: [12, 16] },
  { from: [49, 67], to: [12, 16] },
  { from: [40, 72], to: [13, 29] },
  { from: [24, 20], to: [36, 44] },
])('a scene of $from at $to is its frames resized and its masks made, through the codec and resized', async (sizes) => {
  const [[height, width], [toHeight, toWidth]] = [sizes.from, sizes.to]
  const frames = Array.from({ length: count }, (_, t) => frameAt(t, height, width))
  using scene = await MovingScene.open({ height, width, fps: 8 }, { height: toHeight, width: toWidth }, count, [
    'lossless',
    'mpeg4',
  ])
  for (const frame of frames) scene.add(frame)
  const found = scene.end()

  const resized = (pictures: readonly Uint8Array[], from: { height: number; width: number; channels: number }) =>
    Buffer.concat(
      pictures.map((picture) => {
        const output = new Uint8Array(toHeight * toWidth * from.channels)
        opencvLinear(from, toHeight, toWidth)(picture, output)
        return output
      }),
    )
  expect(found.count).toBe(count)
  expect(Buffer.from(found.frames)).toEqual(resized(frames, { height, width, channels: 3 }))

  const even = { height: height - (height % 2), width: width - (width % 2), channels: 1 }
  const moving = new MovingPixels(height, width)
  const masks = frames.map((frame) => {
    const mask = moving.next(frame)
    return Uint8Array.from(
      { length: even.height * even.width },
      (_, i) => mask[Math.floor(i / even.width) * width + (i % even.width)],
    )
  })
  expect(Array.from(found.masks.lossless ?? [])).toEqual(set(resized(masks, even)))

  using codec = await Mpeg4Masks.open({ height, width, fps: 8 })
  const back: Uint8Array[] = []
  for (const mask of [...masks, undefined])
    codec?.push(mask, (luma) => back.push(packedLevels(luma, even.height, even.width)))
  expect(back.length).toBe(count)
  expect(Array.from(found.masks.mpeg4 ?? [])).toEqual(set(resized(back, even)))
  expect(set(resized(masks, even)).some((value) => value === 1)).toBe(true)
})
