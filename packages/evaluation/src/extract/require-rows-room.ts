import { dirname } from 'node:path'
import { countOf, requireDisk } from '@kinemetric/files'

/**
 * Holds the rows of features that are going to be written, of each clip one at least, against what the disk has, before the first is made.
 * @param out the file that gets them
 * @throws KinemetricError `disk-full` where it cannot be enough
 */
export async function requireRowsRoom(out: string, clips: number, dimension: number): Promise<void> {
  const least = 4 * dimension * clips
  const then = 'free some of it, extract a part of the clips (--shard), or write elsewhere'
  await requireDisk([{ folder: dirname(out), least, what: `rows of ${countOf(clips, 'clip')}`, then }], {
    who: 'this run',
  })
}
