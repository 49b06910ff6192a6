import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { partialSuffix } from '@kinemetric/files'
import { FeatureRowsFile } from './feature-rows-file.ts'
import {
  archiveFeatures,
  type DistanceChoice,
  type FeatureOrigin,
  FeatureStatistics,
  requireArchivable,
  saveReferenceStatistics,
  statisticsFolder,
  writeStatisticsFile,
} from '@kinemetric/metrics'

/** Where rows of features go while they come, clip by clip. Nothing grows with their number but, for .npz, a number a row. */
export interface FeatureSink {
  add(rows: Float32Array): Promise<void>
  /** Gives the file its name and, where it can hold that, says what it is of; the number of rows and the path. */
  finish(origin: FeatureOrigin, signal?: AbortSignal): Promise<{ rows: number; path: string }>
  /** Leaves nothing half done behind; harmless after `finish`. */
  discard(): Promise<void>
}

/** Where the rows of an .npz lie until they are packed: an unfinished file of whoever holds the lock of `out`. */
export function rowsPath(out: string): string {
  return join(dirname(out), `.${basename(out)}.rows${partialSuffix}`)
}

/** `.npy`: the rows alone. `.npz`: with clips and origin, packed at the end from the rows on disk. */
export async function openRowsSink(out: string, dimension: number): Promise<FeatureSink> {
  if (!out.endsWith('.npz')) {
    const file = await FeatureRowsFile.create(out, dimension)
    return {
      add: (rows) => file.add(rows),
      finish: async () => ({ rows: await file.finish(), path: out }),
      discard: () => file.discard(),
    }
  }
  const matrix = rowsPath(out)
  const file = await FeatureRowsFile.create(matrix, dimension)
  const clipOfRow: number[] = []
  let bytes = 0
  let clips = 0
  return {
    add: async (rows) => {
      bytes += rows.byteLength + (8 * rows.length) / dimension
      requireArchivable(out, bytes)
      await file.add(rows)
      for (let row = 0; row < rows.length / dimension; row++) clipOfRow.push(clips)
      clips++
    },
    finish: async (origin, signal) => {
      const rows = await file.finish()
      await archiveFeatures(out, matrix, clipOfRow, origin, signal)
      await rm(matrix, { force: true })
      return { rows, path: out }
    },
    discard: async () => {
      await file.discard()
      await rm(matrix, { force: true })
    },
  }
}

/** Mean and covariance in an .npz of that path. */
export async function openStatisticsSink(out: string, dimension: number): Promise<FeatureSink> {
  return statisticsSink(dimension, async (statistics, origin) => {
    await writeStatisticsFile(out, statistics.gaussian(1), origin)
    return out
  })
}

/** Mean and covariance under a name, for a recipe of a distance and all with the same features. */
export function openNamedSink(name: string, choice: DistanceChoice, dimension: number): FeatureSink {
  return statisticsSink(dimension, (statistics, origin) =>
    saveReferenceStatistics(statisticsFolder(), name, choice, statistics.gaussian(1), origin),
  )
}

function statisticsSink(
  dimension: number,
  save: (statistics: FeatureStatistics, origin: FeatureOrigin) => Promise<string>,
): FeatureSink {
  const statistics = new FeatureStatistics(dimension)
  return {
    add: (rows) => statistics.add(rows),
    finish: async (origin) => ({ rows: statistics.count, path: await save(statistics, origin) }),
    discard: () => Promise.resolve(),
  }
}
