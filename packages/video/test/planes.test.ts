import { expect, test } from 'vitest'
import { PlaneInterleaver } from '../src/wasm/interleave-planes.ts'
import { splitPlanes } from '../src/wasm/split-planes.ts'

const noise = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, at) => Math.imul(at * 73856093 + seed, 2654435761) >>> 24)

function filled(value: number) {
  const plane = new Uint8Array(64).fill(value)
  return [plane, plane, plane] as const
}

test.each([
  [1, 1],
  [3, 5],
  [2, 16],
  [5, 17],
  [7, 33],
])('planes of %i×%i pixels become packed RGB and planes again', (height, width) => {
  const stride = width + 13
  const of = (seed: number) => noise(stride * height, seed)
  const planes = [of(1), of(2), of(3)] as const
  using interleaver = new PlaneInterleaver(height, width, stride)
  const packed = new Uint8Array(interleaver.interleave(planes))
  const expected = Array.from({ length: height * width * 3 }, (_, place) => {
    const pixel = Math.floor(place / 3)
    return planes[place % 3][Math.floor(pixel / width) * stride + (pixel % width)]
  })
  expect([...packed]).toEqual(expected)
  for (const [channel, plane] of splitPlanes(packed).entries())
    expect([...plane]).toEqual(expected.filter((_, place) => place % 3 === channel))
})

test('two videos at once do not write over one another, and memory of one that has ended is used again', () => {
  const first = new PlaneInterleaver(8, 8, 8)
  const second = new PlaneInterleaver(8, 8, 8)
  const [one, two] = [first.interleave(filled(1)), second.interleave(filled(2))]
  expect([one[0], one[191], two[0], two[191]]).toEqual([1, 1, 2, 2])
  first[Symbol.dispose]()
  const third = new PlaneInterleaver(8, 8, 8)
  expect(third.interleave(filled(3)).buffer).toBe(one.buffer)
  for (const each of [second, third]) each[Symbol.dispose]()
})
