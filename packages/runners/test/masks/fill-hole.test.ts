import { expect, test } from 'vitest'
import { fillHole } from '../../src/masks/fill-hole.ts'
import { drawMask, drawPicture } from './draw-mask.ts'

const [height, width] = [60, 80]
const ramp = (x: number, y: number): [number, number, number] => [2 * x, 3 * y, 60 + x + y]
const disc = drawMask(height, width, (x, y) => (x - 40) ** 2 + (y - 30) ** 2 < 18 ** 2)

test('a plane is found again from its rim, whatever the hole held', () => {
  const picture = drawPicture(height, width, (x, y) => (disc.inside[y * width + x] === 1 ? [255, 0, 255] : ramp(x, y)))
  const filled = fillHole(picture, disc).data
  const wanted = drawPicture(height, width, ramp).data
  expect(Math.max(...filled.map((value, i) => Math.abs(value - wanted[i])))).toBeLessThanOrEqual(1)
})

test('outside the hole no sample changes, and the picture that was given stays', () => {
  const picture = drawPicture(height, width, (x, y) => [(x * 37) % 256, (y * 91) % 256, (x * y) % 256])
  const before = picture.data.slice()
  const filled = fillHole(picture, disc).data
  expect(picture.data).toEqual(before)
  const outside = (_: number, i: number) => disc.inside[Math.floor(i / 3)] === 0
  expect(filled.filter(outside)).toEqual(before.filter(outside))
})

test('nothing flows through the border of the frame: a hole there takes the colour of its rim', () => {
  const corner = drawMask(height, width, (x, y) => x < 30 && y < 30)
  const picture = drawPicture(height, width, (x, y) => (x < 30 && y < 30 ? [0, 0, 0] : [90, 140, 200]))
  expect(fillHole(picture, corner).data).toEqual(drawPicture(height, width, () => [90, 140, 200]).data)
})

test('no hole is no change; a hole of everything becomes the mean', () => {
  const picture = drawPicture(2, 2, (x, y) => [100 * x, 40 * y, 10])
  expect(
    fillHole(
      picture,
      drawMask(2, 2, () => false),
    ).data,
  ).toEqual(picture.data)
  expect(
    fillHole(
      picture,
      drawMask(2, 2, () => true),
    ).data,
  ).toEqual(drawPicture(2, 2, () => [50, 20, 10]).data)
})
