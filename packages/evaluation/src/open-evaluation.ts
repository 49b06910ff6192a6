import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { decoderIdentity } from '@kinemetric/video'
import { type RecordFailure, type RecordMethod, type RecordProvenance } from '@kinemetric/records'
import { benchmarkError } from '@kinemetric/benchmark'
import type { ClipScorer } from './measure/measurer.ts'
import { type CodeVersion, codeVersion } from './conclude/code-version.ts'
import type { EvaluateOptions } from './evaluate-options.ts'
import { defaultCacheFolder, FeatureCache } from './store/feature-cache.ts'
import { findGenerated, folderName, type GeneratedFolder } from './clips/generated-clips.ts'
import { journalMatches } from './journal/journal.ts'
import { planMetrics } from './plan/metric-plan.ts'
import { openScorers } from './measure/open-measurers.ts'
import type { WeightUse } from '@kinemetric/networks'
import { protocolDigest } from '@kinemetric/benchmark'
import { openReferences, type ReferenceSet } from './clips/reference-clips.ts'

/** An evaluation whose inputs have been found, checked and opened. */
export interface OpenEvaluation {
  references: ReferenceSet
  generated: GeneratedFolder
  method: RecordMethod
  scorers: ClipScorer[]
  weights: WeightUse[]
  code: CodeVersion
  decoder: RecordProvenance['decoder']
  provider: string
  cache: FeatureCache
  /** Folder of this run's own entries; removed at the end. */
  workFolder: string
  /** Named digests of all that decides the result. */
  inputs: Record<string, string>
  /** Failures that are known before a clip is decoded and belong to no reference clip. */
  failures: RecordFailure[]
  /** For the record: what was left out. */
  warnings: string[]
  /** For the run sidecar: cache trouble and the like. */
  runWarnings: string[]
  /** @throws KinemetricError `record-exists` unless the record may be written. */
  requireWritable(record: string, journal: string): Promise<void>
}

/** @throws KinemetricError, WeightsMissingError, ProviderError. */
export async function openEvaluation(options: EvaluateOptions): Promise<OpenEvaluation> {
  const references = await openReferences(options.reference, options.protocol)
  const generated = await findGenerated(options.generated, options.sample ?? 0)
  const method = describeMethod(options, generated)
  const plan = planMetrics(options.metrics, references.protocol, method.alignment)
  const workFolder = join(options.out, references.protocol.identity.id, `.${method.id}.work`)
  const runWarnings: string[] = []
  const warn = (message: string) => {
    runWarnings.push(message)
    options.onProgress?.({ kind: 'warning', message })
  }
  const shared = options.cache === false ? undefined : (options.cache ?? defaultCacheFolder())
  const cache = new FeatureCache(shared, join(workFolder, 'features'), warn)
  const provider = options.provider ?? 'cpu'
  const network = {
    tracker: options.tracker ?? 'auto',
    cache,
    provider,
    threads: options.threads,
    searchPath: options.weightFolders,
    checkpoints: options.unverifiedCheckpoints,
  }
  const code = await codeVersion()
  const decoder = await decoderIdentity()
  const { scorers, weights, warnings } = await openScorers(plan.metrics, references.protocol, network)
  for (const message of [...plan.warnings, ...warnings]) options.onProgress?.({ kind: 'warning', message })
  const inputs = {
    references: references.digest,
    protocol: protocolDigest(references.protocol),
    metrics: scorers.flatMap((scorer) => scorer.keys).join(' '),
    method: JSON.stringify(method),
    generated: `${resolve(options.generated)} sample ${options.sample ?? 0}`,
    weights: weights.map(({ id, sha256 }) => `${id}:${sha256}`).join(' '),
    code: `${code.version} ${code.commit ?? ''} ${code.dirty === true ? 'changed' : ''}`,
    decoder: `${decoder.name} ${decoder.version}`,
    provider,
    previews: String(options.previews === true),
  }
  return {
    references,
    generated,
    method,
    scorers,
    weights,
    code,
    decoder,
    provider,
    cache,
    workFolder,
    inputs,
    failures: [...references.failures, ...withoutReference(references, generated)],
    warnings: [...plan.warnings, ...warnings],
    runWarnings,
    requireWritable: async (record, journal) => {
      if (options.overwrite === true || !(await exists(record)) || (await journalMatches(journal, inputs))) return
      throw benchmarkError('record-exists', record, 'is already there and is not overwritten unless asked')
    },
  }
}

/** Generated clips that no reference has: not scored, but told. */
function withoutReference({ clips, failures }: ReferenceSet, { byClip, path }: GeneratedFolder): RecordFailure[] {
  const known = new Set([...clips.map((clip) => clip.id), ...failures.map((failure) => failure.clip)])
  return [...byClip.keys()]
    .filter((clip) => !known.has(clip))
    .map((clip) => ({
      clip,
      reason: 'no-reference',
      message: `${path}: expected only clips that have a reference, found ${clip}`,
    }))
}

function describeMethod({ method: asked, generated: folder }: EvaluateOptions, { run }: GeneratedFolder): RecordMethod {
  const spec = run?.method
  const id = asked?.id ?? spec?.id ?? folderName(folder)
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id))
    throw benchmarkError(
      'bad-option',
      'method',
      `expected an id of letters, digits, ".", "_" and "-", found ${JSON.stringify(id)}; give one`,
    )
  const method: RecordMethod = {
    id,
    name: asked?.name ?? (asked?.id === undefined || asked.id === spec?.id ? spec?.displayName : undefined) ?? id,
    trivial: asked?.trivial ?? spec?.trivial ?? false,
  }
  if (spec?.version !== undefined) method.version = spec.version
  if (spec?.paper !== undefined)
    method.paper = { title: spec.paper.title, ...(spec.paper.url === undefined ? {} : { url: spec.paper.url }) }
  if (spec?.output?.alignment !== undefined) method.alignment = spec.output.alignment
  if (run?.config !== undefined) method.config = run.config
  return method
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
