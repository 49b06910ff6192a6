import { formatOrigin, ORIGIN_ENTRY, type FeatureOrigin } from './feature-origin.ts'
import { isZip, readOrigin } from './feature-file.ts'
import { interchangeError } from './interchange-error.ts'
import type { NpyArray } from './npy.ts'
import { formatNpz, openNpz } from './npz.ts'
import { FeatureStatistics, type Gaussian } from '../features/statistics.ts'
import { writeWhole } from '@kinemetric/files'
import { readWholeFile } from './read-whole-file.ts'

/** Statistics as they lie in a file. */
export interface StatisticsFile {
  statistics: Gaussian
  origin: FeatureOrigin | undefined
}

/**
 * Reads statistics: an .npz with `mu` (D) and `sigma` (D, D), as pytorch-fid and clean-fid write it; ours also say `count`
 * and `ddof`, so that another recipe's divisor can be had.
 *
 * @throws KinemetricError, among others `missing-entry`, `wrong-shape`, `not-finite`
 */
export async function readStatisticsFile(path: string): Promise<StatisticsFile> {
  return parseStatistics(await readWholeFile(path), path)
}

/** As `readStatisticsFile`, of bytes. */
export function parseStatistics(bytes: Uint8Array, where: string): StatisticsFile {
  if (!isZip(bytes)) {
    throw interchangeError('not-npz', where, {
      expected: 'an .npz with mu and sigma',
      found: 'something else than a zip',
    })
  }
  const npz = openNpz(bytes, where)
  const mean = npz.array('mu')
  const sigma = npz.array('sigma')
  const dimension = mean.shape[0] ?? 0
  if (
    mean.shape.length !== 1 ||
    dimension === 0 ||
    sigma.shape.length !== 2 ||
    sigma.shape.some((side) => side !== dimension)
  ) {
    throw interchangeError('wrong-shape', where, {
      expected: 'mu (D) and sigma (D, D)',
      found: `(${mean.shape.join(', ')}) and (${sigma.shape.join(', ')})`,
    })
  }
  const scalar = (name: string): number | undefined => (npz.names.includes(name) ? npz.array(name).data[0] : undefined)
  const ddof = scalar('ddof')
  return {
    statistics: {
      dimension,
      mean: finite(mean, `${where}:mu`),
      covariance: finite(sigma, `${where}:sigma`),
      count: scalar('count'),
      ddof: ddof === 0 || ddof === 1 ? ddof : undefined,
    },
    origin: readOrigin(npz, where),
  }
}

/** Writes statistics that pytorch-fid and clean-fid read too. @throws KinemetricError `write-failed` */
export async function writeStatisticsFile(path: string, statistics: Gaussian, origin?: FeatureOrigin): Promise<void> {
  const { dimension, mean, covariance, count, ddof } = statistics
  const entries: Parameters<typeof formatNpz>[0] = {
    mu: { data: mean, shape: [dimension] },
    sigma: { data: covariance, shape: [dimension, dimension] },
    ...(count !== undefined && { count: asScalar(count) }),
    ...(ddof !== undefined && { ddof: asScalar(ddof) }),
    ...(origin && { [ORIGIN_ENTRY]: { text: formatOrigin(origin) } }),
  }
  await writeWhole(path, [formatNpz(entries)])
}

/** The bytes of a `FeatureStatistics` that is not finished, for a shard to leave to the merge. */
export function formatPartialStatistics(statistics: FeatureStatistics): Uint8Array {
  const { dimension, count, sum, sumLow, secondMoment } = statistics.state()
  return formatNpz({
    count: { data: Float64Array.of(count), shape: [] },
    sum: { data: sum, shape: [dimension] },
    sum_low: { data: sumLow, shape: [dimension] },
    second_moment: { data: secondMoment, shape: [dimension, dimension] },
  })
}

/** @throws KinemetricError as `parseStatistics` */
export function parsePartialStatistics(bytes: Uint8Array, where = 'statistics'): FeatureStatistics {
  const npz = openNpz(bytes, where)
  const sum = npz.array('sum')
  const sumLow = npz.array('sum_low')
  const moment = npz.array('second_moment')
  const dimension = sum.data.length
  if (sumLow.data.length !== dimension || moment.data.length !== dimension ** 2) {
    throw interchangeError('wrong-shape', where, {
      expected: 'sums (D) and moments (D, D) of one D',
      found: `${dimension}, ${sumLow.data.length} and ${moment.data.length} values`,
    })
  }
  return FeatureStatistics.fromState({
    dimension,
    count: npz.array('count').data[0],
    sum: finite(sum, `${where}:sum`),
    sumLow: finite(sumLow, `${where}:sum_low`),
    secondMoment: finite(moment, `${where}:second_moment`),
  })
}

function finite({ data, shape }: NpyArray, where: string): Float64Array {
  const bad = data.findIndex((value: number) => !Number.isFinite(value))
  if (bad >= 0) {
    const columns = shape.at(-1) ?? 1
    throw interchangeError('not-finite', where, {
      expected: 'finite values',
      found: `${data[bad]} at row ${Math.floor(bad / columns)}, column ${bad % columns}`,
    })
  }
  return data instanceof Float64Array ? data : Float64Array.from(data)
}

function asScalar(value: number): { data: Float64Array; shape: number[] } {
  return { data: Float64Array.of(value), shape: [] }
}
