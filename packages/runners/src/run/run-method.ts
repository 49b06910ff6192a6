import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Manifest, ManifestClip } from '@kinemetric/benchmark'
import { canonicalJson, partialSuffix, readJson, removePartials, withLock, writeWhole } from '@kinemetric/files'
import { methodFileSchema, readItem, sampleFolder } from '@kinemetric/records'
import { z } from 'zod'
import { fitClips, requireDevice, requireSamples, type UnfitClip } from '../generator/capabilities.ts'
import { fitControls } from '../generator/fit-controls.ts'
import { runnerError } from '../generator/runner-error.ts'
import { samplesApart, settingsOf } from '../generator/settings.ts'
import type { Method } from '../methods/find-method.ts'
import type { Execution, ExecutionResult, FailedSample, NativeOptions, WantedSample } from './execution.ts'
import { generateClips } from './generate-clips.ts'
import { requireNative } from './native-options.ts'
import { runProgram } from './run-program.ts'
import { writeFailedSample } from './sample.ts'

export interface RunOptions {
  readonly method: Method
  readonly manifest: Manifest
  /** gets `<clip>/s0/frame_0000.png …`, `item.json` a sample, and `run.json`; an unfinished run of the same kind goes on */
  readonly out: string
  /** settings in place of those of method.json and of the preset */
  readonly config?: Readonly<Record<string, unknown>> | undefined
  /** one of the method's presets */
  readonly preset?: string | undefined
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
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((event: RunProgress) => void) | undefined
}

export interface RunProgress {
  done: number
  total: number
  clip: string
  /** Of a clip that is being made. */
  step?: { done: number; total: number } | undefined
}

/** Samples: one a clip unless more are asked for. */
export interface RunResult {
  readonly done: number
  readonly resumed: number
  readonly failures: FailedSample[]
}

/**
 * Runs a method over a manifest into a folder: `<out>/<clip>/s0/frame_0000.png …` and `item.json`, which says that the sample is complete; `<out>/run.json`
 * describes the run. Clips that are complete in an earlier, interrupted run of the same method, settings and manifest are kept. A clip that the method
 * cannot do, by its capabilities, is a failure before anything runs.
 * @throws KinemetricError `unfit-manifest` where it can do none, `bad-option`, `bad-output-folder` where `out` holds something else, `locked` where another
 * run works in it, `process-failed`, `timeout`, `disk-full`, `write-failed`; of kind `missing` where weights are not here
 */
export async function runMethod(options: RunOptions): Promise<RunResult> {
  const { method, manifest, out } = options
  const { spec } = method
  const device = requireDevice(spec, options.device ?? 'cpu')
  const { samples, settings } = samplesApart(spec, settingsOf(spec, options.config, options.preset))
  const count = requireSamples(spec, options.samples ?? samples)
  const native = await requireNative(method, options.native)
  const able = fitClips(spec, manifest.clips)
  const controlled = await fitControls(spec, manifest.root, able.fit)
  const { fit } = controlled
  const unfit = [...able.unfit, ...controlled.unfit]
  await mkdir(out, { recursive: true })
  const work = async (): Promise<RunResult> => {
    await removePartials(out)
    const description: Description = {
      method: method.spec,
      config: settings,
      manifest: { sha256: manifest.sha256, protocol: manifest.protocol },
      ...(device === 'cpu' ? {} : { device }),
    }
    const started = await beginOrResume(out, description)
    const numbers = [...Array(count).keys()]
    const pending = await notComplete(out, fit, numbers)
    const refused = await refuse(out, unfit, numbers)
    const resumed = fit.length * count - pending.length
    const total = manifest.clips.length * count
    const made = await execute({ ...options, settings, device, native }, pending, total)
    const failures = [...refused, ...made.failures]
      .sort((a, b) => (a.clip < b.clip ? -1 : 1))
      .map(({ clip, sample, message }) => (count === 1 ? { clip, message } : { clip, sample, message }))
    const counts = { total, ok: total - failures.length, failed: failures.length }
    const several = count === 1 ? {} : { samples: count }
    const weights = made.weights.length === 0 ? {} : { weights: made.weights }
    await writeRun(out, { ...description, ...several, ...weights, started, finished: new Date().toISOString(), counts })
    return { done: counts.ok, resumed, failures }
  }
  return withLock(join(out, '.lock'), work, { take: options.takeLock })
}

