import type { Protocol } from '@kinemetric/benchmark'
import { isError } from '@kinemetric/files'
import { type DistanceMetric, type FeatureMatrix, findRecipe } from '@kinemetric/metrics'
import {
  type FeatureNeed,
  featureNeedKey,
  missingWeights,
  type NetworkOptions,
  openNetwork,
} from '@kinemetric/networks'
import type { RecordFailure } from '@kinemetric/records'
import type { CacheSide, FeatureCache } from '../store/feature-cache.ts'
import { extractFeatures } from '../extract/extract-features.ts'
import { settingDifferences } from './setting-differences.ts'

export interface ExplainOptions extends NetworkOptions {
  metric: DistanceMetric
  /** As `extractFeatures` takes them. */
  generated: string
  reference: string
  /** Of the reference's manifest, where it is not a published one. */
  protocol?: Protocol | undefined
  /** Frames left out of every clip of both sides; default: those that the reference's manifest leaves out, else none. */
  exclude?: readonly number[] | undefined
  /** Where features are looked for and kept, so that an interrupted explanation goes on. */
  cache?: FeatureCache | undefined
  onProgress?: ((event: { stage: string; done: number; total: number }) => void) | undefined
  signal?: AbortSignal | undefined
}

/** Where a recipe leaves the default one's path, in the order of the computation; `none` for the default itself. */
export type PartingStage = 'preprocessing' | 'network' | 'statistics' | 'nowhere'

/** One recipe's number for the same videos. */
export interface ExplainedRecipe {
  recipe: string
  summary: string
  /** null where it could not be computed; `reason` says why. */
  value: number | null
  reason?: string | undefined
  partsAt: PartingStage
  /** The settings that differ from the default recipe's: [default's, this one's]. */
  differs: Record<string, [unknown, unknown]>
  /** ‖features − default's features‖ / ‖default's features‖ over both sides; 0 where the features are the same. */
  featureChange: number | null
  /** The default's statistics on this recipe's features, minus the default's value: what preprocessing and network do. */
  dueToFeatures: number | null
  /** This recipe's value minus that: what estimator, divisor, root and scale do. */
  dueToStatistics: number | null
}

export interface Explanation {
  metric: string
  defaultRecipe: string
  recipes: ExplainedRecipe[]
  clips: { generated: number; reference: number }
  failures: RecordFailure[]
}

type Pair = { generated: FeatureMatrix; reference: FeatureMatrix }

/**
 * The same videos under every recipe of a metric, and at which stage each parts from the default one. Recipes whose weights are missing are listed
 * without a number. Throws what `extractFeatures` throws.
 */
export async function explainRecipes(options: ExplainOptions): Promise<Explanation> {
  const { metric } = options
  const usual = findRecipe(metric)
  const failures = new Map<string, RecordFailure>()
  const features = new Map<string, Pair | string>()
  const distinct = new Map([usual, ...metric.recipes].map(({ need }) => [pathKey(need), need]))
  for (const [key, need] of distinct) features.set(key, await featuresOf(need, options, failures))
  const featuresFor = (need: FeatureNeed) => features.get(pathKey(need)) ?? 'no features'
  const base = featuresFor(usual.need)
  const baseValue = typeof base === 'string' ? undefined : (await number(metric, base, usual.id)).value
  const recipes: ExplainedRecipe[] = []
  for (const recipe of metric.recipes) {
    const pair = featuresFor(recipe.need)
    const differs = settingDifferences(usual.settings, recipe.settings)
    const explained: ExplainedRecipe = {
      recipe: recipe.id,
      summary: recipe.summary,
      value: null,
      partsAt: partingStage(usual.need, recipe.need, differs),
      differs,
      featureChange: null,
      dueToFeatures: null,
      dueToStatistics: null,
    }
    recipes.push(explained)
    if (typeof pair === 'string') {
      explained.reason = pair
      continue
    }
    const own = await number(metric, pair, recipe.id)
    explained.value = own.value
    explained.reason = own.reason
    if (typeof base === 'string' || baseValue === undefined || baseValue === null) continue
    explained.featureChange = pair === base ? 0 : relativeChange(pair, base)
    const sameStatistics = (await number(metric, pair, usual.id)).value
    explained.dueToFeatures = sameStatistics === null ? null : sameStatistics - baseValue
    explained.dueToStatistics = own.value === null || sameStatistics === null ? null : own.value - sameStatistics
  }
  const counted = [...features.values()].find((pair) => typeof pair !== 'string')
  return {
    metric: metric.id,
    defaultRecipe: usual.id,
    recipes,
    clips: { generated: clipCount(counted?.generated), reference: clipCount(counted?.reference) },
    failures: [...failures.values()],
  }
}

