import { describe, expect, test } from 'vitest'
import { findRecipe, fvd, fvdSpec } from '@kinemetric/metrics'
import { frechetEvaluator } from '../../../src/distribution/frechet/frechet-evaluator.ts'
import { clipped, repeated } from '../../features/clipped-features.ts'

describe('frechetEvaluator: the distance as a function of clip weights', () => {
  // Fewer rows than dimensions on both sides, on one, and on none; the three ways of the evaluator.
  for (const [clipsA, clipsB, rows, dimension] of [
    [10, 12, 3, 80],
    [10, 60, 3, 80],
    [60, 10, 3, 80],
    [50, 60, 2, 12],
  ]) {
    for (const recipe of ['stylegan-v', 'common-metrics-stylegan-v'].map((id) => findRecipe(fvdSpec, id))) {
      test(`${clipsA * rows} and ${clipsB * rows} rows of ${dimension}, ${recipe.id}: is the distance of the repeated rows`, async () => {
        const a = clipped(1, clipsA, rows, dimension)
        const b = clipped(2, clipsB, rows, dimension, 0.2)
        const wa = Float64Array.from({ length: clipsA }, (_, c) => (c * 7) % 3)
        const wb = Float64Array.from({ length: clipsB }, (_, c) => (c * 5 + 1) % 3)
        const wanted = (await fvd(repeated(a, wa), repeated(b, wb), recipe.id)).value
        const both = await frechetEvaluator(recipe, a, b, true)
        // Roots of the Gram matrix's zeros: 1e-8 of the largest.
        expect(Math.abs((await both.value(wa, wb)) / wanted - 1)).toBeLessThan(1e-7)
        const fixed = await frechetEvaluator(recipe, a, b, false)
        expect(Math.abs((await fixed.value(wa)) / (await fvd(repeated(a, wa), b, recipe.id)).value - 1)).toBeLessThan(
          1e-7,
        )
      })
    }
  }
})
