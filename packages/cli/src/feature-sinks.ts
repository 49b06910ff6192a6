import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FeatureRowsFile } from '@kinemetric/benchmark'
import {
  archiveFeatures,
  type FeatureOrigin,
  FeatureStatistics,
  saveReferenceStatistics,
  statisticsFolder,
  writeStatisticsFile,
} from '@kinemetric/metrics'

/** Where rows of features go while they come, clip by clip. Nothing grows with their number but 4 bytes a row. */
export interface FeatureSink {
  add(rows: Float32Array): Promise<void>
  /** Gives the file its name; the number of rows and the path. */
  finish(): Promise<{ rows: number; path: string }>
  /** Leaves nothing half done behind; harmless after `finish`. */
  discard(): Promise<void>
}

/** `.npy`: the rows alone. `.npz`: with clips and origin, packed at the end from the rows on disk. */
export async function openRowsSink(out: string, dimension: number, origin: FeatureOrigin): Promise<FeatureSink> {
  await mkdir(dirname(out), { recursive: true })
  if (!out.endsWith('.npz')) {
    const file = await FeatureRowsFile.create(out, dimension)
    return {
      add: (rows) => file.add(rows),
      finish: async () => ({ rows: await file.finish(), path: out }),
      discard: () => file.discard(),
    }
  }
  const matrix = `${out}.${process.pid}.rows`
  const file = await FeatureRowsFile.create(matrix, dimension)
  const clipOfRow: number[] = []
  let clips = 0
  return {
    add: async (rows) => {
      await file.add(rows)
      for (let row = 0; row < rows.length / dimension; row++) clipOfRow.push(clips)
      clips++
    },
    finish: async () => {
      const rows = await file.finish()
      await archiveFeatures(out, matrix, clipOfRow, origin)
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
export async function openStatisticsSink(out: string, dimension: number, origin: FeatureOrigin): Promise<FeatureSink> {
  await mkdir(dirname(out), { recursive: true })
  return statisticsSink(dimension, async (statistics) => {
    await writeStatisticsFile(out, statistics.gaussian(1), origin)
    return out
  })
}

/** Mean and covariance under a name, for a recipe of fid or fvd and all with the same features. */
export function openNamedSink(
  name: string,
  metric: 'fid' | 'fvd',
  recipe: string | undefined,
  dimension: number,
  origin: FeatureOrigin,
): FeatureSink {
  return statisticsSink(dimension, (statistics) =>
    saveReferenceStatistics(statisticsFolder(), name, metric, recipe, statistics.gaussian(1), origin),
  )
}

function statisticsSink(dimension: number, save: (statistics: FeatureStatistics) => Promise<string>): FeatureSink {
  const statistics = new FeatureStatistics(dimension)
  return {
    add: (rows) => statistics.add(rows),
    finish: async () => ({ rows: statistics.count, path: await save(statistics) }),
    discard: () => Promise.resolve(),
  }
}
