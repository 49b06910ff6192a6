import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Manifest, ManifestClip } from '@kinemetric/benchmark'
import { takeLock } from '@kinemetric/files'
import { readFrames, writePngFolder, type Frames } from '@kinemetric/video'
import { writeInputManifest } from './input-manifest.ts'
import type { Method } from '../methods/catalogue.ts'
import { readItem, sampleFolder } from '@kinemetric/records'
import { RunnerError } from '../generator/runner-error.ts'
import { runProcess } from './run-process.ts'

export interface RunOptions {
  readonly method: Method
  readonly manifest: Manifest
  /** gets `<clip>/s0/frame_0000.png …`, `item.json` a clip, and `run.json`; an unfinished run of the same kind goes on */
  readonly out: string
  /** overrides of the method's `defaults` */
  readonly config?: Readonly<Record<string, unknown>> | undefined
  readonly device?: string | undefined
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((event: { done: number; total: number; clip: string }) => void) | undefined
}

export interface RunResult {
  readonly done: number
  readonly resumed: number
  readonly failures: { clip: string; message: string }[]
}

/**
 * Runs a method over a manifest into a folder, by the run contract of RUNNERS.md §6.3. Clips that are complete in an
 * earlier, interrupted run of the same method, configuration and manifest are kept.
 * @throws RunnerError `bad-output-folder` where `out` holds something else; KinemetricError `locked` where another run
 * works in it
 */
export async function runMethod(options: RunOptions): Promise<RunResult> {
  const { method, manifest, out } = options
  await mkdir(out, { recursive: true })
  const unlock = await takeLock(join(out, '.lock'))
  try {
    const config = { ...method.spec.defaults, ...options.config }
    const description = {
      method: method.spec,
      config,
      manifest: { sha256: manifest.sha256, protocol: manifest.protocol },
    }
    const started = await beginOrResume(out, description)
    const pending: ManifestClip[] = []
    for (const clip of manifest.clips)
      if ((await readItem(sampleFolder(out, clip.id)))?.status !== 'ok') pending.push(clip)
    const resumed = manifest.clips.length - pending.length
    const failures = method.generate
      ? await runBuiltIn(options, pending, resumed)
      : await runExternal(options, pending, resumed, config)
    const counts = {
      total: manifest.clips.length,
      ok: manifest.clips.length - failures.length,
      failed: failures.length,
    }
    await writeAtomically(join(out, 'run.json'), {
      ...description,
      started,
      finished: new Date().toISOString(),
      counts,
    })
    return { done: counts.ok, resumed, failures }
  } finally {
    await unlock()
  }
}

async function beginOrResume(out: string, description: Record<string, unknown>): Promise<string> {
  const path = join(out, 'run.json')
  const names = (await readdir(out)).filter((name) => !name.startsWith('.'))
  if (names.length === 0) {
    const started = new Date().toISOString()
    await writeAtomically(path, { ...description, started })
    return started
  }
  let earlier: Record<string, unknown>
  try {
    earlier = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
  } catch (error) {
    throw new RunnerError(
      'bad-output-folder',
      `${out}: expected an empty folder or an earlier run's (with run.json); found other files`,
      { cause: error },
    )
  }
  for (const [key, value] of Object.entries(description)) {
    if (isDeepStrictEqual(earlier[key], JSON.parse(JSON.stringify(value)))) continue
    throw new RunnerError(
      'bad-output-folder',
      `${out}: expected the run of the same ${key} to go on with; found another one's: choose another folder or remove this one`,
    )
  }
  return typeof earlier.started === 'string' ? earlier.started : new Date().toISOString()
}

async function runBuiltIn(
  options: RunOptions,
  pending: readonly ManifestClip[],
  resumed: number,
): Promise<RunResult['failures']> {
  const { method, manifest, out, signal } = options
  const failures: RunResult['failures'] = []
  const queue = [...pending]
  let done = resumed
  const worker = async () => {
    while (signal?.aborted !== true) {
      const clip = queue.shift()
      if (clip === undefined) return
      const begun = performance.now()
      try {
        const frames = await method.generate!(builtInInput(manifest, clip))
        await writeSample(out, clip, frames, performance.now() - begun)
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        failures.push({ clip: clip.id, message })
        await mkdir(sampleFolder(out, clip.id), { recursive: true })
        const type = error instanceof Error ? error.name : 'Error'
        await writeAtomically(join(sampleFolder(out, clip.id), 'item.json'), {
          status: 'failed',
          error: { type, message },
        })
      }
      done++
      options.onProgress?.({ done, total: manifest.clips.length, clip: clip.id })
    }
  }
  // Every worker ends before this returns or throws: the folder's lock is given back after that, with nobody writing.
  const endings = await Promise.allSettled(Array.from({ length: Math.min(4, availableParallelism()) }, worker))
  for (const ending of endings) if (ending.status === 'rejected') throw ending.reason
  if (queue.length > 0) signal?.throwIfAborted()
  return failures.sort((a, b) => (a.clip < b.clip ? -1 : 1))
}

