import { join } from 'node:path'
import { benchmarkError, type Protocol, protocolDigest } from '@kinemetric/benchmark'
import { isThere, readJson, type StartedProcesses } from '@kinemetric/files'
import { DeferredSessions } from '@kinemetric/networks'
import { codeVersion, type RecordFailure, type RecordMethod } from '@kinemetric/records'
import { decoderIdentity } from '@kinemetric/video'
import { z } from 'zod'
import { describeMethod, unverifiedWarnings } from './clips/described-method.ts'
import { findSamples, type GeneratedSet } from './clips/generated-samples.ts'
import { referencesOf } from './clips/references-of.ts'
import { namesOf, probed } from './references/known-names.ts'
import type { ReferenceSet } from './references/reference-clips.ts'
import type { ResultContext } from './conclude/write-results.ts'
import type { EvaluateMethodsOptions, OpeningOptions } from './evaluate-options.ts'
import { journalMatches } from './journal/journal.ts'
import { codeOfIdentity, type JournalIdentity } from './journal/journal-identity.ts'
import { openGiven } from './measure/given/open-given.ts'
import { type MeasureOptions, openMeasurers, type OpenMeasurers } from './measure/open-measurers.ts'
import { threadsFor } from './run/jobs.ts'
import { type MetricPlan, type PlannedNeed, planMetrics } from './plan/metric-plan.ts'
import { requireNoLevels, withoutPairs } from './plan/without-references.ts'
import { usualTrackers } from './plan/usual-trackers.ts'
import { defaultCacheFolder, FeatureCache } from './store/feature-cache.ts'

/** An evaluation whose inputs have been found, checked and opened. */
export interface OpenEvaluation {
  references: ReferenceSet
  methods: readonly OpenMethod[]
  cache: FeatureCache
  /** Folder of this run's own entries; removed at the end. */
  workFolder: string
  /** For the run sidecar: cache trouble and the like. */
  runWarnings: string[]
  /** Makes what runs networks, where something is to be measured here. @throws what a provider that cannot be had throws */
  openNetworks(): Promise<void>
  /** Processes that were started ahead to measure; they end with the evaluation. */
  started: StartedProcesses | undefined
  /** Closes what measures; may be called again. */
  close(): Promise<void>
}

/** One method of an evaluation, as if it were evaluated alone. */
export interface OpenMethod {
  generated: GeneratedSet
  method: RecordMethod
  /** The same object for methods that are measured alike. */
  measuring: OpenMeasurers
  /** What decides the measurements. */
  identity: JournalIdentity
  provenance: ResultContext['provenance']
  /** Failures that are known before a clip is decoded and belong to no reference clip. */
  failures: RecordFailure[]
  /** For the record: what was left out. */
  warnings: string[]
  /** @throws KinemetricError `record-exists` unless the record may be written */
  requireWritable(record: string, journal: string): Promise<void>
}

/** Of rows and tracks beside the journals of shards. */
export const keptFolder = 'kept'

/**
 * @param ahead starts the processes that will measure, told what is asked for and of how many measurements at most
 * @throws KinemetricError `bad-option` for two methods of one id; what finding references and generated clips, planning and opening networks throw
 */
export async function openEvaluation(
  options: OpeningOptions,
  ahead?: (needs: readonly PlannedNeed[], tasks: number) => StartedProcesses | undefined,
): Promise<OpenEvaluation> {
  const folders = options.methods.map(({ generated }) => generated)
  const references = await referencesOf(options, folders)
  const { protocol } = references
  const known = namesOf(references)
  const sets: { generated: GeneratedSet; method: RecordMethod }[] = []
  for (const asked of options.methods) {
    const generated = await findSamples(asked.generated, known, options.sample)
    sets.push({ generated, method: describeMethod(asked.method, asked.generated, generated) })
  }
  const names = sets.map(({ method }) => method.id)
  const twice = names.find((name, at) => names.indexOf(name) < at)
  if (twice !== undefined || names.length === 0)
    throw benchmarkError('bad-option', 'generated', {
      expected: 'one folder or several of methods with different ids',
      found: twice === undefined ? 'none' : `two called ${twice}`,
    })
  const [first] = names
  const work = names.length === 1 ? first : `${first}-and-${names.length - 1}-more`
  const workFolder = join(options.out, protocol.identity.id, `.${work}.work`)
  const runWarnings: string[] = []
  const warn = (message: string) => {
    runWarnings.push(message)
    options.onProgress?.({ kind: 'warning', message })
  }
  const shared = options.cache === false ? undefined : (options.cache ?? defaultCacheFolder())
  // What a shard kept goes where its journal goes, wherever else it lies.
  const cache =
    options.shard === undefined
      ? new FeatureCache(shared, join(workFolder, 'features'), warn)
      : new FeatureCache(shared, join(options.out, protocol.identity.id, keptFolder), warn, { whole: true })
  const given = await openGiven(options, references, sets)
  const opened = new Map<boolean, OpenMeasurers>()
  const deferred = new DeferredSessions()
  let started: StartedProcesses | undefined
  const close = async () => {
    references.clips.close()
    started?.end()
    for (const measuring of opened.values()) await measuring.close()
  }
  try {
    const methods: OpenMethod[] = []
    const told = new Set<string>()
    if (references.none === true) requireNoLevels(options)
    for (const { generated, method } of sets) {
      const { metrics, settings } = options
      const encoders = given.map(({ encoder }) => encoder)
      const asked = planMetrics(metrics, protocol, method.alignment, settings, encoders)
      const measurable = references.none === true ? withoutPairs(asked, metrics) : asked
      const plan = withoutProbes(measurable, references, metrics)
      started ??= ahead?.(plan.needs, sets.length * references.clips.length)
      // All that a method says which decides what is measured of it.
      const isAligned = method.alignment !== 'none'
      const measuring = opened.get(isAligned) ?? (await open(plan, protocol, { cache, given }, deferred, options))
      opened.set(isAligned, measuring)
      const one = await describeOpened({ references, generated, method, plan, measuring }, options)
      for (const message of one.warnings) if (!told.has(message)) options.onProgress?.({ kind: 'warning', message })
      for (const message of one.warnings) told.add(message)
      methods.push(one)
    }
    return { references, methods, cache, workFolder, runWarnings, openNetworks: () => deferred.open(), started, close }
  } catch (error) {
    await close()
    throw error
  }
}

