import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { extname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { isError } from '@kinemetric/files'
import { readItem, sampleFolder } from '@kinemetric/records'
import { runMethod, type RunOptions } from '../run/run-method.ts'

/** What a run needs to be known by in another process. */
export type ChildRun = Omit<RunOptions, 'method' | 'manifest' | 'signal' | 'onProgress'> & {
  readonly method: string
  readonly manifest: string
}

/** How often is looked whether the first sample is there. */
const lookMs = 20

/**
 * Begins a run and breaks it off as soon as one sample is there: code of ours is killed with the process that it runs in, a program is stopped as Ctrl-C does,
 * so that none goes on without its host.
 * @returns whether it was broken off; false: it had ended before
 */
export async function interruptedRun(options: RunOptions): Promise<boolean> {
  return options.method.native === undefined ? aborted(options) : killed(options)
}

async function aborted(options: RunOptions): Promise<boolean> {
  const controller = new AbortController()
  let ended = false
  const run = runMethod({ ...options, signal: controller.signal }).then(
    () => true,
    (error: unknown) => {
      if (controller.signal.aborted) return false
      throw error
    },
  )
  const watched = run.finally(() => (ended = true))
  await Promise.all([
    firstSample(options, () => ended).then(() => controller.abort(new Error('broken off by the conformance test'))),
    watched.catch(() => undefined),
  ])
  return !(await run)
}

async function killed(options: RunOptions): Promise<boolean> {
  const { method, manifest, signal, onProgress: _, ...rest } = options
  const file = join(import.meta.dirname, `run-in-child${extname(import.meta.filename)}`)
  const ask: ChildRun = { ...rest, method: join(method.folder, 'method.json'), manifest: manifest.path }
  const child = spawn(process.execPath, [file, JSON.stringify(ask)], { stdio: ['ignore', 'ignore', 'inherit'], signal })
  const exited = once(child, 'exit')
  await firstSample(options, () => child.exitCode !== null)
  child.kill('SIGKILL')
  const [code] = await exited
  return code === null
}

/** Waits until a sample of any clip is complete, or the run has ended. */
async function firstSample({ out, manifest }: RunOptions, ended: () => boolean): Promise<void> {
  while (!ended()) {
    for (const { id } of manifest.clips) if ((await readItem(sampleFolder(out, id)))?.status === 'ok') return
    await setTimeout(lookMs)
  }
}

/** Whether an error says something of the machine or the user's wish and nothing of the method. */
export function isNoVerdict(error: unknown): boolean {
  return isError(error) && ['missing', 'disk', 'stopped', 'conflict'].includes(error.kind)
}
