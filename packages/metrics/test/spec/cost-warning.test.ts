import { describe, expect, test } from 'vitest'
import {
  type DistanceMetric,
  fidSpec,
  findRecipe,
  kidSpec,
  kvdSpec,
  type MeasuredSet,
  scoreDistance,
} from '@kinemetric/metrics'
import { kernelCost, pairsOfScore } from '../../src/distribution/kernel/kernel-cost.ts'
import type { KernelRecipe } from '../../src/distribution/kernel/kernel-recipe.ts'
import { compareRows } from '../../src/distribution/paired-test.ts'
import { costWarning } from '../../src/spec/cost-warning.ts'
import { clipped } from '../features/clipped-features.ts'

const [generated, reference] = [clipped(1, 30, 2, 5, 0.2), clipped(2, 30, 2, 5)]

/** KID on a machine on which all pairs take so many seconds. */
function kidTaking(seconds: number, drawn: number): DistanceMetric<KernelRecipe> {
  const cost = (recipe: KernelRecipe) =>
    Promise.resolve(
      recipe.draws === 'randomstate-2020'
        ? { seconds: drawn, of: '100 drawn subsets of 1,000 rows a side' }
        : { seconds, of: 'all pairs of 112,671 and 112,671 rows' },
    )
  return { ...kidSpec, distance: { ...kidSpec.distance, cost } }
}

describe('costWarning', () => {
  test('says what more than a minute takes, and the recipe of the same features that takes less', async () => {
    const metric = kidTaking(2000, 40)
    expect(await costWarning(metric, findRecipe(metric), generated, reference, true)).toBe(
      'kid (full) takes all pairs of 112,671 and 112,671 rows: about 33 minutes on this machine. kid:torch-fidelity, 100 drawn subsets of 1,000 rows a side, is of the same features and takes about 40 seconds; its number is another',
    )
    const clean = findRecipe(metric, 'clean-fid')
    expect(await costWarning(metric, clean, generated, reference, true)).toContain('kid:clean-fid-subsets-100x1000')
  })

  test('offers nothing that takes nearly as long, and says nothing of a minute', async () => {
    const slow = kidTaking(9000, 4000)
    expect(await costWarning(slow, findRecipe(slow), generated, reference, true)).toBe(
      'kid (full) takes all pairs of 112,671 and 112,671 rows: about 3 hours on this machine; no recipe of these features takes much less',
    )
    const quick = kidTaking(59, 10)
    expect(await costWarning(quick, findRecipe(quick), generated, reference, true)).toBeUndefined()
    expect(await costWarning(fidSpec, findRecipe(fidSpec), generated, reference, true)).toBeUndefined()
  })

  test('is told before the score is made, which then is of the recipe that was asked for', async () => {
    const said: string[] = []
    const metric = kidTaking(2000, 40)
    const told = {
      ...metric,
      distance: {
        ...metric.distance,
        value: (...given: Parameters<typeof metric.distance.value>) => {
          expect(said).toHaveLength(1)
          return metric.distance.value(...given)
        },
      },
    }
    const score = await scoreDistance(told, generated, reference, { onCost: (message) => said.push(message) })
    expect(score.recipe).toBe('full')
    const silent = await scoreDistance(metric, generated, reference)
    expect(score).toEqual(silent)
  })
})

const size = (rows: number, clips: number) => ({
  rows,
  dimension: 2048,
  clipOfRow: Int32Array.from({ length: rows }, (_, i) => i % clips),
})
const rows = (n: number) => ({ rows: n, dimension: 64, clipOfRow: undefined })

test('comparing says it of each method once, however many pairs it is in', async () => {
  const said: string[] = []
  const metric = kidTaking(2000, 40)
  const methods = [clipped(1, 30, 2, 5, 0.2), clipped(3, 30, 2, 5, 0.1), clipped(4, 30, 2, 5)].map(setOf)
  const how = {
    shown: 'full',
    extra: {},
    bootstrap: { resamples: 100, level: 0.95 },
    seeds: { bootstrap: 0, points: 0, shuffle: 0 },
    motion: { tracker: 'none', points: 0 },
    draws: 10,
    onCost: (message: string) => said.push(message),
  }
  const recipe = findRecipe(metric)
  for (const [a, b] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ])
    await compareRows(metric, methods[a], methods[b], recipe, how)
  expect(said).toHaveLength(3)
  expect(said[0]).toContain('about 33 minutes')
})

function setOf(rows: typeof generated): MeasuredSet {
  const clips = Array.from({ length: 30 }, (_, clip) => `clip ${clip}`)
  return {
    clips: clips.map((clip) => ({ clip, values: undefined, notes: undefined, objects: undefined })),
    rows: (side) => Promise.resolve({ ...(side === 'generated' ? rows : reference), clips }),
    tracklets: () => Promise.resolve(undefined),
  }
}

describe('the cost of a kernel distance', () => {
  test('is that of its pairs of rows', () => {
    const full = findRecipe(kidSpec)
    const [many, few] = [size(20_000, 5000), size(20_000, 100)]
    expect(pairsOfScore(full, many, many, false)).toBe(2 * 20_000 ** 2)
    // So many clips have their error from the sums of the value itself; few have evaluators, of both sides and of the reference for its floor.
    expect(pairsOfScore(full, many, many, true)).toBe(2 * 20_000 ** 2)
    expect(pairsOfScore(full, few, few, true)).toBe(7 * 20_000 ** 2)
    expect(pairsOfScore(findRecipe(kidSpec, 'torch-fidelity'), many, many, true)).toBe(100 * 2 * 1000 ** 2)
    expect(pairsOfScore(findRecipe(kidSpec, 'torchmetrics'), many, many, true)).toBe(2 * 20_000 ** 2)
  })

  test('is measured on this machine where it is much', async () => {
    const [some, more] = [
      await kernelCost(findRecipe(kvdSpec), rows(200_000), rows(200_000), false),
      await kernelCost(findRecipe(kvdSpec), rows(400_000), rows(400_000), false),
    ]
    expect(more.seconds / some.seconds).toBeCloseTo(4, 9)
    expect(some.of).toBe('all pairs of 200,000 and 200,000 rows')
    const few = await kernelCost(findRecipe(kvdSpec), rows(1000), rows(1000), false)
    expect(few.seconds).toBe((2 * 2e6 * 64) / 5e10)
  })
})
