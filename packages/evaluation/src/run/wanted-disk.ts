import type { Protocol } from '@kinemetric/benchmark'
import type { WantedDisk } from '@kinemetric/files'
import { scoredFrames } from '../plan/protocol-extra.ts'
import type { PendingTasks } from './pending-tasks.ts'
import type { Task } from './tasks.ts'

/** Where what is measured is written. */
export interface MeasuringPlaces {
  /** Results folder of the protocol: journals and small videos. */
  folder: string
  /** Folders that get every row and track that is kept. */
  kept: readonly string[]
}

const then = 'free some of it, score a part of the clips (--shard), or write elsewhere'

/** Of a line: names, stamps and hashes are about 500 bytes; a clip that failed has less. */
const line = { least: 250, most: 1200 }
/** Of a metric in a line, and of each of its values with the frame's number. */
const value = { metric: 120, frame: 32 }

/**
 * What measuring is going to write, in bytes, as far as it is known before: lines of journals, rows and tracks, small videos. Rows and tracks that the cache has
 * already are counted too. Of a protocol that takes videos as long as they are, only the least of it.
 */
export function wantedDisk(
  tasks: PendingTasks,
  { identity: { window, excludedFrames, geometry } }: Pick<Protocol, 'identity'>,
  { folder, kept }: MeasuringPlaces,
): WantedDisk[] {
  if (tasks.length === 0) return []
  const known = window.frames === 'all' ? undefined : window.frames
  const frames = known === undefined ? 0 : scoredFrames(known, excludedFrames).length
  let [lines, rows, sides] = [0, 0, 0]
  for (const task of tasks) {
    lines += lineBytes(task, frames)
    if (known !== undefined) rows += keptBytes(task, { all: known, scored: frames })
    if (task.previews !== undefined) sides += sidesOf(task.reference)
  }
  const wanted: WantedDisk[] = [
    { folder, least: line.least * tasks.length, most: lines, what: 'what is measured, a line a clip', then },
  ]
  if (known === undefined) return wanted
  if (rows > 0)
    for (const place of kept)
      wanted.push({ folder: place, least: 0, most: rows, what: 'rows of features and tracks', then })
  const [height, width] = geometry?.size ?? [0, 0]
  // H.264 keeps half of the colour, and what it cannot make smaller as it is.
  const videos = (sides * known * height * width * 3) / 2
  if (videos > 0) wanted.push({ folder, least: 0, most: videos, what: 'small videos', then })
  return wanted
}

function sidesOf({ control, probe, read }: Task['reference']): number {
  return 1 + (read === undefined ? 0 : 1) + (control === undefined ? 0 : 1) + (probe?.pairs.length ?? 0)
}

function lineBytes({ measurers }: Task, frames: number): number {
  const metrics = measurers.reduce((sum, { names }) => sum + names.length, 0)
  return line.most + metrics * (value.metric + value.frame * (frames + 1))
}

function keptBytes({ measurers, reference, key }: Task, frames: { all: number; scored: number }): number {
  // Held against another clip's reference nothing is kept.
  if (key.against !== undefined) return 0
  const keeping = measurers.flatMap(({ keeps, alone }) => (keeps === undefined ? [] : [{ keeps, alone }]))
  if (keeping.length === 0) return 0
  const shape = { ...frames, objects: Math.max(1, reference.objectMasks.length) }
  return keeping.reduce((sum, { keeps, alone }) => sum + (alone === true ? 1 : 2) * keeps(shape), 0)
}
