import { stat } from 'node:fs/promises'
import { isError } from '@kinemetric/files'
import { measureProducts, requireProvider } from '@kinemetric/networks'
import { requireDevice, requireSamples } from '../generator/capabilities.ts'
import type { RunClip } from '../generator/with-pairs.ts'
import { samplesApart, settingsOf } from '../generator/settings.ts'
import type { Settings } from '../generator/generator.ts'
import type { ClipSize, ClipWork } from '../latent/clip-work.ts'
import { unvouched } from '../latent/given-checkpoints.ts'
import { estimateMemory } from '../latent/memory-estimate.ts'
import { requireDumpFolder } from './beside-frames.ts'
import { openRunFile } from '../provenance/run-file.ts'
import type { NativeOptions } from '../execution/execution.ts'
import { requireRunJobs } from './jobs.ts'
import { requireNative } from './native-options.ts'
import { thisMachine } from './machine.ts'
import { dtypeOf, lastMeasuredRate, type StepKey, stepKey } from '../execution/measured-steps.ts'
import { type PlannedWeights, plannedWeights } from './planned-weights.ts'
import { requireRoom } from './require-room.ts'
import { clipsOf, placeOf } from './run-clips.ts'
import { noiseOf, type RunOptions } from './run-method.ts'
import { dumpBytes, frameBytes, largest, previewBytes } from './wanted-room.ts'

/** What a run would be, before anything is computed. */
export interface RunPlan {
  readonly method: string
  readonly device: string
  readonly config: Settings
  /** Pairs included. */
  readonly clips: number
  /** How many of them are a clip without one of its drivers. */
  readonly pairs: number
  readonly unfit: readonly { readonly clip: string; readonly message: string }[]
  readonly samples: number
  readonly weights: readonly PlannedWeights[]
  /** Of a sample of a clip on average, in 10¹² floating-point operations; null for a method of which nothing is known. */
  readonly teraflopPerClip: number | null
  /** Of weights and of what lies between layers, the largest of all clips: an estimate; on a card the card's. */
  readonly memoryBytes: number | null
  /** What this machine has left of it, cards aside. */
  readonly memoryHere: number
  /** At most, of all samples, and which part of it is what. */
  readonly diskBytes: number
  readonly disk: { readonly frames: number; readonly previews: number; readonly dump: number }
  readonly hours: number | null
  /** What the hours were reckoned from. */
  readonly basis: { readonly kind: 'measured-step' | 'matrix-products'; readonly operationsPerSecond: number } | null
  /** What the same run would be refused for, a sentence each: weights that are missing or that nothing vouches for, memory, disk. */
  readonly refused: readonly string[]
  /** What it would be warned of. */
  readonly warnings: readonly string[]
}

export interface PlanOptions extends Omit<RunOptions, 'out'> {
  /** Where the frames would go, where that is known. */
  readonly out?: string | undefined
}

/**
 * Says what a run would take. Opens no network; where no step was ever measured here it multiplies matrices for two seconds.
 * @throws KinemetricError as `runMethod` does before it begins; what is wrong with checkpoints that are given, and with steps that their schedule does not have
 */
