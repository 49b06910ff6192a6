import { readFile } from 'node:fs/promises'
import { platform, totalmem } from 'node:os'
import { type DiskSpace, diskSpace } from '@kinemetric/files'

/** What a machine has left, in bytes. */
export interface Machine {
  /** Memory that a process could get, swap included; what the system keeps of files counts as free. */
  memory(): Promise<number>
  /** Of the disk that a folder lies on, or will; `disk` tells disks apart. Undefined where the system does not say. */
  space(folder: string): Promise<DiskSpace | undefined>
}

/** This machine. */
export const thisMachine: Machine = {
  // Elsewhere what is free is next to nothing on a healthy machine: files fill it.
  memory: async () => (platform() === 'linux' ? process.availableMemory() + (await freeSwap()) : totalmem()),
  space: diskSpace,
}

async function freeSwap(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '')
  return 1024 * Number(/^SwapFree:\s*(\d+) kB$/m.exec(text)?.[1] ?? 0)
}
