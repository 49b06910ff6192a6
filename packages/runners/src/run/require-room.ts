import { requireDisk, sizeText, type WantedDisk } from '@kinemetric/files'
import { runnerError } from '../generator/runner-error.ts'
import type { Machine } from './machine.ts'
import type { MemoryEstimate } from '../latent/memory-estimate.ts'

/** In the order in which it costs least. */
const whatToLower = 'try --low-memory, dtype float16 on a card, or smaller or fewer frames'

/** What a run is going to want, in bytes. */
export interface WantedRoom {
  /** Undefined: of a method of which nothing is known, or on a card, whose memory nobody tells. */
  readonly memory: MemoryEstimate | undefined
  /** The frames of all samples that are to be made: PNG makes them smaller, by how much is not known before. */
  readonly frames: { readonly folder: string; readonly most: number }
  /** What a sampler went through, which is written as it is. */
  readonly dump: { readonly folder: string; readonly bytes: number } | undefined
}

/**
 * Holds what a run wants against what the machine has, before its first step.
 * @returns warnings: where an estimate, which may be wrong, says that it will not be enough
 * @throws KinemetricError `too-little-memory`, `disk-full` where it cannot be enough
 */
export async function requireRoom({ memory, frames, dump }: WantedRoom, machine: Machine): Promise<string[]> {
  const warnings: string[] = []
  if (memory !== undefined) {
    const there = await machine.memory()
    const found = `${sizeText(there)} that can be had`
    const then = whatToLower
    if (memory.least > there)
      throw runnerError('too-little-memory', 'memory', {
        expected: `about ${sizeText(memory.about)}, and never less than ${sizeText(memory.least)}`,
        found,
        then,
      })
    if (memory.about > there)
      warnings.push(`this run may want ${sizeText(memory.about)} of memory, of ${found}: ${then}`)
  }
  const disks: WantedDisk[] = [
    {
      folder: frames.folder,
      least: 0,
      most: frames.most,
      what: 'frames',
      then: 'lower --samples or the size, or run a part of the manifest',
    },
  ]
  if (dump !== undefined)
    disks.push({
      folder: dump.folder,
      least: dump.bytes,
      what: 'what --dump keeps',
      then: 'lower steps or --samples, run a part of the manifest, or leave --dump out',
    })
  return [...warnings, ...(await requireDisk(disks, { who: 'this run', space: (folder) => machine.space(folder) }))]
}