export async function planRun(options: PlanOptions): Promise<RunPlan> {
  const { method } = options
  const { spec } = method
  const device = requireDevice(spec, options.device ?? 'cpu')
  const { samples, settings } = samplesApart(spec, settingsOf(spec, options.config, options.preset))
  const count = requireSamples(spec, samples, options)
  requireRunJobs(method, options.jobs)
  const native = await requireNative(method, options.native)
  await requireDumpFolder(native, options.out)
  const { clips, fit, unfit } = await clipsOf(options)
  const sizes = fit.map(({ window, geometry }) => {
    const [height, width] = geometry.target
    return { frames: window.count, height, width }
  })
  const found = await plannedWeights(options)
  const paths = Object.fromEntries(found.flatMap(({ word, path }) => (path === null ? [] : [[word, path]])))
  const foresee = method.native?.sees === 'condition' ? await method.native.foresee?.() : undefined
  const unknown = new Map(await unvouched((await foresee?.(paths, settings)) ?? []))
  const weights = found.map((each) => ({ ...each, official: each.path === null ? null : !unknown.has(each.word) }))
  const workOf = method.native?.sees === 'condition' ? await method.native.work?.() : undefined
  const works = new Map<string, ClipWork>()
  const workOn = async (size: ClipSize): Promise<ClipWork | undefined> => {
    const key = JSON.stringify(size)
    const work = works.get(key) ?? (await workOf?.(paths, settings, size, native.lowMemory))
    if (work !== undefined) works.set(key, work)
    return work
  }
  let operations = 0
  const disk = { frames: 0, previews: 0, dump: 0 }
  for (const size of sizes) {
    const work = await workOn(size)
    operations += work?.operations ?? 0
    disk.frames += count * frameBytes(size)
    if (native.preview) disk.previews += count * previewBytes(size)
    if (native.dump !== undefined && work !== undefined) disk.dump += count * dumpBytes(work)
  }
  const all = [...works.values()]
  const [first] = all
  const estimates = all.map((work) =>
    estimateMemory(work, { device, dtype: dtypeOf(settings), lowMemory: native.lowMemory }),
  )
  const memory = estimates.length === 0 ? undefined : largest(estimates)
  const { dump } = native
  const room = {
    memory: device === 'cpu' ? memory : undefined,
    frames: { folder: options.out ?? '.', most: options.out === undefined ? 0 : disk.frames + disk.previews },
    dump: dump === undefined ? undefined : { folder: dump, bytes: disk.dump },
  }
  const machine = options.machine ?? thisMachine
  const refused = [
    ...missingIn(weights),
    ...(native.unverified ? [] : unverifiedIn(unknown)),
    ...(await otherRunIn(options, { settings, native, clips, count })),
  ]
  const warnings = await requireRoom(room, machine).catch((error: unknown) => {
    if (!isError(error, undefined, 'too-little-memory', 'disk-full')) throw error
    refused.push(error.message)
    return []
  })
  const basis = first === undefined ? null : await basisOf(stepKey(spec.id, device, settings, first), native.threads)
  return {
    method: spec.id,
    device,
    config: settings,
    clips: sizes.length,
    pairs: fit.filter(({ without }) => without !== undefined).length,
    unfit: unfit.map(({ clip, error }) => ({ clip, message: error.sentence })),
    samples: count,
    weights,
    teraflopPerClip: all.length === 0 ? null : operations / sizes.length / 1e12,
    memoryBytes: memory?.about ?? null,
    memoryHere: await machine.memory(),
    diskBytes: disk.frames + disk.previews + disk.dump,
    disk,
    hours: basis === null ? null : (count * operations) / basis.operationsPerSecond / 3600,
    basis,
    refused,
    warnings,
  }
}

/** Whether the folder holds something that this run could not go on with, in words. */
async function otherRunIn(
  { method, manifest, out, shard }: PlanOptions,
  {
    settings,
    native,
    clips,
    count,
  }: { settings: Settings; native: NativeOptions; clips: readonly RunClip[]; count: number },
): Promise<string[]> {
  if (out === undefined || (await stat(out).catch(() => undefined)) === undefined) return []
  const { sha256, protocol } = manifest
  const identity = { method: method.spec, config: settings, manifest: { sha256, protocol } }
  const place = placeOf(out, shard, { clips, numbers: [...Array(count).keys()] }, () => undefined)
  return openRunFile(place, identity, noiseOf(method, manifest, native), () => undefined).then(
    () => [],
    (error: unknown) => {
      if (!isError(error, 'conflict')) throw error
      return [error.message]
    },
  )
}

function missingIn(weights: readonly PlannedWeights[]): string[] {
  const missing = weights.filter(({ path, optional }) => path === null && !optional)
  return missing.length === 0 ? [] : [`weights are missing: ${missing.map(({ word }) => word).join(', ')}`]
}

function unverifiedIn(unknown: ReadonlyMap<string, readonly string[]>): string[] {
  if (unknown.size === 0) return []
  const [[, [first]]] = unknown
  return [`nothing vouches for ${[...unknown.keys()].join(', ')} (${first}): it wants --unverified`]
}

async function basisOf(key: StepKey, threads: number | undefined): Promise<RunPlan['basis']> {
  const measured = await lastMeasuredRate(key)
  if (measured !== undefined) return { kind: 'measured-step', operationsPerSecond: measured }
  return { kind: 'matrix-products', operationsPerSecond: await measureProducts(requireProvider(key.device), threads) }
}