/** Recipes that read different files of the network have different features even where everything else agrees. */
function pathKey(need: FeatureNeed): string {
  return `${featureNeedKey(need)}.${need.checkpoints[0]}`
}

async function featuresOf(
  need: FeatureNeed,
  options: ExplainOptions,
  failures: Map<string, RecordFailure>,
): Promise<Pair | string> {
  const opened = await openNetwork('features', need, options).catch((error: unknown) => {
    const missing = missingWeights(error)
    if (missing === undefined) throw error
    return `weights missing: ${missing.command}`
  })
  if (typeof opened === 'string') return opened
  const extractor = opened.network
  try {
    const { cache, provider = 'cpu' } = options
    const side = async (source: string, name: CacheSide, exclude: readonly number[] | undefined) => {
      const blocks: Float32Array[] = []
      const { failures: failed, excluded } = await extractFeatures({
        source,
        extractor,
        protocol: options.protocol,
        exclude,
        cached: cache === undefined ? undefined : { cache, side: name, need, provider },
        onRows: (rows) => Promise.resolve(void blocks.push(rows)),
        onProgress: ({ done, total }) => options.onProgress?.({ stage: `${need.preprocessing} ${name}`, done, total }),
        signal: options.signal,
      })
      for (const failure of failed) failures.set(`${name}/${failure.clip}`, failure)
      return { features: joinRows(blocks, extractor.dimension), excluded }
    }
    // What a manifest leaves out of its references is left out of what is held against them.
    const reference = await side(options.reference, 'reference', options.exclude)
    const generated = await side(options.generated, 'generated', reference.excluded)
    return { generated: generated.features, reference: reference.features }
  } finally {
    await extractor.close()
  }
}

function joinRows(blocks: readonly Float32Array[], dimension: number): FeatureMatrix {
  const length = blocks.reduce((sum, block) => sum + block.length, 0)
  const data = new Float32Array(length)
  const clipOfRow = new Int32Array(length / dimension)
  let at = 0
  for (const [clip, block] of blocks.entries()) {
    data.set(block, at)
    clipOfRow.fill(clip, at / dimension, (at + block.length) / dimension)
    at += block.length
  }
  return { data, rows: length / dimension, dimension, clipOfRow }
}

/** A recipe that refuses these videos (too few, say) has a reason in place of a number. */
async function number(
  metric: DistanceMetric,
  pair: Pair,
  recipe: string,
): Promise<{ value: number | null; reason?: string }> {
  try {
    const { generated, reference } = pair
    return { value: (await metric.distance.value(metric.id, findRecipe(metric, recipe), generated, reference)).value }
  } catch (error) {
    if (isError(error, 'unfit')) return { value: null, reason: error.message }
    throw error
  }
}

function partingStage(base: FeatureNeed, need: FeatureNeed, differs: Record<string, unknown>): PartingStage {
  if (need.preprocessing !== base.preprocessing) return 'preprocessing'
  if (need.checkpoints[0] !== base.checkpoints[0] || need.variant !== base.variant) return 'network'
  return Object.keys(differs).length > 0 ? 'statistics' : 'nowhere'
}

function relativeChange(pair: Pair, base: Pair): number | null {
  let change = 0
  let norm = 0
  for (const side of ['generated', 'reference'] as const) {
    const a = pair[side].data
    const b = base[side].data
    if (a.length !== b.length) return null
    for (let i = 0; i < a.length; i++) {
      change += (a[i] - b[i]) ** 2
      norm += b[i] ** 2
    }
  }
  return norm === 0 ? null : Math.sqrt(change / norm)
}

function clipCount(features: FeatureMatrix | undefined): number {
  return features?.clipOfRow === undefined ? 0 : new Set(features.clipOfRow).size
}
