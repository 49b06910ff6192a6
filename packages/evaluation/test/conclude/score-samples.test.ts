import { held, metricCatalogue, type MetricSpec } from '@kinemetric/metrics'
import type { Score } from '@kinemetric/records'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../benchmark/test/temporary-folder.ts'
import { findProtocol } from '../../../benchmark/src/index.ts'
import { conclude, type Measured } from '../../src/conclude/conclude.ts'
import type { ClipMeasurements } from '../../src/journal/measurement.ts'
import type { MetricName } from '../../src/plan/metric-name.ts'
import { FeatureCache } from '../../src/store/feature-cache.ts'
import { featureArrays } from '../../src/store/feature-key.ts'

const store = new FeatureCache(undefined, await temporaryFolder(), () => undefined)

/** Rows of one clip, kept. @returns their address */
async function keep(rows: readonly number[]): Promise<string> {
  const key = { kind: 'features' as const, version: 1, network: 'n', digest: 'd', input: '', provider: 'cpu' }
  const made = () => Promise.resolve(featureArrays(Float32Array.from(rows), 1))
  return (await store.get({ ...key, frames: rows.join(',') }, 'generated', made)).address
}

async function line(clip: string, sample: string | undefined, rows: readonly number[]): Promise<ClipMeasurements> {
  const address = await keep(rows)
  return {
    clip,
    ...(sample === undefined ? {} : { sample }),
    stamp: '',
    generated: '',
    reference: '',
    size: [1, 1],
    frames: 1,
    measured: [],
    values: {},
    notes: {},
    kept: { n: { generated: address, reference: address } },
    objects: {},
    failures: [],
  }
}

/** A metric of sets whose value is the mean of the generated rows plus 100 a row, as a biased distance depends on their number. */
const ofSets: MetricSpec = {
  ...metricCatalogue.find(({ per }) => per === 'set')!,
  conclude: async (set): Promise<Score> => {
    const rows = await set.rows('generated')
    const { rows: count, clips: names } = rows
    const { data } = await held(rows)
    const interval = { low: data[0], high: data[0] + 2, level: 0.95, method: 'own' }
    const value = [...data].reduce((sum, each) => sum + each, 0) / count + 100 * count
    return { ...score, value, n: count, interval, details: { clips: set.clips.length, rowsOf: [...names] } }
  },
}
const score = { metric: 'x', recipe: 'r', unit: '', better: 'lower' as const, signature: 's' }
const [recipe] = ofSets.recipes
const name: MetricName = { metric: ofSets, recipe, rule: undefined, shown: 'r', measured: 'r', extra: {}, needKey: 'n' }
const of = async (clips: ClipMeasurements[], rule?: MetricName['rule']) => {
  const several = new Set(clips.map(({ clip }) => clip)).size < clips.length
  const names = [{ ...name, rule }]
  const measured: Measured = { protocol: findProtocol('as-is'), uses: [], names, clips, several, store }
  return (await conclude(measured))[0]
}

test('sets of several samples: the mean of each sample’s distance, all of as many rows as one sample has', async () => {
  const clips = await Promise.all([line('a', '0', [1]), line('a', '1', [5]), line('b', '0', [3]), line('b', '1', [11])])
  const { value, n, interval, details, warnings } = await of(clips)
  // (1 + 3)/2 and (5 + 11)/2, with 100 a row.
  expect(value).toBe((202 + 208) / 2)
  expect(n).toBe(2)
  expect(interval).toMatchObject({ low: 3, high: 5 })
  expect(details).toMatchObject({ samples: { fewest: 2, most: 2, values: [202, 208], sd: Math.sqrt(18) } })
  expect(warnings).toEqual([expect.stringMatching(/mean over 2 samples/)])
  const pooled = await of(clips, { kind: 'pooled' })
  expect(pooled).toMatchObject({ value: 405, n: 4, details: { rowsOf: ['a', 'a', 'b', 'b'] } })
  expect(pooled.details).not.toHaveProperty('samples')
})

test('what a score takes is told to who concludes, before it is made', async () => {
  const said: string[] = []
  const costly: MetricSpec = {
    ...ofSets,
    conclude: (set, given, how) => {
      how.onCost?.('hours')
      expect(said).toEqual(['hours'])
      return ofSets.conclude(set, given, how)
    },
  }
  const clips = await Promise.all([line('a', undefined, [1]), line('b', undefined, [3])])
  const onCost = (message: string) => said.push(message)
  await conclude({
    protocol: findProtocol('as-is'),
    uses: [],
    names: [{ ...name, metric: costly }],
    clips,
    several: false,
    store,
    onCost,
  })
  expect.assertions(1)
})

test('samples that not every clip has are left out of sets, and it is said', async () => {
  const clips = await Promise.all([
    line('a', '0', [1]),
    line('a', '1', [2]),
    line('a', '2', [1000]),
    line('b', '0', [3]),
    line('b', '4', [4]),
  ])
  expect(await of(clips)).toMatchObject({
    value: (202 + 203) / 2,
    details: { samples: { fewest: 2, most: 3 } },
    warnings: [/mean over 2/, /beyond the 2 that every clip has are left out/],
  })
  const one = await Promise.all([line('a', '0', [1]), line('a', '1', [7]), line('b', undefined, [3])])
  expect(await of(one)).toMatchObject({ value: 202, warnings: [/first sample of each clip/] })
})

test('one sample each is concluded as it ever was', async () => {
  const single = await of(await Promise.all([line('a', undefined, [1]), line('b', undefined, [3])]))
  expect(single).toEqual({ ...score, value: 202, n: 2, interval: expect.anything(), details: expect.anything() })
  expect(single.details).not.toHaveProperty('samples')
})
