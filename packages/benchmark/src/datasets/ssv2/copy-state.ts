import { z } from 'zod'
import { benchmarkError } from '../../failures/benchmark-error.ts'
import type { BoxFile } from '../something-else/read-boxes.ts'
import type { FoundVideos } from './videos/find-videos.ts'
import type { LabelFileFacts, Labels } from './labels/read-labels.ts'
import { officialBoxes, officialVideos } from './labels/releases.ts'

/** Whether a copy of the data set is whole, and what it lacks. Names and numbers alone: nothing of this machine. */
export interface CopyState {
  whole: boolean
  labels: { layout: Labels['layout']; files: LabelFileFacts[] }
  videos: {
    found: number
    official: number
    /** Ids of the split's rows without a video, and of those whose video cannot be read, as far as they were looked at. */
    missing: string[]
    unreadable: string[]
    /** Ids of videos that no label file has. */
    withoutRow: string[]
    /** Pieces of the archive that lie where the videos belong, and the command that unpacks them where there are no videos. */
    parts: string[]
    unpack?: string | undefined
  }
  boxes: { files: BoxFile[]; official: number; rowsWithout: number }
}

/** What is said of a copy. */
export function copyState(
  labels: Labels,
  videos: FoundVideos,
  boxes: { files: BoxFile[]; videos: number; rowsWithout: number },
  unreadable: readonly string[],
): CopyState {
  const missing = labels.rows.map(({ id }) => id).filter((id) => !videos.paths.has(id))
  const withoutRow = [...videos.paths.keys()].filter((id) => !labels.known.has(id))
  const official = labels.files.every((file) => file.official !== false)
  return {
    whole: official && missing.length === 0 && unreadable.length === 0 && boxes.videos >= officialBoxes,
    labels: { layout: labels.layout, files: labels.files },
    videos: {
      found: videos.paths.size,
      official: officialVideos,
      missing: missing.sort(),
      unreadable: [...unreadable].sort(),
      withoutRow: withoutRow.sort(),
      parts: videos.parts,
      ...(videos.unpack === undefined ? {} : { unpack: videos.unpack }),
    },
    boxes: { files: boxes.files, official: officialBoxes, rowsWithout: boxes.rowsWithout },
  }
}

const copySchema = z.looseObject({
  whole: z.boolean(),
  videos: z.looseObject({ unreadable: z.array(z.string()) }),
})

/** As it is, its fields in their order: what a schema gives back has them in the schema's. */
function isCopy(part: unknown): part is z.infer<typeof copySchema> {
  return copySchema.safeParse(part).success
}

/**
 * What is said of a copy by all shards together: which videos cannot be read each finds out of its own.
 * @throws KinemetricError `bad-shards` where they read different copies
 */
export function joinCopies(parts: readonly unknown[]): unknown {
  const copies = parts.filter(isCopy)
  if (copies.length < parts.length) throw otherCopy('something else')
  const unreadable = copies.flatMap(({ videos }) => videos.unreadable).sort()
  const whole = copies.every((copy) => copy.whole)
  const all = copies.map((copy) => ({ ...copy, whole, videos: { ...copy.videos, unreadable } }))
  if (all.some((copy) => JSON.stringify(copy) !== JSON.stringify(all[0])))
    throw otherCopy('other label files, videos or boxes')
  return all[0]
}

function otherCopy(found: string) {
  return benchmarkError('bad-shards', 'ssv2', { expected: 'shards of one copy of the dataset', found })
}
