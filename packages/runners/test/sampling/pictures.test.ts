import { frameArray } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { bytePictures, framesOfUnit, signedPictures, unitPictures } from '../../src/sampling/pictures.ts'

const frames = frameArray(Uint8Array.of(0, 1, 2, 255, 128, 127, 10, 20, 30, 40, 50, 60), 2, 1, 2)

test('planes of frames', () => {
  expect(bytePictures(frames)).toEqual({
    type: 'uint8',
    data: Uint8Array.of(0, 255, 1, 128, 2, 127, 10, 40, 20, 50, 30, 60),
    shape: [2, 3, 1, 2],
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
