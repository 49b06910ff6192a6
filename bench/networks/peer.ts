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
  const next = async (): Promise<string> => {
    const line = await lines.next()
    if (line.done === true) throw new Error(`${script} ended before its answer`)
    return line.value
  }
  const versions: Record<string, string> = JSON.parse(await next())
  return {
    versions: Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    async call() {
      child.stdin.write('\n')
      const time: CallTime = JSON.parse(await next())
      return time
    },
    close: () => child.stdin.end(),
  }
}
