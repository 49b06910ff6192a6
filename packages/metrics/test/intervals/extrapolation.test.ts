import { describe, expect, test } from 'vitest'
import { findRecipe, fvd, fvdSpec } from '@kinemetric/metrics'
import { frechetEvaluator } from '../../src/distribution/frechet/frechet-evaluator.ts'
import { extrapolate } from '../../src/intervals/extrapolation.ts'
import { clipped } from '../features/clipped-features.ts'
import { randomFeatures } from '../features/formula-features.ts'

const evaluatorOf = (clips: number) =>
  frechetEvaluator(findRecipe(fvdSpec, 'stylegan-v'), clipped(1, clips, 2, 10), randomFeatures(2, 300, 10), false)

describe('extrapolate', () => {
  test('comes closer to the distance of the distributions than the score does', async () => {
    // One distribution on both sides: the distance is 0, and all of the score is bias.
    const [clips, dimension] = [400, 10]
    const evaluator = await frechetEvaluator(
      findRecipe(fvdSpec, 'stylegan-v'),
      randomFeatures(1, clips, dimension),
      randomFeatures(2, 20_000, dimension),
      false,
    )
    const { value } = await fvd(randomFeatures(1, clips, dimension), randomFeatures(2, 20_000, dimension))
    const infinite = await extrapolate(evaluator, { rows: clips, dimension }, { repeats: 5 })
    expect(Math.abs(infinite.value)).toBeLessThan(value / 4)
    expect(infinite.curve).toHaveLength(15)
    expect(infinite.curve.at(-1)).toEqual({ clips, value: expect.closeTo(value, 9) })
    expect(infinite.slope).toBeGreaterThan(0)
    expect(infinite.fit).toBeGreaterThan(0.9)
  })

  test('is refused below four rows a dimension, and its subsets have two: in rows, whatever a clip has of them', async () => {
    await expect(extrapolate(await evaluatorOf(19), { rows: 38, dimension: 10 })).rejects.toThrow(
      'expected at least 4 rows a dimension, found 38 rows are fewer than 4 × 10 dimensions',
    )
    const { curve } = await extrapolate(await evaluatorOf(20), { rows: 40, dimension: 10 }, { repeats: 1 })
    expect(curve.map(({ clips }) => clips)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
  })
})
