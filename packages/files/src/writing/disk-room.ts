import { stat, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileError } from '../errors/file-error.ts'
import { isError, type KinemetricError } from '../errors/kinemetric-error.ts'
import { sizeText } from '../errors/size-text.ts'

/** What is left of a disk. */
export interface DiskSpace {
  /** Bytes that this user may still write. */
  readonly free: number
  /** Tells disks apart. */
  readonly disk: number
}

/** What is going to be written into a folder, in bytes. */
export interface WantedDisk {
  readonly folder: string
  /** What it will be at least; it is never begun without so much. */
  readonly least: number
  /** What it may be at most, where that is more: compression and the like are not known before. */
  readonly most?: number | undefined
  /** What it is for: `what --dump keeps`. */
  readonly what: string
  /** What can be done where it is not enough. */
  readonly then: string
}

export interface DiskAsk {
  /** What is going to be written, in words: `this run`. */
  readonly who: string
  /** How much there is; this machine's own answer where not given. */
  readonly space?: ((folder: string) => Promise<DiskSpace | undefined>) | undefined
}

/** Of the disk that a folder lies on, or will. Undefined where the system does not say. */
export async function diskSpace(folder: string): Promise<DiskSpace | undefined> {
  const there = await nearestFolder(folder)
  try {
    const [{ bavail, bsize }, { dev }] = await Promise.all([statfs(there), stat(there)])
    return { free: bavail * bsize, disk: dev }
  } catch {
    return undefined
  }
}

/** The folder itself, or the one above it that is there. */
export async function nearestFolder(folder: string): Promise<string> {
  const there = await stat(folder).catch(() => undefined)
  const above = dirname(resolve(folder))
  return there !== undefined || above === folder ? folder : nearestFolder(above)
}

/** Whether an error says before anything was written that a disk has too little: it names both amounts. */
export function isForeseenFull(error: unknown): error is KinemetricError {
  return isError(error, 'disk', 'disk-full') && error.expected !== ''
}

/**
 * Holds what is going to be written against what disks have, before the first byte. What goes onto one disk adds up.
 * @returns warnings: where it may not be enough
 * @throws KinemetricError `disk-full` where it cannot be enough, in the folder that wants most
 */
export async function requireDisk(
  wanted: readonly WantedDisk[],
  { who, space = diskSpace }: DiskAsk,
): Promise<string[]> {
  const found = await Promise.all(wanted.map(async (each) => ({ ...each, there: await space(each.folder) })))
  const told = found.flatMap(({ there, ...each }) => (there === undefined ? [] : [{ ...each, there }]))
  const warnings: string[] = []
  for (const onDisk of Map.groupBy(told, ({ there }) => there.disk).values()) {
    const { free } = onDisk[0].there
    const least = onDisk.reduce((sum, each) => sum + each.least, 0)
    const most = onDisk.reduce((sum, each) => sum + (each.most ?? each.least), 0)
    const of = (amount: (each: WantedDisk) => number) =>
      onDisk.reduce((largest, each) => (amount(each) > amount(largest) ? each : largest))
    if (least > free) {
      const { folder, what, then } = of((each) => each.least)
      throw fileError('disk-full', folder, {
        expected: `${sizeText(least)} for ${what}`,
        found: `${sizeText(free)} free`,
        then,
      })
    }
    if (most <= free) continue
    // What may become less is where something can be done.
    const { folder, then } = of((each) => (each.most ?? each.least) - each.least)
    warnings.push(`${who} may write ${sizeText(most)} into ${folder}, of ${sizeText(free)} free: ${then}`)
  }
  return warnings
}
