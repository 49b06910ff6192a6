import { assert, constant, integer, property, tuple, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'
import { squaredDistance } from '../../src/masks/mask.ts'
import { nearestPixels } from '../../src/masks/nearest-pixels.ts'
import { drawMask } from './draw-mask.ts'

test('it is a pixel of the mask, and none is nearer', () => {
  const masks = tuple(integer({ min: 1, max: 9 }), integer({ min: 1, max: 9 })).chain(([height, width]) =>
    tuple(constant({ height, width }), uint8Array({ minLength: height * width, maxLength: height * width })),
  )
  assert(
    property(masks, ([{ height, width }, bytes]) => {
      const inside = bytes.map((byte) => (byte < 40 ? 1 : 0))
      const places = [...inside.keys()].filter((i) => inside[i] === 1)
      const least = (i: number) => Math.min(...places.map((at) => squaredDistance(at, i, width)))
      const found = [...nearestPixels({ height, width, inside })]
      expect(found.map((at) => at >= 0 && inside[at] === 1)).toEqual(found.map(() => places.length > 0))
      if (places.length === 0) return
      expect(found.map((at, i) => squaredDistance(at, i, width))).toEqual(found.map((_, i) => least(i)))
    }),
    { numRuns: 200 },
  )
})

test('a pixel of the mask is its own nearest', () => {
  const mask = drawMask(5, 7, (x, y) => (x + y) % 3 === 0)
  const own = (_: number, i: number) => mask.inside[i] === 1
  expect([...nearestPixels(mask)].filter(own)).toEqual([...mask.inside.keys()].filter(own))
})
