import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Manifest, ManifestClip } from '@kinemetric/benchmark'
import { canonicalJson, partialSuffix, readJson, removePartials, withLock, writeWhole } from '@kinemetric/files'
import { methodFileSchema, readItem, sampleFolder } from '@kinemetric/records'
import { z } from 'zod'
import { fitClips, requireDevice, type UnfitClip } from '../generator/capabilities.ts'
import type { GeneratorOptions } from '../generator/generator.ts'
import { runnerError } from '../generator/runner-error.ts'
import { settingsOf } from '../generator/settings.ts'
import type { Method } from '../methods/find-method.ts'
import type { Execution, ExecutionResult, FailedSample, WantedSample } from './execution.ts'
import { generateClips } from './generate-clips.ts'
import { runProgram } from './run-program.ts'
import { writeFailedSample } from './sample.ts'

export interface RunOptions {
  readonly method: Method
  readonly manifest: Manifest
  /** gets `<clip>/s0/frame_0000.png …`, `item.json` a sample, and `run.json`; an unfinished run of the same kind goes on */
  readonly out: string
  /** settings in place of the method's `defaults` */
  readonly config?: Readonly<Record<string, unknown>> | undefined
  /** Samples of each clip, from the seeds 0, 1, …; default: 1. A folder with fewer is filled up, one with more is left as it is. */
  readonly samples?: number | undefined
  /** one of the method's devices; default: cpu */
  readonly device?: string | undefined
  readonly dtype?: GeneratorOptions['dtype'] | undefined
  /** Folders that may hold weights, in place of the usual ones. */
  readonly searchPath?: readonly string[] | undefined
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
  const count = requireCount(options.samples ?? 1)
  const device = requireDevice(method.spec, options.device ?? 'cpu')
  const settings = settingsOf(method.spec, options.config)
  const { fit, unfit } = fitClips(method.spec, manifest.clips)
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
    const made = await execute({ ...options, settings, device }, pending, total)
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

/** @throws KinemetricError `bad-option` */
function requireCount(samples: number): number {
  if (Number.isInteger(samples) && samples >= 1) return samples
  throw runnerError('bad-option', 'samples', { expected: 'a whole number of samples from 1', found: String(samples) })
}

async function execute(
  options: RunOptions & Pick<Execution, 'settings' | 'device'>,
  samples: readonly WantedSample[],
  total: number,
): Promise<ExecutionResult> {
  if (samples.length === 0) return { failures: [], weights: [] }
  const { method, manifest, out, settings, device, onProgress } = options
  let done = total - samples.length
  const execution: Execution = {
    method,
    manifest,
    samples,
    out,
    settings,
    device,
    dtype: options.dtype ?? 'float32',
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
    if (isDeepStrictEqual(asMade(earlier[key]), asMade(value))) continue
    throw runnerError('bad-output-folder', out, {
      expected: `the run of the same ${key} to go on with`,
      found: "another one's",
      then: 'choose another folder or remove this one',
    })
  }
  return earlier.started ?? new Date().toISOString()
}

/** A method without what it is taken for (`bound`), which came to method.json later and changes nothing that it makes. */
function asMade(part: unknown): unknown {
  if (typeof part !== 'object' || part === null || !('bound' in part)) return part
  const { bound: _bound, ...made } = part
  return made
}

async function writeRun(out: string, run: Record<string, unknown>): Promise<void> {
  await writeWhole(join(out, 'run.json'), canonicalJson(run))
}