function open(
  plan: MetricPlan,
  protocol: Protocol,
  { cache, given }: Pick<MeasureOptions, 'cache' | 'given'>,
  deferred: DeferredSessions,
  options: EvaluateMethodsOptions,
): Promise<OpenMeasurers> {
  const { provider = 'cpu', tracker = 'auto' } = options
  return openMeasurers(plan.needs, {
    protocol,
    tracker: tracker === 'auto' ? usualTrackers : tracker,
    cache,
    given,
    provider,
    network: {
      provider,
      threads: threadsFor(options),
      searchPath: options.weightFolders,
      checkpoints: options.unverifiedCheckpoints,
      deferred,
    },
  })
}

interface Opened extends Pick<OpenMethod, 'generated' | 'method' | 'measuring'> {
  references: ReferenceSet
  plan: MetricPlan
}

async function describeOpened(
  { references, generated, method, plan, measuring }: Opened,
  { provider = 'cpu', overwrite }: EvaluateMethodsOptions,
): Promise<OpenMethod> {
  const code = await codeVersion()
  const decoder = await decoderIdentity()
  const warnings = [
    ...references.warnings.map((message) => `${sourceOf(references)}: ${message}`),
    ...generated.warnings.map((message) => `generated folder: ${message}`),
    ...unverifiedWarnings(method),
    ...plan.warnings,
    ...measuring.warnings,
  ]
  const identity: JournalIdentity = {
    protocol: protocolDigest(references.protocol),
    needs: measuring.measurers.map(({ use }) => use),
    weights: measuring.weights.map(({ id, sha256 }) => ({ id, sha256 })),
    code: codeOfIdentity(code),
    decoder: `${decoder.name} ${decoder.version}`,
    provider,
  }
  return {
    generated,
    method,
    measuring,
    identity,
    provenance: { code, weights: measuring.weights, decoder, provider },
    failures: [...references.failures, ...withoutReference(references, generated)],
    warnings,
    requireWritable: async (record, journal) => {
      if (overwrite === true || !(await isThere(record))) return
      // The run was cut off between writing its record and removing its journal.
      if ((await isOfManifest(record, references.manifest)) && (await journalMatches(journal, identity))) return
      throw benchmarkError('record-exists', record, 'is already there and is not overwritten unless asked')
    },
  }
}

/** What references come of, in words. */
function sourceOf({ none, manifest }: ReferenceSet): string {
  if (none === true) return 'clips'
  return manifest === null ? 'reference folder' : 'manifest'
}

/** Whether a record is of that manifest; of none where it is null. */
async function isOfManifest(record: string, manifest: string | null): Promise<boolean> {
  const schema = z.object({ provenance: z.object({ manifest: z.string().nullable() }) })
  const found = await readJson(record, schema).catch(() => undefined)
  return found !== undefined && found.provenance.manifest === manifest
}

/** Generated clips that no reference has: not scored, but told. */
function withoutReference(references: ReferenceSet, { byClip }: GeneratedSet): RecordFailure[] {
  const known = namesOf(references)
  const found: RecordFailure[] = []
  for (const clip of byClip.names())
    if (!known.has(clip))
      found.push({ clip, reason: 'no-reference', message: 'expected a reference of that name, found none' })
  return found
}

/**
 * Without the probes where no clip has a scene to ask about: protocols list them for those that have.
 * @throws KinemetricError `bad-option` where one was asked for by name, or nothing else was
 */
function withoutProbes(
  plan: MetricPlan,
  { clips }: ReferenceSet,
  asked: EvaluateMethodsOptions['metrics'],
): MetricPlan {
  if (probed(clips).next().done !== true) return plan
  const probes = plan.needs.filter(({ need }) => need.kind === 'probe')
  const metrics = probes.flatMap((each) => each.metrics)
  const ids = metrics.map(({ metric }) => metric.id).join(', ')
  const isNamed = Array.isArray(asked) && metrics.some(({ required }) => required)
  if (isNamed || (probes.length > 0 && probes.length === plan.needs.length))
    throw benchmarkError('bad-option', 'metrics', {
      expected: `clips with a scene for ${ids} (prepare clevrer and the physics scenes have one)`,
      found: 'none',
    })
  return { ...plan, needs: plan.needs.filter((need) => !probes.includes(need)) }
}
