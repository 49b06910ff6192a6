import { frameArray } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { hideCovered } from '../../src/measure/objects/hide-covered.ts'

const [frames, height, width] = [3, 4, 6]

/** A driver of a colour at one pixel a frame. */
function control(...places: [number, number][]) {
  const data = new Uint8Array(frames * height * width * 3)
  for (const [t, [x, y]] of places.entries()) data[3 * ((t * height + y) * width + x) + 1] = 255
  return frameArray(data, frames, height, width)
}

test('a point is unseen from the frame on in which a driver covers it; outside of the frame nothing does', () => {
  const points = Float32Array.from([2, 1, 2.4, 1.4, 3, 3, 0, 0, 0, 0, 0, 0, -3, 1, 9, 9, 2, 8])
  const given = { points, visible: Uint8Array.from([1, 1, 1, 1, 0, 1, 1, 1, 1]), count: 3, length: 3 }
  const { visible, ...rest } = hideCovered(given, control([5, 3], [2, 1], [5, 0]))
  expect([...visible]).toEqual([1, 0, 0, 1, 0, 1, 1, 1, 1])
  expect(rest).toEqual({ points, count: 3, length: 3 })
  expect([...given.visible]).toEqual([1, 1, 1, 1, 0, 1, 1, 1, 1])
})
