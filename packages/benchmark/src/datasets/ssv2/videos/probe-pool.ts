import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { benchmarkError } from '../../../failures/benchmark-error.ts'
import { type Probe, probe } from './probe.ts'

/** Fewer videos than this are decoded here: a process takes longer to start than that. */
const WORTH_A_PROCESS = 16

/**
 * Probes videos, on as many cores as there are jobs.
 * @param onProbe told of each as it is found, in any order
 * @throws the signal's reason; KinemetricError where there is no decoder
 */
export async function probePaths(
  paths: readonly string[],
  {
    jobs,
    signal,
    onProbe,
  }: { jobs: number; signal?: AbortSignal | undefined; onProbe: (path: string, found: Probe) => void },
): Promise<void> {
  const queue = [...paths].reverse()
  const count = Math.min(jobs, Math.floor(paths.length / WORTH_A_PROCESS))
  if (count < 2) {
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) onProbe(path, await probe(path, signal))
    return
  }
  const stop = new AbortController()
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const worked = await Promise.allSettled(
    Array.from({ length: count }, async () => {
      try {
        await work(queue, either, onProbe)
      } catch (error) {
        stop.abort(error)
        throw error
      }
    }),
  )
  signal?.throwIfAborted()
  const failed = worked.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

/** Takes videos from the queue until it is empty. A process that dies of a video is followed by another. */
async function work(
  queue: string[],
  signal: AbortSignal,
  onProbe: (path: string, found: Probe) => void,
): Promise<void> {
  let child: ChildProcess | undefined
  try {
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      signal.throwIfAborted()
      child ??= start()
      const found = await ask(child, path, signal)
      if ('died' in found) child = undefined
      onProbe(path, 'died' in found ? { unreadable: found.died, lasting: false } : found)
    }
  } finally {
    child?.kill('SIGKILL')
  }
}

function start(): ChildProcess {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return fork(fileURLToPath(new URL(`./probe-process.${ending}`, import.meta.url)), [], {
    // Flags of this process (a test runner's, an inspector's) are not for that one.
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
}

type Answer = { found: Probe } | { error: string }

function ask(child: ChildProcess, path: string, signal: AbortSignal): Promise<Probe | { died: string }> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      child.off('message', onMessage)
      child.off('close', onClose)
      signal.removeEventListener('abort', onAbort)
      then()
    }
    const onMessage = (answer: Answer) =>
      settle(() => {
        if ('found' in answer) resolve(answer.found)
        else
          reject(benchmarkError('bad-dataset', path, { expected: 'a video that can be probed', found: answer.error }))
      })
    const onClose = (code: number | null, died: string | null) =>
      settle(() => resolve({ died: `the process that decoded it ended (${died ?? `code ${code}`})` }))
    const onAbort = () => settle(() => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted')))
    child.on('message', onMessage)
    child.on('close', onClose)
    signal.addEventListener('abort', onAbort, { once: true })
    child.send(path, undefined, {}, () => undefined)
  })
}
