import { join } from 'node:path'
import { findMetric, seededRandom } from '@kinemetric/metrics'
import { recordPaths, writeRecord } from '@kinemetric/records'
import { smallProtocol } from '../../benchmark/test/small-benchmark.ts'
import { openRecordAt } from '../src/compare/compared-record.ts'
import { concludingAs } from '../src/compare/concluding-as.ts'
import { featureAddresses, keptSet } from '../src/compare/kept-sets.ts'
import { compareResults, evaluateMethods, FeatureCache, type PublishOptions } from '../src/index.ts'
import { needKey } from '../src/plan/need-key.ts'
import { cacheAddress, type FeatureKey } from '../src/store/feature-cache.ts'
import { featureKey } from '../src/store/feature-key.ts'
import { preparedBenchmark, writeMethod } from './prepared-benchmark.ts'

/** Results of two methods on seven clips with a distance between sets, whose rows of features (drawn, of no network) lie in a cache; of one row a clip with comparisons. */
export async function resultsWithFeatures(rowsOfClip = 1) {
  const ids = Array.from({ length: 7 }, (_, index) => `clip-${index}`)
  const { root, manifest } = await preparedBenchmark(ids)
  const methods = ['near', 'far']
  for (const [index, id] of methods.entries()) await writeMethod(join(root, id), ids, { shift: 0.2 + index })
  const results = join(root, 'results')
  const cache = join(root, 'cache')
  await evaluateMethods({
    reference: { manifest },
    protocol: smallProtocol,
    metrics: ['psnr', 'ssim'],
    cache: false,
    out: results,
    methods: methods.map((id) => ({ generated: join(root, id), method: { id } })),
  })
  for (const id of methods) await addDistance(results, cache, id, rowsOfClip)
  if (rowsOfClip === 1) await compareResults(results, { cache })
  return { root, results, cache }
}

async function addDistance(results: string, cache: string, id: string, rowsOfClip: number): Promise<void> {
  const store = new FeatureCache(cache, undefined, () => undefined)
  const { record: path } = recordPaths(results, 'small-48x64', id)
  const compared = await openRecordAt(path)
  const { record, hashes } = compared
  const metric = findMetric('fvd')
  const [recipe] = metric.recipes.filter((each) => each.id === metric.defaultRecipe)
  const need = metric.needs(recipe)
  if (need.kind !== 'features' || hashes === undefined) throw new Error('expected a metric of features')
  const use = { key: needKey(need), network: need.ask.network, digest: 'd'.repeat(64) }
  record.provenance.networks = [use]
  const places = featureAddresses(compared, { metric, recipe }, { comparable: () => true })
  if (typeof places === 'string') throw new Error(places)
  for (const [clip, { generated, reference }] of places) {
    const [hash] = hashes.get(clip)!
    for (const [side, address] of Object.entries({ generated, reference })) {
      const key = keyOf(address, side === 'generated' ? hash.generated : (hash.reference ?? ''))
      const random = seededRandom(Number.parseInt(address.slice(0, 7), 16))
      const rows = () => ({
        shape: [rowsOfClip, 400],
        data: Float32Array.from({ length: 400 * rowsOfClip }, () => random.normal()),
      })
      await store.get(key, 'generated', () => Promise.resolve({ rows: rows() }))
    }
  }
  const set = keptSet(places, [...places.keys()], { unitOf: (clip) => clip, weightOf: () => 1 }, store)
  const extra = { protocol: 'small-48x64-1' }
  const shown = {
    metric: metric.id,
    recipe: recipe.id,
    signature: '',
    value: 0,
    unit: '',
    better: 'lower',
    n: 0,
    interval: null,
  } as const
  record.scores.push(
    await metric.conclude(set, recipe, { ...concludingAs(shown, record), extra, valueAlone: rowsOfClip > 1 }),
  )
  await writeRecord(path, record, { overwrite: true })

  function keyOf(address: string, frames: string): FeatureKey {
    if (need.kind !== 'features') throw new Error('expected a need of features')
    const scored = Array.from({ length: hashes!.get('clip-0')![0].frames }, (_, at) => at).filter(
      (at) => !record.protocol.excludedFrames.includes(at),
    )
    const extractor = { network: use.network, digest: use.digest, preprocessing: need.ask.preprocessing }
    const key = featureKey(extractor, need.ask, record.provenance.provider, frames, scored)
    if (cacheAddress(key) !== address) throw new Error('expected the address of the key')
    return key
  }
}

/** Texts of a bundle as a command would give them, in short. */
export const shortTexts: PublishOptions['texts'] = ({ records, bundle }) =>
  Promise.resolve(
    new Map([['README.md', `# ${bundle.title}\n\n${records.map(({ method }) => method.id).join(', ')}\n`]]),
  )
