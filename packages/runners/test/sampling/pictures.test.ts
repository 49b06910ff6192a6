import { decodedBytes } from '@kinemetric/networks'
import { frameArray } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { bytePictures, framesOfUnit, signedPictures, unitPictures } from '../../src/sampling/pictures.ts'

const frames = frameArray(Uint8Array.of(0, 1, 2, 255, 128, 127, 10, 20, 30, 40, 50, 60), 2, 1, 2)

test('planes of frames', () => {
  expect(bytePictures(frames)).toEqual({
    type: 'uint8',
    data: Uint8Array.of(0, 255, 1, 128, 2, 127, 10, 40, 20, 50, 30, 60),
    shape: [2, 3, 1, 2],
    fixed: true,
  })
  const { data, shape } = signedPictures(frames)
  expect(shape).toEqual([2, 3, 1, 2])
  expect([...data].slice(0, 4)).toEqual([-1, 1, expect.closeTo(2 / 255 - 1, 6), expect.closeTo(256 / 255 - 1, 6)])
})

test('every byte comes back within one, by cutting off', () => {
  const all = frameArray(
    Uint8Array.from({ length: 768 }, (_, i) => i % 256),
    1,
    16,
    16,
  )
  const { data } = signedPictures(all)
  if (!(data instanceof Float32Array)) throw new TypeError('expected float32')
  const unit = unitPictures(data)
  const wrong = framesOfUnit(unit, 16, 16).data.filter((byte, i) => Math.abs(byte - all.data[i]) > 1)
  expect(wrong).toHaveLength(0)
  expect([...framesOfUnit(Float32Array.of(0.9999, 1, 254.9 / 255), 1, 1).data]).toEqual([254, 255, 254])
})

test('what a decoder exaggerates is limited', () => {
  expect([...unitPictures(Float32Array.of(-3, -1, 0, 1, 3))]).toEqual([0, 0, 0.5, 1, 1])
})

test('8 bits of what a decoder gave are those of its numbers in [0, 1], whatever they are', () => {
  // Every level and its neighbours in float32, what is beyond the range, and numbers between.
  const bits = new DataView(new ArrayBuffer(4))
  const beside = (x: number, by: number): number => {
    bits.setFloat32(0, x)
    bits.setInt32(0, bits.getInt32(0) + by)
    return bits.getFloat32(0)
  }
  const levels = Array.from({ length: 256 }, (_, level) => (2 * level) / 255 - 1)
  const numbers = levels.flatMap((x) => [x, beside(x, 1), beside(x, -1), x + 0.001])
  const data = Float32Array.from([...numbers, -3, 3, -1.0000001, 1.0000001, -0, 1e-40, 1e-9, -1e-9])
  const planes = Float32Array.from({ length: 6 * data.length }, (_, i) => data[(7 * i) % data.length])
  const { data: bytes, ...rest } = decodedBytes({
    type: 'float32',
    data: planes,
    shape: [2, 3, 1, data.length],
    notes: ['one'],
  })
  expect(rest).toEqual({ type: 'uint8', shape: [2, 1, data.length, 3], notes: ['one'] })
  expect(bytes).toEqual(framesOfUnit(unitPictures(planes), 1, data.length).data)
})
