import { describe, expect, test } from 'vitest'
import { findRecipe, kvd, kvdSpec } from '@kinemetric/metrics'
import { kernelEvaluator } from '../../../src/distribution/kernel/kernel-evaluator.ts'
import { clipped, repeated } from '../../features/clipped-features.ts'

describe('kernelEvaluator: the distance as a function of clip weights', () => {
  test('leaving clips out is leaving their rows out, and copies of a clip make no pairs', async () => {
    const a = clipped(1, 12, 3, 8)
    const b = clipped(2, 9, 2, 8, 0.3)
    const evaluator = await kernelEvaluator(findRecipe(kvdSpec), a, b)
    const wa = Float64Array.from({ length: 12 }, (_, c) => (c % 4 === 0 ? 0 : 1))
    expect(await evaluator.value(new Float64Array(12).fill(1))).toBeCloseTo((await kvd(a, b)).value, 12)
    expect(await evaluator.value(wa)).toBeCloseTo((await kvd(repeated(a, wa), b)).value, 12)
    const without = evaluator.withoutEach?.('generated')
    for (const c of [0, 5, 11]) {
      const weights = Float64Array.from({ length: 12 }, (_, k) => (k === c ? 0 : 1))
      expect(without?.[c]).toBeCloseTo((await kvd(repeated(a, weights), b)).value, 12)
    }
  })
})
