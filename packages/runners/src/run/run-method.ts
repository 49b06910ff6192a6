import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Manifest, type Shard, shardPaths } from '@kinemetric/benchmark'
import { removePartials, makeFolder } from '@kinemetric/files'
import { unverifiedWords, type WeightUse } from '@kinemetric/networks'
import { sampleFolder } from '@kinemetric/records'
import { requireDevice, requireSamples, type UnfitClip } from '../generator/capabilities.ts'
import { samplesApart, settingsOf } from '../generator/settings.ts'
import { type RunClip, withPairs } from '../generator/with-pairs.ts'
import type { Method } from '../methods/find-method.ts'
import { runEnvironment } from '../provenance/run-environment.ts'
import { openRunFile, type RunFile } from '../provenance/run-file.ts'
import type { RunPlace } from '../provenance/run-place.ts'
import { runName } from '../provenance/run-shard-file.ts'
import type { RunNoise } from '../provenance/same-noise.ts'
import type { SampleThere } from '../provenance/samples-there.ts'
import type { Execution, ExecutionResult, FailedSample, NativeOptions, WantedSample } from '../execution/execution.ts'
import { missingBesideFrames, requireDumpFolder } from './beside-frames.ts'
import { generateClips } from '../execution/generate-clips.ts'
import { requireRunJobs, runJobs } from './jobs.ts'
import { requireNative } from './native-options.ts'
import { type Machine, thisMachine } from './machine.ts'
import { requireRoom } from './require-room.ts'
import { clipsOf, placeOf } from './run-clips.ts'
import { withRunLock } from './run-lock.ts'
import { runProgram } from '../execution/run-program.ts'
import { writeFailedSample } from '../execution/sample.ts'
import { wantedRoom } from './wanted-room.ts'

export interface RunOptions {
  readonly method: Method
  readonly manifest: Manifest
  /** gets `<clip>/s0/frame_0000.png …`, `item.json` a sample, and `run.json`; an unfinished run of the same kind goes on */
  readonly out: string
  /** settings in place of those of method.json and of the preset */
  readonly config?: Readonly<Record<string, unknown>> | undefined
  /** one of the method's presets */
  readonly preset?: string | undefined
  /** Make the pairs that a manifest has for probes as well: clips without one of their drivers; default: true. */
  readonly pairs?: boolean | undefined
  /**
   * The clips of this shard alone, with their pairs. It writes no run.json but a file of its own; `planRunMerge` makes one run of all shards, which may work in
   * one folder at the same time.
   */
  readonly shard?: Shard | undefined
  /** Samples of each clip, from the seeds 0, 1, …; default: the setting `samples`, or 1. A folder with fewer is filled up, one with more is left as it is. */
  readonly samples?: number | undefined
  /** one of the method's devices; default: cpu */
  readonly device?: string | undefined
  /** Of a native method; a program refuses what is not its default here. */
  readonly native?: Partial<NativeOptions> | undefined
  /** Folders that may hold weights, in place of the usual ones. */
  readonly searchPath?: Execution['searchPath']
  /** of a program */
  readonly timeoutMs?: number | undefined
  /** Take the folder's lock from a run on another machine of which nothing is known, without waiting until it counts as gone. */
  readonly takeLock?: boolean | undefined
  /**
   * Processes that make samples: the same bytes for any number. Of methods without networks alone; default: as many as cores and memory allow, where there are
   * samples enough to be worth them.
   */
  readonly jobs?: number | undefined
  /** What memory and disk are held against before the first step; default: this machine. */
  readonly machine?: Machine | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((event: RunProgress) => void) | undefined
  readonly onWarning?: ((message: string) => void) | undefined
}

export interface RunProgress {
  done: number
  total: number
  clip: string
  /** How many of those that are done have failed. */
  failed: number
  /** Of a clip that is being made. */
  step?: { done: number; total: number } | undefined
}

/** Samples: one a clip unless more are asked for. */
export interface RunResult {
  /** Of clips. */
  readonly done: number
  readonly resumed: number
  /** Samples of each clip; absent where it is one. */
  readonly samples?: number | undefined
  /** Of clips without one of their drivers; absent where none was asked for. */
  readonly pairs?: { readonly done: number; readonly resumed: number } | undefined
  readonly failures: FailedSample[]
  /** The file of the shard, where it was one. */
  readonly file?: string | undefined
}

