import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Milliseconds of one call, by the wall clock and of processor time. */
export interface CallTime {
  wall: number
  processor: number
}

/** PyTorch in a process of its own, waiting to be told when to make its next timed call. */
export interface Peer {
  /** `torch 2.13.0+cpu, …` */
  versions: string
  call(): Promise<CallTime>
  close(): void
}

/**
 * Starts bench/peers/networks.py with the Python of KINEMETRIC_PYTHON (a virtual environment with torch, numpy and lpips).
 * Undefined, and said so, where that is not set.
 */
export async function openPeer(network: string, shape: readonly number[], threads: number): Promise<Peer | undefined> {
  const python = process.env.KINEMETRIC_PYTHON
  if (python === undefined) {
    console.log('no peer: set KINEMETRIC_PYTHON to a Python with torch 2.13, numpy and lpips to compare with PyTorch')
    return undefined
  }
  const script = join(import.meta.dirname, '..', 'peers', 'networks.py')
  const child = spawn(python, [script, network, JSON.stringify(shape), String(threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: String(threads) },
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => {
    const line = await lines.next()
    if (line.done === true) throw new Error(`${script} ended before its answer`)
    return JSON.parse(line.value)
  }
  const versions = Object.entries((await next()) as Record<string, string>)
  return {
    versions: versions.map(([name, version]) => `${name} ${version}`).join(', '),
    async call() {
      child.stdin.write('\n')
      return (await next()) as CallTime
    },
    close: () => child.stdin.end(),
  }
}
