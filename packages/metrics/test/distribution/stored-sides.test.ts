import { describe, expect, test } from 'vitest'
import {
  fidSpec,
  findDistance,
  findRecipe,
  fvdSpec,
  kidSpec,
  kvdSpec,
  pairedTest,
  scoreDistance,
} from '@kinemetric/metrics'
import { frechetInfluence, frechetInfluences } from '../../src/distribution/frechet/frechet-gradient.ts'
import { clipped } from '../features/clipped-features.ts'
import { stored } from '../features/stored-features.ts'

const [generated, reference] = [clipped(1, 30, 3, 6, 0.2), clipped(2, 30, 3, 6)]

/** With one of the dimensions the same in all rows. */
const still = ({ data, ...side }: typeof generated) => ({
  ...side,
  data: data.map((value, i) => (i % 6 === 2 ? 1 : value)),
})

describe('rows in files give what rows in memory give, to the bit', () => {
  test.each(['fid', 'fvd', 'kid', 'kvd'])('%s: score, interval, floor, influential clips', async (id) => {
    const metric = findDistance(id)
    // All of what is known of a distance, and again with errors by influences.
    for (const nominalSeconds of [undefined, 0]) {
      const options = { interval: { nominalSeconds, paired: true }, extrapolation: true }
      const held = await scoreDistance(metric, generated, reference, options)
      const files = await scoreDistance(metric, stored(generated), stored(reference), options)
      expect(files).toEqual(held)
      expect(held.interval).not.toBeNull()
    }
  })

  test.each(['fvd', 'kvd'])('%s: two methods', async (id) => {
    const metric = findDistance(id)
    const other = clipped(3, 30, 3, 6, 0.1)
    const options = { draws: 20 }
    const held = await pairedTest(metric, generated, other, reference, options)
    expect(await pairedTest(metric, stored(generated), stored(other), stored(reference), options)).toEqual(held)
    const same = await pairedTest(metric, stored(generated), stored(generated), stored(reference), options)
    expect([held.identical, same.identical]).toEqual([false, true])
  })

  test.each([
    [kidSpec, 'torch-fidelity'],
    [kvdSpec, 'subsets'],
    [kvdSpec, 'seer-centred'],
    [fvdSpec, 'common-metrics-videogpt'],
  ])('recipe $id %s', async (metric, recipe) => {
    const [a, b] = [clipped(1, 350, 3, 5, 0.2), clipped(2, 350, 3, 5)]
    const options = { recipe, interval: false, floor: false, extrapolation: false, influential: 0 } as const
    const spec = findDistance(metric.id)
    expect(await scoreDistance(spec, stored(a), stored(b), options)).toEqual(await scoreDistance(spec, a, b, options))
  })
})

test('a Fréchet distance and its error read each side twice and no more, in order', async () => {
  const [a, b] = [stored(clipped(1, 400, 3, 6, 0.2)), stored(clipped(2, 400, 3, 6))]
  const noEvaluator = { ...fidSpec.distance, evaluator: () => Promise.resolve(undefined) }
  const { interval } = await scoreDistance({ ...fidSpec, distance: noEvaluator }, a, b, {
    floor: false,
    extrapolation: false,
  })
  expect(interval?.method).toBe('jackknife-influence')
  const pass = ['0-1024', '1024-1200']
  expect([a.asked, b.asked]).toEqual([
    [...pass, ...pass],
    [...pass, ...pass],
  ])
})

describe('influences of both sides by one pair of roots', () => {
  test.each([
    ['more rows than dimensions', 60, 50, 6],
    ['a side with fewer', 60, 5, 8],
    ['both with fewer', 5, 6, 9],
  ])('are those of each side alone: %s', async (_, rows, others, dimension) => {
    const recipe = findRecipe(fvdSpec)
    const [a, b] = [clipped(1, rows, 1, dimension, 0.3), clipped(2, others, 1, dimension)]
    const both = await frechetInfluences(recipe, a, b)
    const alone = [await frechetInfluence(recipe, a, b), await frechetInfluence(recipe, b, a)]
    both.generated.forEach((value, i) => expect(value).toBeCloseTo(alone[0][i], 9))
    both.reference?.forEach((value, i) => expect(value).toBeCloseTo(alone[1][i], 9))
    expect(both.reference).toHaveLength(others)
  })

  test('also where one side has a dimension that never moves', async () => {
    const recipe = findRecipe(fidSpec)
    for (const [a, b] of [
      [still(generated), reference],
      [generated, still(reference)],
      [still(generated), still(reference)],
    ]) {
      const both = await frechetInfluences(recipe, a, b)
      const alone = [await frechetInfluence(recipe, a, b), await frechetInfluence(recipe, b, a)]
      both.generated.forEach((value, i) => expect(value).toBeCloseTo(alone[0][i], 6))
      both.reference?.forEach((value, i) => expect(value).toBeCloseTo(alone[1][i], 6))
    }
  })
})

test('exchanges that will not be made cost nothing: no distance of exchanged clips is taken', async () => {
  let values = 0
  const counting = {
    ...fvdSpec,
    distance: {
      ...fvdSpec.distance,
      exchangeEvaluator: () =>
        Promise.resolve({
          generatedClips: 60,
          referenceClips: 30,
          nominalSeconds: 10,
          value: () => Promise.resolve(++values),
        }),
    },
  }
  const compared = await pairedTest(counting, generated, clipped(3, 30, 3, 6), reference)
  expect(compared.exchangeDropped).toBe('79 exchanges would be needed for 1 comparisons, 1 are affordable')
  expect(values).toBe(0)
})
