import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  FeatureStatistics,
  formatNpz,
  formatPartialStatistics,
  parsePartialStatistics,
  readStatisticsFile,
  writeFeatureFile,
  writeStatisticsFile,
} from '@kinemetric/metrics'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gaussianOf, randomFeatures, sineFeatures } from '../features/formula-features.ts'
import { numpyFile } from './numpy-files.ts'

let folder = ''
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'kinemetric-'))))
afterAll(() => rm(folder, { recursive: true }))

describe('statistics files', () => {
  test('come back with count and divisor; foreign ones without', async () => {
    const statistics = await gaussianOf(sineFeatures())
    const path = join(folder, 's.npz')
    await writeStatisticsFile(path, statistics)
    expect((await readStatisticsFile(path)).statistics).toEqual(statistics)
    await writeFile(path, numpyFile('npz', 'savez'))
    const foreign = await readStatisticsFile(path)
    expect(foreign.statistics).toMatchObject({ dimension: 2, count: undefined, ddof: undefined })
  })

  test('shapes that do not fit and NaN are refused', async () => {
    const path = join(folder, 'odd.npz')
    await writeFile(
      path,
      formatNpz({ mu: { data: new Float64Array(3), shape: [3] }, sigma: { data: new Float64Array(4), shape: [2, 2] } }),
    )
    await expect(readStatisticsFile(path)).rejects.toThrow('expected mu (D) and sigma (D, D), found (3) and (2, 2)')
    await writeFile(
      path,
      formatNpz({
        mu: { data: new Float64Array(2), shape: [2] },
        sigma: { data: Float64Array.of(1, 0, Number.NaN, 1), shape: [2, 2] },
      }),
    )
    await expect(readStatisticsFile(path)).rejects.toThrow('found NaN at row 1, column 0')
    await writeFeatureFile(path.replace('.npz', '.npy'), sineFeatures())
    await expect(readStatisticsFile(path.replace('.npz', '.npy'))).rejects.toThrow('expected an .npz with mu and sigma')
  })

  test('a shard’s unfinished statistics go on in another process', async () => {
    const { data } = randomFeatures(1, 40, 5)
    const whole = new FeatureStatistics(5)
    await whole.add(data)
    const shard = new FeatureStatistics(5)
    await shard.add(data.subarray(0, 60))
    const restored = parsePartialStatistics(formatPartialStatistics(shard))
    const rest = new FeatureStatistics(5)
    await rest.add(data.subarray(60))
    restored.merge(rest)
    expect(restored.count).toBe(40)
    restored.covariance(1).forEach((value, k) => expect(value).toBeCloseTo(whole.covariance(1)[k], 14))
  })
})