/**
 * Runs a method over a manifest into a folder: `<out>/<clip>/s0/frame_0000.png …` and `item.json`, which says that the sample is complete; `<out>/run.json`
 * describes the run. A clip's pairs are made after it, with its noise, each in a folder of its own name. Clips that are complete in an earlier, interrupted run
 * of the same method, settings and manifest are kept. Of a shard `<out>/run.<i>-of-<N>.shard.json` describes the run. A clip that the method cannot do, by its capabilities, is a failure before anything runs.
 * @throws KinemetricError `unfit-manifest` where it can do none, `bad-option`, `bad-output-folder` where `out` holds something else, `locked` where another
 * run works in it, `too-little-memory` and `disk-full` before anything is made, `process-failed`, `timeout`, `disk-full`, `write-failed`; of kind `missing` where weights are not here
 */
export async function runMethod(options: RunOptions): Promise<RunResult> {
  const { method, manifest, out, shard } = options
  const { spec } = method
  const device = requireDevice(spec, options.device ?? 'cpu')
  const { samples, settings } = samplesApart(spec, settingsOf(spec, options.config, options.preset))
  const count = requireSamples(spec, samples, options)
  requireRunJobs(method, options.jobs)
  const native = await requireNative(method, options.native)
  await requireDumpFolder(native, out)
  const { clips, fit, unfit } = await clipsOf(options)
  await makeFolder(out)
  const work = async (): Promise<RunResult> => {
    await removePartials(out, shard === undefined ? {} : { of: [shardPaths(out, runName, shard).file] })
    const identity = {
      method: spec,
      config: settings,
      manifest: { sha256: manifest.sha256, protocol: manifest.protocol },
    }
    const warn = options.onWarning ?? (() => undefined)
    const numbers = [...Array(count).keys()]
    const place = placeOf(out, shard, { clips, numbers }, warn)
    const run = await openRunFile(place, identity, noiseOf(method, manifest, native), warn)
    const changed = await removeChanged(place, run.there, warn)
    const there = run.there.filter((each) => !changed.includes(each))
    const { pending, kept } = complete(out, fit, numbers, there)
    // A shard that was taken over may be at work after all: what it writes just now is left to it.
    const left = shard === undefined ? {} : { olderThanMs: leaseMs }
    for (const clip of new Set(pending.map((wanted) => wanted.clip.id))) await removePartials(join(out, clip), left)
    const wanted = { method, samples: pending, out, settings, device, native, searchPath: options.searchPath }
    const machine = options.machine ?? thisMachine
    for (const warning of await requireRoom(await wantedRoom(wanted), machine)) warn(warning)
    const jobs = runJobs(method, options.jobs, pending, await machine.memory())
    for (const warning of await missingBesideFrames(out, kept, native)) warn(warning)
    const total = clips.length * count
    // Nothing is written before the networks are open: what is refused leaves nothing behind.
    let refused: FailedSample[] | undefined
    const onWeights = async (weights: readonly WeightUse[]): Promise<void> => {
      const given = unverifiedWords(weights)
      if (given.length > 0)
        warn(
          `nothing vouches for the weights (${given.join(', ')}): not known to be the official ones, and all that is made with them says so`,
        )
      await run.begin({ device, weights, environment: await runEnvironment(device, native) })
      refused = await refuse(out, unfit, numbers)
    }
    const made = await execute({ ...options, settings, device, native, jobs, onWeights }, pending, {
      total,
      failed: unfit.length * count,
    })
    refused ??= await refuse(out, unfit, numbers)
    const failures = [...refused, ...made.failures]
      .sort((a, b) => (a.clip === b.clip ? (a.sample ?? 0) - (b.sample ?? 0) : a.clip < b.clip ? -1 : 1))
      .map(({ clip, sample, message }) => (count === 1 ? { clip, message } : { clip, sample, message }))
    const tally = (isPair: boolean) => tallyOf(clips, { fit, pending, failures, count }, isPair)
    const [{ resumed, ...counts }, pairs] = [tally(false), tally(true)]
    const several = count === 1 ? {} : { samples: count }
    const { resumed: pairsResumed, ...pairCounts } = pairs
    await run.finish({ ...several, counts, ...(pairs.total === 0 ? {} : { pairs: pairCounts }) })
    const file = shard === undefined ? {} : { file: shardPaths(out, runName, shard).file }
    const done = { done: counts.ok, resumed, failures, ...several, ...file }
    return pairs.total === 0 ? done : { ...done, pairs: { done: pairs.ok, resumed: pairsResumed } }
  }
  return withRunLock(out, shard, work, { take: options.takeLock })
}

