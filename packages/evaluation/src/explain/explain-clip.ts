import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchmarkError, metricsOf, type Protocol } from '@kinemetric/benchmark'
import { clipValue, findRecipe, type MetricSpec, type RecipeInfo } from '@kinemetric/metrics'
import { DeferredSessions } from '@kinemetric/networks'
import { findSamples } from '../clips/generated-samples.ts'
import { referencesOf } from '../clips/references-of.ts'
import type { LoadedClip } from '../clips/load-clip.ts'
import { type ClipMeasurements, fromStored } from '../journal/measurement.ts'
import { openMeasurers, type OpenMeasurers } from '../measure/open-measurers.ts'
import { metricKey, type MetricName } from '../plan/metric-name.ts'
import { planMetrics } from '../plan/metric-plan.ts'
import { withoutPairs } from '../plan/without-references.ts'
import { namesOf } from '../references/known-names.ts'
import type { ReferenceSet, ReferenceSource } from '../references/reference-clips.ts'
import { definedValues } from '../conclude/measured-sets.ts'
import { loadGroup, outcomesOf } from '../run/measure-group.ts'
import { taskAt } from '../run/tasks.ts'
import { usualTrackers } from '../plan/usual-trackers.ts'
import { FeatureCache } from '../store/feature-cache.ts'
import { settingDifferences } from './setting-differences.ts'
import { type RecordedClip, recordedClip } from './recorded-clip.ts'

export interface ExplainClipOptions {
  /** Of frames or of clips: a metric of sets has no value of one clip. */
  metric: MetricSpec
  /** Where the clip's reference is; absent for a metric that needs none. */
  reference?: ReferenceSource | undefined
  /** Of a folder of references. */
  protocol?: string | Protocol | undefined
  /** As `evaluate` takes it. */
  generated: string
  /** The clip's id. */
  clip: string
  /** Of several samples the one of this number; the first where not given. */
  sample?: number | undefined
  /** A record, whose number and whose frames these are held against. */
  record?: string | undefined
  /** Where tracks are looked for and kept. */
  cache?: string | undefined
  /** As `evaluate` takes them. */
  tracker?: string | undefined
  provider?: 'cpu' | 'webgpu' | 'cuda' | undefined
  threads?: number | undefined
  weightFolders?: readonly string[] | undefined
  unverifiedCheckpoints?: Readonly<Record<string, string>> | undefined
  signal?: AbortSignal | undefined
}

/** One recipe's value of a clip. */
export interface ExplainedClipRecipe {
  /** As a record names it. */
  recipe: string
  summary: string
  /** null where it has none; `reason` says why. */
  value: number | null
  reason?: string | undefined
  /** Frames of the generated video from 0, and the value of each; frame −1 is the whole clip. */
  frames: readonly number[]
  values: readonly number[]
  /** The settings that differ from the default recipe's: [default's, this one's]. */
  differs: Record<string, [unknown, unknown]>
  /** What the record says of it; absent where it says nothing. */
  recorded?: number | undefined
}

export interface ClipExplanation {
  metric: string
  clip: string
  sample: string | null
  protocol: { id: string; version: string | number }
  defaultRecipe: string
  /** [height, width] */
  size: readonly [number, number]
  /** How many frames both sides have, and which of them are compared. */
  frames: { all: number; scored: readonly number[] }
  /** sha256 of the decoded frames, RGB, as they were compared. */
  sha256: { generated: string; reference: string | null }
  recipes: ExplainedClipRecipe[]
  /** What the record has of the clip, where one was given. */
  record?: Pick<RecordedClip, 'method' | 'sha256' | 'samples'> | undefined
  warnings: string[]
}

/**
 * One clip under every recipe of a metric, frame by frame, from the very frames that a score is made of; with a record, whether that has the same number of the
 * same frames. Recipes whose weights are missing are listed without a value.
 * @throws KinemetricError `bad-option` for a metric of sets, an unknown clip or sample; the clip's own error where it cannot be scored; what opening networks throws
 */
