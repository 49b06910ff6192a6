import { describe, expect, test } from 'vitest'
import { findRecipe, fvd, fvdSpec } from '@kinemetric/metrics'
import { frechetEvaluator } from '../../src/distribution/frechet/frechet-evaluator.ts'
import { distanceInterval } from '../../src/intervals/distance-interval.ts'
import { errorOfEffects, studentInterval, unitsOfEffects } from '../../src/intervals/jackknife.ts'
import { unitEffects } from '../../src/distribution/unit-effects.ts'
import { randomFeatures } from '../features/formula-features.ts'

describe('the recentred bootstrap and the jackknife of influences', () => {
  // The distance's expectation at this size, from many fresh samples; an interval of 90% should hold it about nine times in
  // ten. 60 trials: between 46 and 60 is within three standard deviations.
  test('cover the expectation of the distance at this number of clips', async () => {
    const [clips, dimension] = [60, 3]
    const sample = (seed: number) => randomFeatures(seed, clips, dimension, seed % 2 === 0 ? 0.2 : 0)
    const recipe = findRecipe(fvdSpec, 'stylegan-v')
    let expectation = 0
    for (let k = 0; k < 300; k++) expectation += (await fvd(sample(2 * k + 1001), sample(2 * k + 2000))).value / 300
    const covered = { bootstrap: 0, jackknife: 0 }
    for (let k = 0; k < 60; k++) {
      const [a, b] = [sample(2 * k + 5001), sample(2 * k + 6000)]
      const { value } = await fvd(a, b)
      const { interval } = await distanceInterval(await frechetEvaluator(recipe, a, b, true), value, {
        resamples: 200,
        level: 0.9,
        seed: k,
      })
      const effects = await unitEffects(fvdSpec.distance, recipe, a, b, { paired: false, nominalSeconds: 0 })
      expect(effects.method).toBe('jackknife-influence')
      const other = studentInterval(value, errorOfEffects(effects), unitsOfEffects(effects), 0.9, effects.method)
      if (interval !== null && interval.low <= expectation && expectation <= interval.high) covered.bootstrap++
      if (other.low <= expectation && expectation <= other.high) covered.jackknife++
    }
    expect(covered.bootstrap).toBeGreaterThanOrEqual(46)
    expect(covered.jackknife).toBeGreaterThanOrEqual(46)
  })
})
