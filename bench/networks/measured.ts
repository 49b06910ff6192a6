import type { CallTime } from './peer.ts'

/** How long a call takes, in milliseconds. */
export async function measured(call: () => Promise<unknown>): Promise<CallTime> {
  const [start, used] = [performance.now(), process.cpuUsage()]
  await call()
  const { user, system } = process.cpuUsage(used)
  return { wall: performance.now() - start, processor: (user + system) / 1000 }
}
