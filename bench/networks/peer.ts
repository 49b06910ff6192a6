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
  /** What it says of itself when it is ready. */
  said: Readonly<Record<string, unknown>>
  call(): Promise<CallTime>
  close(): void
}

/**
 * Starts bench/peers/networks.py, or another of them, with the Python of KINEMETRIC_PYTHON (a virtual environment with torch, numpy and lpips).
 * Undefined, and said so, where that is not set.
 */
export async function openPeer(
  network: string,
  shape: unknown,
  threads: number,
  name = 'networks.py',
): Promise<Peer | undefined> {
  const python = process.env.KINEMETRIC_PYTHON
  if (python === undefined) {
    console.log('no peer: set KINEMETRIC_PYTHON to a Python with torch 2.13, numpy and lpips to compare with PyTorch')
    return undefined
  }
  const script = join(import.meta.dirname, '..', 'peers', name)
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
  const said: Record<string, unknown> = JSON.parse(await next())
  return {
    versions: Object.entries(said)
      .filter(([, version]) => typeof version === 'string')
      .map(([name, version]) => `${name} ${String(version)}`)
      .join(', '),
    said,
    async call() {
      child.stdin.write('\n')
      const time: CallTime = JSON.parse(await next())
      return time
    },
    close: () => child.stdin.end(),
  }
}
