import { describe, expect, test } from 'vitest'
import { findRecipe, fvd, fvdSpec } from '@kinemetric/metrics'
import { frechetEvaluator } from '../../src/distribution/frechet/frechet-evaluator.ts'
import { extrapolate } from '../../src/intervals/extrapolation.ts'
import { randomFeatures } from '../features/formula-features.ts'

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
    const infinite = await extrapolate(evaluator, { repeats: 5 })
    expect(Math.abs(infinite.value)).toBeLessThan(value / 4)
    expect(infinite.curve).toHaveLength(15)
    expect(infinite.curve.at(-1)).toEqual({ clips, value: expect.closeTo(value, 9) })
    expect(infinite.slope).toBeGreaterThan(0)
    expect(infinite.fit).toBeGreaterThan(0.9)
  })

  test('needs four clips', async () => {
    const evaluator = await frechetEvaluator(
      findRecipe(fvdSpec, 'stylegan-v'),
      randomFeatures(1, 3, 2),
      randomFeatures(2, 30, 2),
      false,
    )
    await expect(extrapolate(evaluator)).rejects.toThrow('expected at least 4 clips, found 3')
  })
})
