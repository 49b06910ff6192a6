import { frameArray } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { roundTo } from '../../src/physics/round-to.ts'
import { viewMeasures } from '../../src/physics/view-measures.ts'

const frames = (values: readonly number[]) =>
  frameArray(Uint8Array.from(values.flatMap((value) => Array.from({ length: 12 }, () => value))), values.length, 2, 2)
const still = new Uint8Array(8)
const moving = Uint8Array.of(0, 0, 0, 0, 1, 1, 0, 0)

test('two empty masks are alike, and a still video has nothing in common with what moves', () => {
  const reference = frames([0, 100])
  const given = { generated: reference, reference, takes: [reference] }
  const empty = viewMeasures({ ...given, moving: { generated: still, reference: still, takes: [still] } })
  expect(empty.generated).toEqual({ mse: 0, spatiotemporal: 1, spatial: 1, weightedSpatial: 1 })
  const { generated, reality } = viewMeasures({
    ...given,
    moving: { generated: still, reference: moving, takes: [moving] },
  })
  // Frame 0 counts as alike, for nothing moves in it.
  expect(generated).toEqual({ mse: 0, spatiotemporal: 0.5, spatial: 0, weightedSpatial: 0 })
  expect(reality).toEqual({ mse: 0, spatiotemporal: 1, spatial: 1, weightedSpatial: 1 })
})

test('the error is of frames on a scale of 0..1, each rounded to 4 decimals', () => {
  const given = { generated: frames([51, 1]), reference: frames([0, 0]), takes: [frames([0, 0])] }
  const { generated, unrounded } = viewMeasures({
    ...given,
    moving: { generated: still, reference: still, takes: [still] },
  })
  expect(unrounded.generated.mse).toBeCloseTo((0.04 + 1 / 255 ** 2) / 2, 15)
  expect(generated.mse).toBe(0.02)
})

test('one frame, another shape, and no second take are refused by name', () => {
  const moves = { generated: still, reference: still, takes: [still] }
  const one = frames([1])
  const two = frames([1, 2])
  expect(() => viewMeasures({ generated: one, reference: one, takes: [one], moving: moves })).toThrow(
    expect.objectContaining({ code: 'too-few' }),
  )
  expect(() => viewMeasures({ generated: one, reference: two, takes: [two], moving: moves })).toThrow(
    expect.objectContaining({ code: 'shape-mismatch' }),
  )
  expect(() => viewMeasures({ generated: two, reference: two, takes: [], moving: { ...moves, takes: [] } })).toThrow(
    'a further take',
  )
})

test('rounding is Python’s', () => {
  for (const [value, decimals, expected] of [
    [0.03125, 4, 0.0312],
    [0.09375, 4, 0.0938],
    [-0.03125, 4, -0.0312],
    [2.675, 2, 2.67],
    [0.125, 2, 0.12],
    [0.375, 2, 0.38],
    [28.6651, 2, 28.67],
    [1, 4, 1],
  ])
    expect(roundTo(value, decimals), String(value)).toBe(expected)
})