/** Where a method's noise is from; undefined for one that draws none, or whose program says nothing of it. */
export function noiseOf({ spec, native }: Method, { clips }: Manifest, { noise }: NativeOptions): RunNoise | undefined {
  if (native === undefined || Object.keys(spec.checkpoints).length === 0) return undefined
  const keys = new Map(withPairs(clips).map(({ id, noiseKey }) => [id, noiseKey]))
  return { folder: noise, keyOf: (clip) => keys.get(clip) ?? clip }
}

/** So long after its last sign of life a shard is taken over. */
const leaseMs = 10 * 60_000

/** What became of the samples of a manifest's clips, or of their pairs. */
function tallyOf(
  clips: readonly RunClip[],
  {
    fit,
    pending,
    failures,
    count,
  }: {
    fit: readonly RunClip[]
    pending: readonly WantedSample[]
    failures: readonly FailedSample[]
    count: number
  },
  isPair: boolean,
): { total: number; ok: number; failed: number; resumed: number } {
  const counted = clips.filter(({ without }) => (without !== undefined) === isPair)
  const names = new Set(counted.map(({ id }) => id))
  const total = counted.length * count
  const failed = failures.filter(({ clip }) => names.has(clip)).length
  const able = fit.filter(({ id }) => names.has(id)).length * count
  return { total, ok: total - failed, failed, resumed: able - pending.filter(({ clip }) => names.has(clip.id)).length }
}

async function execute(
  options: RunOptions & Pick<Execution, 'settings' | 'device' | 'native' | 'jobs' | 'onWeights'>,
  samples: readonly WantedSample[],
  { total, failed }: { total: number; failed: number },
): Promise<ExecutionResult> {
  if (samples.length === 0) return { failures: [] }
  const { method, manifest, out, settings, device, native, jobs, onWeights, onProgress } = options
  // A program opens its weights itself.
  if (method.native === undefined) await onWeights([])
  let done = total - samples.length
  let failures = failed
  const execution: Execution = {
    method,
    manifest,
    samples,
    out,
    settings,
    device,
    native,
    jobs,
    shard: options.shard,
    onWeights,
    searchPath: options.searchPath,
    timeoutMs: options.timeoutMs,
    signal: options.signal,
    onStep: (clip, at, of) => onProgress?.({ done, total, clip, failed: failures, step: { done: at, total: of } }),
    onClip: (clip, hasFailed) => {
      done = Math.min(done + 1, total)
      if (hasFailed) failures++
      onProgress?.({ done, total, clip, failed: failures })
    },
  }
  return method.native === undefined ? runProgram(execution) : generateClips(method.native, execution)
}

/**
 * The samples that are there, and those that are to be made: of all clips the first, then of all the second, …: what is there after an interruption is of as many
 * clips as can be.
 */
function complete(
  out: string,
  clips: readonly RunClip[],
  numbers: readonly number[],
  there: RunFile['there'],
): { kept: WantedSample[]; pending: WantedSample[] } {
  const folders = there
    .filter(({ item }) => item?.status === 'ok')
    .map(({ clip, sample }) => sampleFolder(out, clip, sample))
  const made = new Set(folders)
  const all = numbers.flatMap((sample) => clips.map((clip): WantedSample => ({ clip, sample })))
  const isMade = ({ clip, sample }: WantedSample) => made.has(sampleFolder(out, clip.id, sample))
  return { kept: all.filter(isMade), pending: all.filter((wanted) => !isMade(wanted)) }
}

/** Samples that are no more what was made are made again. */
async function removeChanged(
  place: RunPlace,
  there: readonly SampleThere[],
  onWarning: (message: string) => void,
): Promise<SampleThere[]> {
  const changed = await place.changed(there)
  for (const { clip, sample } of changed) {
    onWarning(`${clip}/s${sample} is not what was made (files were changed or lost): it is made again`)
    await rm(sampleFolder(place.out, clip, sample), { recursive: true, force: true })
  }
  return changed
}

async function refuse(
  out: string,
  unfit: readonly UnfitClip[],
  numbers: readonly number[],
): Promise<ExecutionResult['failures']> {
  const failures: ExecutionResult['failures'] = []
  for (const { clip, error } of unfit)
    for (const sample of numbers)
      failures.push({ clip, sample, message: await writeFailedSample(out, clip, error, sample) })
  return failures
}
