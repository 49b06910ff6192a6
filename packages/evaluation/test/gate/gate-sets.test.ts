import { join } from 'node:path'
import { fidSpec, seededRandom } from '@kinemetric/metrics'
import type { Score } from '@kinemetric/records'
import { beforeAll, expect, test } from 'vitest'
import { temporaryFolder } from '../../../benchmark/test/temporary-folder.ts'
import { scoredFrames } from '../../src/plan/protocol-extra.ts'
import { needKey } from '../../src/plan/need-key.ts'
import { gateRecords } from '../../src/gate/gate-records.ts'
import type { GateRecord } from '../../src/gate/open-gate-record.ts'
import { FeatureCache } from '../../src/store/feature-cache.ts'
import { featureArrays, featureKey } from '../../src/store/feature-key.ts'
import { simulatedRecord } from './simulated-record.ts'

// Distances between sets are gated by what the cache has of their features: here rows that are drawn, under the addresses that a network's would have.

const [clips, dimension] = [24, 6]
const recipe = fidSpec.recipes.find(({ id }) => id === fidSpec.defaultRecipe)!
const { ask } = fidSpec.needs(recipe)
const use = { key: needKey(fidSpec.needs(recipe)), network: ask.network, digest: 'd'.repeat(64) }
const score: Score = {
  metric: fidSpec.id,
  recipe: recipe.id,
  value: 1,
  label: fidSpec.label,
  unit: '',
  better: 'lower',
  n: clips,
  interval: null,
  signature: 'fid|recipe:own|v:1',
}

const store = new FeatureCache(join(await temporaryFolder(), 'cache'), undefined, () => {})

/** Keeps rows of a clip's frames, `shift` from the reference's. */
async function keep(frames: string, clip: number, shift: number, noise: number): Promise<void> {
  const [shared, own] = [seededRandom(clip), seededRandom(1000 + clip + Math.round(1000 * noise))]
  const rows = Float32Array.from({ length: 2 * dimension }, () => shared.normal() + shift + 0.3 * noise * own.normal())
  const key = featureKey({ ...use, preprocessing: ask.preprocessing }, ask, 'cpu', frames, scoredFrames(14, [0]))
  await store.get(key, 'generated', () => Promise.resolve(featureArrays(rows, dimension)))
}

function run(name: string): GateRecord {
  const base = simulatedRecord({
    metrics: [{ metric: 'none', better: 'lower', values: new Float64Array(clips) }],
    generated: (clip) => `${name}-${clip}`,
  })
  const { record } = base
  return { ...base, record: { ...record, scores: [score], provenance: { ...record.provenance, networks: [use] } } }
}

beforeAll(async () => {
  for (let clip = 0; clip < clips; clip++) {
    await keep(`reference-${clip}`, clip, 0, 0)
    await keep(`before-${clip}`, clip, 0.2, 1)
    await keep(`nearly-${clip}`, clip, 0.2, 1.01)
    await keep(`worse-${clip}`, clip, 1.2, 1)
  }
})

const margins = [{ metric: fidSpec.id, value: 2 }]

test.each([
  ['nearly', 'pass'],
  ['worse', 'fail'],
] as const)('a candidate that is %s: %s, by the jackknife over clips', async (name, verdict) => {
  const { metrics } = await gateRecords(run('before'), run(name), { margins, store })
  expect(metrics[0]).toMatchObject({ verdict, test: 'jackknife', clips, units: clips })
  const { interval, difference } = metrics[0]
  expect(interval!.low).toBeLessThan(-difference!)
  expect(interval!.high).toBeGreaterThan(-difference!)
})

test('the same rows are identical', async () => {
  const { verdict, metrics } = await gateRecords(run('before'), run('before'), { margins, store })
  expect(verdict).toBe('pass')
  expect(metrics[0]).toMatchObject({ test: 'identical', difference: 0 })
})

test('features that are not in the cache cannot tell, and say what to do', async () => {
  const { verdict, metrics } = await gateRecords(run('before'), run('elsewhere'), { margins, store })
  expect(verdict).toBe('cannot-tell')
  expect(metrics[0].reason).toMatch(
    /candidate: the features of 24 of 24 clips are not in the cache; score both again on this machine/,
  )
})

test('rules ask of what the table shows: of sets without features what the records say, where both are of the same clips', async () => {
  const rules = [`${fidSpec.id} > baseline.${fidSpec.id} + 1`]
  expect((await gateRecords(run('before'), run('worse'), { rules, store })).rules[0].holds).toBe(true)
  const recorded = await gateRecords(run('before'), run('elsewhere'), { rules, store })
  expect(recorded.rules[0]).toMatchObject({ holds: false, values: [{ value: 1 }, { value: 1 }] })
  const fewer = run('elsewhere')
  fewer.hashes!.values().next().value![0].reference = 'another'
  await expect(gateRecords(run('before'), fewer, { rules, store })).rejects.toThrow(
    /expected a value of (?:baseline\.)?fid, found none: candidate: the features of 23 of 23/,
  )
})
