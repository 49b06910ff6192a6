import { readFile, stat, statfs } from 'node:fs/promises'
import { platform, totalmem } from 'node:os'
import { dirname } from 'node:path'

/** What a machine has left, in bytes. */
export interface Machine {
  /** Memory that a process could get, swap included; what the system keeps of files counts as free. */
  memory(): Promise<number>
  /** Of the disk that a folder lies on, or will; `disk` tells disks apart. Undefined where the system does not say. */
  space(folder: string): Promise<{ readonly free: number; readonly disk: number } | undefined>
}

/** This machine. */
export const thisMachine: Machine = {
  // Elsewhere what is free is next to nothing on a healthy machine: files fill it.
  memory: async () => (platform() === 'linux' ? process.availableMemory() + (await freeSwap()) : totalmem()),
  async space(folder) {
    const there = await nearest(folder)
    try {
      const [{ bavail, bsize }, { dev }] = await Promise.all([statfs(there), stat(there)])
      return { free: bavail * bsize, disk: dev }
    } catch {
      return undefined
    }
  },
}

async function freeSwap(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '')
  return 1024 * Number(/^SwapFree:\s*(\d+) kB$/m.exec(text)?.[1] ?? 0)
}

/** The folder itself, or the one above it that is there. */
export async function nearest(folder: string): Promise<string> {
  const there = await stat(folder).catch(() => undefined)
  const above = dirname(folder)
  return there !== undefined || above === folder ? folder : nearest(above)
}
