import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { WantedDisk } from '@kinemetric/files'
import { countOf } from '@kinemetric/files'
import type { DatasetClip, DatasetProblem } from '../../datasets/dataset-adapter.ts'
import type { Protocol } from '../../protocol/protocol.ts'

/** A clip has a reference or at least an image, and each file takes a block. */
const leastOfClip = 4096
/** Of masks of objects, which are small, and of what a manifest says. */
const besides = 65_536

/**
 * What preparing clips is going to write, in bytes: of each that is not there yet its frames as they are, which lossless compression makes smaller. Of a protocol that
 * takes videos as long or as large as they are, only the least of it.
 */
export async function wantedDisk(
  items: readonly (DatasetClip | DatasetProblem)[],
  { identity: { window, geometry } }: Pick<Protocol, 'identity'>,
  out: string,
): Promise<WantedDisk[]> {
  const wanted: DatasetClip[] = []
  for (const item of items) if (!('problem' in item) && !(await isPrepared(out, item.id))) wanted.push(item)
  if (wanted.length === 0) return []
  const size = geometry?.size
  const frames = window.frames
  const most =
    size === undefined || frames === 'all'
      ? undefined
      : wanted.reduce((sum, item) => sum + besides + pictures(item, frames) * size[0] * size[1] * 3, 0)
  return [
    {
      folder: out,
      least: leastOfClip * wanted.length,
      most,
      what: countOf(wanted.length, 'clip'),
      then: 'free some of it, prepare a part of the clips (--shard), or write elsewhere',
    },
  ]
}

/** Whether something lies there; whether it fits is found when its turn comes. */
async function isPrepared(out: string, id: string): Promise<boolean> {
  return (await stat(join(out, 'clips', id)).catch(() => undefined)) !== undefined
}

/** The image, the reference, the control signals. */
function pictures({ video, control, pairs = [] }: DatasetClip, frames: number): number {
  const signals =
    (control === undefined ? 0 : 1) + pairs.length + pairs.filter((pair) => pair.video !== undefined).length
  return 1 + frames * ((video === undefined ? 0 : 1) + signals)
}