async function execute(
  options: RunOptions & Pick<Execution, 'settings' | 'device' | 'native'>,
  samples: readonly WantedSample[],
  total: number,
): Promise<ExecutionResult> {
  if (samples.length === 0) return { failures: [], weights: [] }
  const { method, manifest, out, settings, device, native, onProgress } = options
  let done = total - samples.length
  const execution: Execution = {
    method,
    manifest,
    samples,
    out,
    settings,
    device,
    native,
    searchPath: options.searchPath,
    timeoutMs: options.timeoutMs,
    signal: options.signal,
    onStep: (clip, at, of) => onProgress?.({ done, total, clip, step: { done: at, total: of } }),
    onClip: (clip) => {
      done = Math.min(done + 1, total)
      onProgress?.({ done, total, clip })
    },
  }
  return method.native === undefined ? runProgram(execution) : generateClips(method.native, execution)
}

/** The samples that are to be made: of all clips the first, then of all the second, …: what is there after an interruption is of as many clips as can be. */
async function notComplete(
  out: string,
  clips: readonly ManifestClip[],
  numbers: readonly number[],
): Promise<WantedSample[]> {
  const pending: WantedSample[] = []
  for (const sample of numbers)
    for (const clip of clips) {
      if ((await readItem(sampleFolder(out, clip.id, sample)))?.status === 'ok') continue
      await removePartials(join(out, clip.id))
      pending.push({ clip, sample })
    }
  return pending
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

/** What must be the same for a run to go on. */
interface Description {
  method: Method['spec']
  config: Execution['settings']
  manifest: { sha256: string; protocol: Manifest['protocol'] }
  device?: Execution['device']
}

const earlierSchema = z.looseObject({
  // A run of an earlier version goes on where its method is still the same one.
  method: methodFileSchema.optional().catch(undefined),
  started: z.string().optional().catch(undefined),
})

async function beginOrResume(out: string, description: Description): Promise<string> {
  const names = (await readdir(out)).filter((name) => !name.startsWith('.') && !name.endsWith(partialSuffix))
  if (names.length === 0) {
    const started = new Date().toISOString()
    await writeRun(out, { ...description, started })
    return started
  }
  const earlier = await readJson(join(out, 'run.json'), earlierSchema).catch((cause: unknown) => {
    const said = { expected: "an empty folder or an earlier run's (with run.json)", found: 'other files' }
    throw runnerError('bad-output-folder', out, said, { cause })
  })
  for (const [key, value] of Object.entries({ device: undefined, ...description })) {
    const [before, now] = [earlier[key], value]
    if (key === 'method' ? isDeepStrictEqual(asMade(before), asMade(now)) : isDeepStrictEqual(before, now)) continue
    throw runnerError('bad-output-folder', out, {
      expected: `the run of the same ${key} to go on with`,
      found: "another one's",
      then: 'choose another folder or remove this one',
    })
  }
  return earlier.started ?? new Date().toISOString()
}

/** A method without what changes nothing that it makes: what it is taken for, and the words and ranges of its settings, whose values are the run's `config`. */
function asMade(part: unknown): unknown {
  if (typeof part !== 'object' || part === null) return part
  const wordsAlone = ['bound', 'summary', 'settings', 'presets', 'checkpoints']
  return Object.fromEntries(Object.entries(part).filter(([key]) => !wordsAlone.includes(key)))
}

async function writeRun(out: string, run: Record<string, unknown>): Promise<void> {
  await writeWhole(join(out, 'run.json'), canonicalJson(run))
}