function builtInInput(manifest: Manifest, clip: ManifestClip) {
  return {
    clip: clip.id,
    frameCount: clip.window.count,
    reference: (): Promise<Frames> => readFrames(join(manifest.root, clip.reference.path)),
    asset: (name: string) => {
      const file = clip.assets?.[name]
      return file === undefined ? undefined : join(manifest.root, file.path)
    },
  }
}

async function writeSample(out: string, clip: ManifestClip, frames: Frames, wallMs: number): Promise<void> {
  const folder = sampleFolder(out, clip.id)
  await rm(folder, { recursive: true, force: true })
  await writePngFolder(folder, frames)
  const count = frames.pixels.shape[0]
  await writeAtomically(join(folder, 'item.json'), {
    status: 'ok',
    wallMs: Math.round(wallMs),
    seed: 0,
    timestamps: Array.from({ length: count }, (_, t) => (frames.fps === undefined ? t : t / frames.fps)),
    frameIsInput: Array.from({ length: count }, (_, t) => t === 0),
    notes: [],
  })
}

async function runExternal(
  options: RunOptions,
  pending: readonly ManifestClip[],
  resumed: number,
  config: Record<string, unknown>,
): Promise<RunResult['failures']> {
  const { method, manifest, out } = options
  if (pending.length === 0) return []
  const inputs = await writeInputManifest(manifest, pending, out)
  const configPath = join(out, '.input', 'config.json')
  await writeFile(configPath, `${JSON.stringify(config, null, 2)}\n`)
  let done = resumed
  const code = await runProcess({
    command: method.spec.command!,
    fill: { manifest: inputs, out, config: configPath, device: options.device ?? 'cpu' },
    cwd: method.folder,
    logFile: join(out, 'run.log'),
    timeoutMs: options.timeoutMs,
    signal: options.signal,
    onProgress: (event) => {
      if (typeof event.itemId !== 'string') return
      done = Math.min(done + 1, manifest.clips.length)
      options.onProgress?.({ done, total: manifest.clips.length, clip: event.itemId })
    },
  })
  if (code !== 0 && code !== 1) {
    const meaning: Record<number, string> = {
      2: 'bad input or configuration',
      3: 'missing weights or licence',
      4: 'device unavailable',
      5: 'internal error',
    }
    throw new RunnerError(
      'process-failed',
      `${method.spec.id}: expected exit code 0 or 1; found ${code} (${meaning[code] ?? 'not in the contract'}); its messages: ${join(out, 'run.log')}`,
    )
  }
  const failures: RunResult['failures'] = []
  for (const clip of pending) {
    const message = await checkSample(out, clip)
    if (message !== undefined) failures.push({ clip: clip.id, message })
  }
  return failures
}

/** Whether the program kept its word for this clip: undefined, or what is wrong. */
async function checkSample(out: string, clip: ManifestClip): Promise<string | undefined> {
  const folder = sampleFolder(out, clip.id)
  const item = await readItem(folder)
  if (item === undefined)
    return `expected ${join(folder, 'item.json')} with a status; found none that fits the contract`
  if (item.status !== 'ok') return item.error?.message ?? `the method said ${item.status}`
  const frames = (await readdir(folder)).filter((name) => /^frame_\d{4,}\.png$/.test(name)).length
  return frames === clip.window.count
    ? undefined
    : `expected ${clip.window.count} frames frame_0000.png … in ${folder}; found ${frames}`
}

async function writeAtomically(path: string, value: unknown): Promise<void> {
  const partial = `${path}.${process.pid}.partial`
  await writeFile(partial, `${JSON.stringify(value, null, 2)}\n`)
  await rename(partial, path)
}
