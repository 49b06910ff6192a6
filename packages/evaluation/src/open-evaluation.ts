import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { benchmarkError, protocolDigest } from '@kinemetric/benchmark'
import type { RecordFailure, RecordMethod } from '@kinemetric/records'
import { decoderIdentity } from '@kinemetric/video'
import { describeMethod, unverifiedWarnings } from './clips/described-method.ts'
import { findSamples, type GeneratedSet } from './clips/generated-samples.ts'
import { openReferences, type ReferenceSet } from './clips/reference-clips.ts'
import { codeVersion } from './conclude/code-version.ts'
import type { ResultContext } from './conclude/write-results.ts'
import type { EvaluateOptions } from './evaluate-options.ts'
import { journalMatches } from './journal/journal.ts'
import type { JournalIdentity } from './journal/journal-identity.ts'
import { openMeasurers, type OpenMeasurers } from './measure/open-measurers.ts'
import { threadsFor } from './run/jobs.ts'
import { type MetricPlan, planMetrics } from './plan/metric-plan.ts'
import { defaultCacheFolder, FeatureCache } from './store/feature-cache.ts'

/** An evaluation whose inputs have been found, checked and opened. */
export interface OpenEvaluation {
  references: ReferenceSet
  generated: GeneratedSet
  method: RecordMethod
  measuring: OpenMeasurers
  cache: FeatureCache
  /** Folder of this run's own entries; removed at the end. */
  workFolder: string
  /** What decides the measurements. */
  identity: JournalIdentity
  provenance: ResultContext['provenance']
  /** Failures that are known before a clip is decoded and belong to no reference clip. */
  failures: RecordFailure[]
  /** For the record: what was left out. */
  warnings: string[]
  /** For the run sidecar: cache trouble and the like. */
  runWarnings: string[]
  /** @throws KinemetricError `record-exists` unless the record may be written */
  requireWritable(record: string, journal: string): Promise<void>
}

/** The trackers behind `auto`, the first whose weights are there. */
const usualTrackers = ['cotracker3-offline', 'lucas-kanade'] as const

/** @throws KinemetricError: what finding references and generated clips, planning and opening networks throw */
export async function openEvaluation(options: EvaluateOptions): Promise<OpenEvaluation> {
  const references = await openReferences(options.reference, options.protocol)
  const { protocol } = references
  const known = namesOf(references)
  const generated = await findSamples(options.generated, known, options.sample)
  const method = describeMethod(options.method, options.generated, generated)
  const plan = withoutProbes(planMetrics(options.metrics, protocol, method.alignment), references, options.metrics)
  const workFolder = join(options.out, protocol.identity.id, `.${method.id}.work`)
  const runWarnings: string[] = []
  const warn = (message: string) => {
    runWarnings.push(message)
    options.onProgress?.({ kind: 'warning', message })
  }
  const shared = options.cache === false ? undefined : (options.cache ?? defaultCacheFolder())
  const cache = new FeatureCache(shared, join(workFolder, 'features'), warn)
  const { provider = 'cpu', tracker = 'auto' } = options
  const code = await codeVersion()
  const decoder = await decoderIdentity()
  const measuring = await openMeasurers(plan.needs, {
    protocol,
    tracker: tracker === 'auto' ? usualTrackers : tracker,
    cache,
    provider,
    network: {
      provider,
      threads: threadsFor(options),
      searchPath: options.weightFolders,
      checkpoints: options.unverifiedCheckpoints,
    },
  })
  const warnings = [
    ...references.warnings.map(
      (message) => `${references.manifest === null ? 'reference folder' : 'manifest'}: ${message}`,
    ),
    ...generated.warnings.map((message) => `generated folder: ${message}`),
    ...unverifiedWarnings(method),
    ...plan.warnings,
    ...measuring.warnings,
  ]
  for (const message of warnings) options.onProgress?.({ kind: 'warning', message })
  const identity: JournalIdentity = {
    protocol: protocolDigest(protocol),
    references: references.digest,
    needs: measuring.measurers.map(({ use }) => use),
    weights: measuring.weights.map(({ id, sha256 }) => ({ id, sha256 })),
    code: `${code.version} ${code.commit ?? ''} ${code.dirty === true ? 'changed' : ''}`,
    decoder: `${decoder.name} ${decoder.version}`,
    provider,
  }
  return {
    references,
    generated,
    method,
    measuring,
    cache,
    workFolder,
    identity,
    provenance: { code, weights: measuring.weights, decoder, provider },
    failures: [...references.failures, ...withoutReference(references, generated)],
    warnings,
    runWarnings,
    requireWritable: async (record, journal) => {
      if (options.overwrite === true || !(await exists(record)) || (await journalMatches(journal, identity))) return
      throw benchmarkError('record-exists', record, 'is already there and is not overwritten unless asked')
    },
  }
}

/** Generated clips that no reference has: not scored, but told. */
function withoutReference({ clips, failures }: ReferenceSet, { byClip }: GeneratedSet): RecordFailure[] {
  const known = namesOf({ clips, failures })
  return [...byClip.keys()]
    .filter((clip) => !known.has(clip))
    .map((clip) => ({
      clip,
      reason: 'no-reference',
      message: 'expected a reference of that name, found none',
    }))
}

/**
 * Without the probes where no clip has a scene to ask about: protocols list them for those that have.
 * @throws KinemetricError `bad-option` where one was asked for by name
 */
function withoutProbes(plan: MetricPlan, { clips }: ReferenceSet, asked: EvaluateOptions['metrics']): MetricPlan {
  if (clips.some(({ probe }) => probe !== undefined)) return plan
  const probes = plan.needs.filter(({ need }) => need.kind === 'probe')
  if (probes.length > 0 && Array.isArray(asked))
    throw benchmarkError('bad-option', 'metrics', {
      expected: `clips with a scene for ${probes.flatMap(({ metrics }) => metrics.map(({ metric }) => metric.id)).join(', ')} (prepare clevrer and the physics scenes have one)`,
      found: 'none',
    })
  return { ...plan, needs: plan.needs.filter((need) => !probes.includes(need)) }
}

/** Names that generated clips may have: of the references, and of the pairs that some of them have. */
function namesOf({ clips, failures }: Pick<ReferenceSet, 'clips' | 'failures'>): Set<string> {
  return new Set([
    ...clips.flatMap(({ id, probe }) => [id, ...(probe?.pairs ?? []).map((pair) => pair.id)]),
    ...failures.map(({ clip }) => clip),
  ])
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
