import { findRecipe, type MeasuredClip, type MeasuredSet } from '@kinemetric/metrics'
import { describe, expect, test } from 'vitest'
import { physicsIqSpec } from '../../src/physics/physics-iq.ts'
import golden from '../goldens/physics-iq.json' with { type: 'json' }

const how = {
  shown: 'script',
  extra: {},
  bootstrap: { resamples: 1000, level: 0.95 },
  seeds: { bootstrap: 0, points: 0, shuffle: 0 },
  motion: { tracker: 'none', points: 100 },
}

type View = (typeof golden.cases)[number]['views'][number]

/** Views as they are met after measuring; `runs` of each. */
function setOf(of: readonly View[], runs = 1): MeasuredSet {
  const clips = of.map(({ clip, unit, ...view }): MeasuredClip => ({
    clip,
    unit,
    values: Float64Array.of(1),
    notes: Array.from({ length: runs }, () => ({ frames: 40, ...view })),
    objects: undefined,
  }))
  return { clips, rows: noRows, tracklets: () => Promise.resolve(undefined) }
}

/** The view as a worse method would have it. */
const worse = (view: View) => ({ ...view.generated, spatial: view.generated.spatial / 2 })

const noRows = () => Promise.reject(new Error('not asked for'))

function conclude(set: MeasuredSet, recipe: string) {
  return physicsIqSpec.conclude(set, findRecipe(physicsIqSpec, recipe), { ...how, shown: recipe })
}

for (const given of golden.cases) {
  describe(`Physics-IQ of ${given.codec} masks`, () => {
    test('is the number that the original script prints', async () => {
      const score = await conclude(setOf(given.views), 'script')
      expect(score.value).toBe(given.script)
      expect(score.details?.takes).toMatchObject({
        physicalVariance: given.physicalVariance,
        ceiling: 100,
        scenarios: 2,
      })
    })

    test.each(['table', 'stable', 'verified'] as const)('%s is the later code’s', async (recipe) => {
      const score = await conclude(setOf(given.views), recipe)
      expect(score.value).toBeCloseTo(given[recipe], 8)
    })

    test('has four parts', async () => {
      const [table, verified] = await Promise.all([
        conclude(setOf(given.views), 'table'),
        conclude(setOf(given.views), 'verified'),
      ])
      for (const kind of ['spatiotemporal', 'spatial', 'weightedSpatial', 'mse'] as const)
        expect(verified.details?.takes?.subScores[kind]).toBeCloseTo(given.subScores[kind], 8)
      for (const kind of ['spatiotemporal', 'spatial', 'weightedSpatial'] as const)
        expect(table.details?.takes?.subScores[kind]).toBeCloseTo(given.tableParts[kind], 8)
    })

    test('is the mean of what its views do to it', () => {
      for (const id of ['script', 'table', 'stable', 'verified'] as const) {
        const { clips } = setOf(given.views)
        const values = physicsIqSpec.clipValues?.(clips, findRecipe(physicsIqSpec, id), []) ?? []
        const mean = values.reduce<number>((sum, value) => sum + (value ?? Number.NaN), 0) / values.length
        expect(mean).toBeCloseTo(given[id], 8)
      }
    })
  })
}

const [{ views }] = golden.cases

describe('the score of a set', () => {
  test('without a view is none, and says which', async () => {
    const set = setOf(views)
    const clips = [...set.clips].map((clip, i) => (i === 1 ? { ...clip, values: undefined, notes: undefined } : clip))
    const score = await conclude({ ...set, clips }, 'verified')
    expect(score.value).toBeNull()
    expect(score.warnings?.[0]).toBe(
      'no value: 1 of 6 views were not measured (0002_perspective-center_trimmed-a), and the score is of all of them',
    )
  })

  test('of a scenario with fewer views is none', async () => {
    const score = await conclude(setOf(views.slice(0, 5)), 'script')
    expect(score.value).toBeNull()
    expect(score.warnings?.[0]).toContain('some scenarios have fewer views than others')
  })

  test('of runs is their mean, with the sample standard deviation', async () => {
    const set = setOf(views)
    const clips = [...set.clips].map((clip, i) => ({
      ...clip,
      notes: [
        { frames: 40, ...views[i] },
        { frames: 40, ...views[i], generated: worse(views[i]) },
      ],
    }))
    const score = await conclude({ ...set, clips }, 'script')
    const [first, second] = score.details?.takes?.runs?.values ?? []
    expect(first).toBe(golden.cases[0].script)
    expect(score.value).toBe((first + second) / 2)
    expect(score.details?.takes?.runs?.sd).toBeCloseTo(Math.abs(first - second) / Math.SQRT2, 10)
  })

  test('has an interval over scenarios, of which views are one unit', async () => {
    const many = Array.from({ length: 8 }, (_, k) =>
      views.slice(0, 3).map((view, i) => ({
        ...view,
        clip: `${k}-${i}`,
        unit: `scenario-${k}`,
        generated: { ...view.generated, spatial: view.generated.spatial * (0.6 + 0.1 * k) },
      })),
    ).flat()
    const score = await conclude(setOf(many), 'table')
    expect(score.details?.units).toBe(8)
    const without = await Promise.all(
      Array.from(
        { length: 8 },
        async (_, k) =>
          (await conclude(setOf(many.filter(({ unit }) => unit !== `scenario-${k}`)), 'table')).value ?? 0,
      ),
    )
    const mean = without.reduce((sum, value) => sum + value, 0) / 8
    const jackknife = Math.sqrt((7 / 8) * without.reduce((sum, value) => sum + (value - mean) ** 2, 0))
    const half = ((score.interval?.high ?? 0) - (score.interval?.low ?? 0)) / 2
    // Student's quantile for 7 degrees of freedom is 2.365; Hall's correction moves the ends apart unevenly.
    expect(half / jackknife).toBeGreaterThan(2.1)
    expect(half / jackknife).toBeLessThan(2.7)
  })
})