export async function explainClip(options: ExplainClipOptions): Promise<ClipExplanation> {
  const { metric, clip } = options
  if (metric.per === 'set')
    throw benchmarkError('bad-option', 'clip', {
      expected: `a metric that has a value of one clip`,
      found: `${metric.id}, which is of sets of clips`,
    })
  const references = await referencesOf({ ...options, clips: [clip] }, [options.generated])
  const folder = await mkdtemp(join(tmpdir(), 'kinemetric-explain-'))
  const deferred = new DeferredSessions()
  let measuring: OpenMeasurers | undefined
  try {
    const { protocol } = references
    const asked = metric.recipes.map(({ id }) => `${metric.id}:${id}`)
    const plan = planMetrics(asked, protocol)
    const { needs } = references.none === true ? withoutPairs(plan, asked) : plan
    const { provider = 'cpu', tracker = 'auto', threads, weightFolders: searchPath } = options
    const cache = new FeatureCache(options.cache, folder, () => undefined)
    measuring = await openMeasurers(
      // What has no weights is told, and takes no other recipe with it.
      needs.map((need) => ({ ...need, metrics: need.metrics.map((each) => ({ ...each, required: false })) })),
      {
        protocol,
        tracker: tracker === 'auto' ? usualTrackers : tracker,
        cache,
        provider,
        network: { provider, threads, searchPath, checkpoints: options.unverifiedCheckpoints, deferred },
      },
    )
    await deferred.open()
    const { loaded, measured } = await measureOne(references, measuring, options)
    const recorded =
      options.record === undefined ? undefined : await recordedClip(options.record, clip, measured.sample)
    return explanationOf(options, protocol, measuring, { loaded, measured, recorded })
  } finally {
    references.clips.close()
    await measuring?.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The one task that there is of the clip, measured. */
async function measureOne(
  references: ReferenceSet,
  { measurers }: OpenMeasurers,
  { clip, generated, sample, signal }: ExplainClipOptions,
) {
  const [failed] = references.failures
  if (references.clips.length === 0) throw benchmarkError('bad-option', 'clip', failed.message)
  const set = await findSamples(generated, namesOf(references), sample)
  const methods = [{ id: 'explained', generated: set, measurers }]
  const task = taskAt({ references, methods }, { method: 0, clip: 0, sample: 0, against: -1 })
  const [{ loaded }] = await loadGroup([task], references.protocol, signal)
  if ('failure' in loaded)
    throw benchmarkError('bad-option', clip, `cannot be scored: ${loaded.failure.reason}: ${loaded.failure.message}`)
  const [{ outcome }] = await outcomesOf([{ task, loaded }])
  if ('failure' in outcome) throw benchmarkError('bad-option', clip, outcome.failure.message)
  return { loaded, measured: outcome }
}

interface Found {
  loaded: Exclude<LoadedClip, { failure: unknown }>
  measured: ClipMeasurements
  recorded: RecordedClip | undefined
}

function explanationOf(
  { metric, clip }: ExplainClipOptions,
  protocol: Protocol,
  { measurers, warnings }: OpenMeasurers,
  { loaded, measured, recorded }: Found,
): ClipExplanation {
  const own = metricsOf(protocol).find((entry) => entry.metric === metric.id)?.recipe
  const usual = findRecipe(metric, own)
  const names = measurers.flatMap((each) => each.names)
  const { id, version } = protocol.identity
  const explanation: ClipExplanation = {
    metric: metric.id,
    clip,
    sample: measured.sample ?? null,
    protocol: { id, version },
    defaultRecipe: usual.id,
    size: measured.size,
    frames: { all: measured.frames, scored: loaded.video.scored },
    sha256: { generated: measured.generated, reference: measured.reference ?? null },
    recipes: metric.recipes.map((recipe) => {
      const name = names.find((each) => each.recipe.id === recipe.id)
      const differs = settingDifferences(usual.settings, recipe.settings)
      return { ...explained(recipe, name, measured, recorded), differs }
    }),
    warnings: [...new Set([...warnings, ...loaded.warnings.map(({ side, message }) => `${side}: ${message}`)])],
  }
  if (recorded !== undefined) {
    const { method, sha256, samples } = recorded
    explanation.record = { method, sha256, samples }
  }
  return explanation
}

function explained(
  { id, summary }: RecipeInfo,
  name: MetricName | undefined,
  measured: ClipMeasurements,
  recorded: RecordedClip | undefined,
): Omit<ExplainedClipRecipe, 'differs'> {
  const none = { recipe: id, summary, value: null, frames: [], values: [] }
  if (name === undefined)
    return { ...none, reason: 'its weights are not there (the warnings say which, and the command that gets them)' }
  const key = metricKey(name)
  const series = measured.values[key]
  const defined = definedValues(series?.values ?? [])
  const said = recorded?.valueOf(name.metric.id, name.shown)
  const found = said === undefined ? {} : { recorded: said }
  if (defined === undefined) return { ...none, ...found, recipe: name.shown, reason: reasonsOf(measured) }
  return {
    recipe: name.shown,
    summary,
    value: clipValue(name.metric, id, defined),
    frames: series.frames,
    values: series.values.map(fromStored),
    ...found,
  }
}

/** Why a clip has no value of the one metric that was measured. */
function reasonsOf({ failures }: ClipMeasurements): string {
  return [...new Set(failures.map(({ message }) => message))].join('; ') || 'its value is undefined'
}
