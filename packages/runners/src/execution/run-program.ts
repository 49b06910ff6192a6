import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { canonicalJson, isError, type KinemetricError, runWorkerProcess, writeWhole } from '@kinemetric/files'
import { z } from 'zod'
import { requireHanded } from '../generator/checked-files.ts'
import { runnerError } from '../generator/runner-error.ts'
import type { Execution, ExecutionResult, WantedSample } from './execution.ts'
import { lastLines } from './last-lines.ts'
import { writeInputManifest } from './input-manifest.ts'
import { sampleTrouble, writeFailedSample } from './sample.ts'

/** Variables a method's program inherits. No secrets: everything else stays here. */
const inherited = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'USERPROFILE',
  'LOCALAPPDATA',
  'XDG_CACHE_HOME',
  'CUDA_VISIBLE_DEVICES',
  'CUDA_HOME',
  'LD_LIBRARY_PATH',
  'HF_HOME',
  'TORCH_HOME',
  'CONDA_PREFIX',
  'VIRTUAL_ENV',
  'OMP_NUM_THREADS',
  'KINEMETRIC_WEIGHTS',
]

const exitCodes: Readonly<Record<number, string>> = {
  2: 'bad input or configuration',
  3: 'missing weights or licence',
  4: 'device unavailable',
  5: 'internal error',
}

/**
 * Runs a method's program over samples of clips: it gets all of them at once and writes the samples itself; what it left is checked clip by clip.
 * @throws KinemetricError `process-failed` where it cannot be started, dies or says so by its exit code, `method-weights` where that says that weights are
 * missing, `timeout`; `details` has its `logFile` and the `lastLines` that it said
 */
export async function runProgram(execution: Execution): Promise<ExecutionResult> {
  const { method, manifest, settings, device } = execution
  // The program runs in its own folder, where the caller's relative paths lead elsewhere.
  const out = resolve(execution.out)
  const { samples, failures } = await sound(execution, out)
  if (samples.length === 0) return { failures }
  // Shards that work in one folder at the same time have a program each.
  const part = execution.shard === undefined ? undefined : `${execution.shard.index}-of-${execution.shard.count}`
  const folder = join(out, '.input', ...(part === undefined ? [] : [part]))
  const inputs = await writeInputManifest(manifest, samples, folder)
  const config = join(folder, 'config.json')
  await writeWhole(config, canonicalJson(settings), { durable: false })
  const fill: Record<string, string> = { manifest: inputs, out, config, device }
  const [program = '', ...args] = (method.spec.command ?? []).map((part) =>
    part.replace(/\{(manifest|out|config|device)\}/g, (_, name: string) => fill[name]),
  )
  const logFile = join(out, part === undefined ? 'run.log' : `run.${part}.log`)
  const said = await stat(logFile).then(
    ({ size }) => size,
    () => 0,
  )
  const code = await runWorkerProcess({
    program,
    args,
    cwd: method.folder,
    env: environment(),
    logFile,
    timeoutMs: execution.timeoutMs,
    signal: execution.signal,
    onLine: (line) => takeProgress(line, execution),
  }).catch(async (error: unknown) => {
    throw await withLog(error, logFile, said)
  })
  if (code !== 0 && code !== 1) throw await withLog(exitError(method.spec.id, code, logFile), logFile, said)
  for (const { clip, sample } of samples) {
    const message = await sampleTrouble(out, clip, sample)
    if (message !== undefined)
      failures.push({
        clip: clip.id,
        sample,
        message: `${message}; it ended with exit code ${code}, its messages: ${logFile}`,
      })
  }
  return { failures }
}

/** The samples whose clips are what the manifest says of them, and the failures of the others: a program reads files that are not held against it any more. */
async function sound({ manifest, samples, onClip }: Execution, out: string) {
  const found = new Map<string, unknown>()
  const failures: ExecutionResult['failures'] = []
  const fit: WantedSample[] = []
  for (const wanted of samples) {
    const { clip, sample } = wanted
    if (!found.has(clip.id))
      found.set(clip.id, await requireHanded(manifest.root, clip).catch((error: unknown) => error))
    const error = found.get(clip.id)
    if (error === undefined) fit.push(wanted)
    else {
      failures.push({ clip: clip.id, sample, message: await writeFailedSample(out, clip.id, error, sample) })
      onClip(clip.id, true)
    }
  }
  return { samples: fit, failures }
}

/** A code that ends the run. */
function exitError(id: string, code: number, logFile: string): KinemetricError {
  return runnerError(code === 3 ? 'method-weights' : 'process-failed', id, {
    expected: 'exit code 0 or 1',
    found: `${code} (${exitCodes[code] ?? 'not in the contract'})`,
    then: `its messages: ${logFile}`,
  })
}

/** The error, with where the program's messages are and the last of them among its details. */
async function withLog(error: unknown, logFile: string, from: number): Promise<unknown> {
  if (isError(error)) Object.assign(error.details, { logFile, lastLines: await lastLines(logFile, from) })
  return error
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    inherited.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

const eventSchema = z.looseObject({ itemId: z.string().optional().catch(undefined) })

/** A line that is a JSON object is for us and not for the log; where it names a clip, that clip has ended. */
function takeProgress(line: string, { onClip }: Execution): boolean {
  if (!line.startsWith('{')) return false
  try {
    const event = eventSchema.safeParse(JSON.parse(line))
    if (event.data?.itemId !== undefined) onClip(event.data.itemId, false)
    return event.success
  } catch {
    return false
  }
}
