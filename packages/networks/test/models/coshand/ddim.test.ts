import { expect, test } from 'vitest'

import { ddimFactors } from '../../../src/models/coshand/ddim.ts'

test('the factors are those of the formula, written out', () => {
  const [a, aPrev, s, x, e, n] = [0.2, 0.5, 0.4, 1.7, -0.3, 0.9]
  const clean = (x - Math.sqrt(1 - a) * e) / Math.sqrt(a)
  const next = Math.sqrt(aPrev) * clean + Math.sqrt(1 - aPrev - s ** 2) * e + s * n
  const factors = ddimFactors({ a, aPrev, s })
  expect(factors.latents * x + factors.prediction * e + factors.noise * n).toBeCloseTo(next, 14)
})

test('a step to no noise at all gives the clean latents, also where rounding leaves s a little too large', () => {
  const { latents, prediction } = ddimFactors({ a: 0.25, aPrev: 1, s: 1e-9 })
  expect([latents, prediction]).toEqual([2, -2 * Math.sqrt(0.75)])
})
