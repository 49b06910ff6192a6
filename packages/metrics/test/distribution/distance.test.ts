import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  distanceCatalogue,
  distance,
  fidSpec,
  findDistance,
  formatNpy,
  fvdSpec,
  kvdSpec,
  readDistanceSide,
  withClipsOfRows,
  writeFeatureFile,
  writeStatisticsFile,
} from '@kinemetric/metrics'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cosineFeatures, gaussianOf, randomFeatures, sineFeatures } from '../features/formula-features.ts'

let folder = ''
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'kinemetric-'))))
afterAll(() => rm(folder, { recursive: true }))

describe('distance', () => {
  test('what the origins say against the comparison stands beside the score', async () => {
    const from = { ...origin('squash-half-pixel'), digest: 'a', excluded: [0], clips: 20, failed: 0 }
    const a = { data: randomFeatures(1, 20, 400), origin: from }
    const b = { data: randomFeatures(2, 20, 400), origin: from }
    const quick = { metrics: [{ metric: fvdSpec }], interval: false, extrapolation: false, influential: 0 } as const
    const warnings = async (other: object): Promise<string> => {
      const [score] = await distance(a, { ...b, origin: { ...from, ...other } }, quick)
      return score.warnings?.join('; ') ?? ''
    }
    expect(await warnings({})).not.toMatch(/left out|tensors|failed|by hand/)
    expect(await warnings({ excluded: [] })).toContain(
      "frames left out of each clip: 0 in the generated features, none in the reference's",
    )
    expect(await warnings({ digest: 'b' })).toContain('networks of other tensors')
    expect(await warnings({ failed: 3 })).toContain('the reference features are of 20 clips; 3 failed')
    expect(await warnings({ unverified: true })).toContain('the network of the reference features was given by hand')
  })

  test('where neither a file nor the caller says which recipe it is, the score says so', async () => {
    const [a, b] = [{ data: randomFeatures(1, 20, 400) }, { data: randomFeatures(2, 20, 400) }]
    const quick = { interval: false, extrapolation: false, influential: 0 } as const
    const [taken] = await distance(a, b, { metrics: [{ metric: fvdSpec }], ...quick })
    expect(taken.warnings).toContainEqual(expect.stringContaining('taken for those of stylegan-v'))
    const [named] = await distance(a, b, { metrics: [{ metric: fvdSpec, recipe: 'stylegan-v' }], ...quick })
    expect(named.warnings?.join()).not.toContain('taken for')
  })

  test('rows of a bare .npy name no clips until somebody says whose they are', async () => {
    const [file, clips] = [join(folder, 'frames.npy'), join(folder, 'clips.npy')]
    const frames = randomFeatures(1, 40, 3)
    await writeFeatureFile(file, frames)
    await writeFile(clips, formatNpy({ data: Float64Array.from({ length: 40 }, (_, i) => i >> 2), shape: [40] }))
    const bare = await readDistanceSide(file)
    const other = { data: randomFeatures(2, 40, 3) }
    const request = { metrics: [{ metric: fvdSpec, recipe: 'stylegan-v' }], anyDimension: true }
    const [none] = await distance(bare, other, request)
    expect(none.interval).toBeNull()
    expect(none.warnings).toContain('no interval: rows name no clips')
    const [rows] = await distance(bare, other, { ...request, rowsAreClips: true })
    expect(rows.details?.error?.units).toBe(40)
    const [a, b] = [await withClipsOfRows(bare, clips), await withClipsOfRows(other, clips)]
    const [named] = await distance(a, b, { ...request, interval: { paired: true } })
    expect(named.details?.error).toMatchObject({ units: 10, sides: 'both sides together' })
    expect(new Set([none.value, rows.value, named.value]).size).toBe(1)
    await expect(distance(a, other, { ...request, interval: { paired: true } })).rejects.toThrow(
      'expected features of the same clips, under the same numbers, found 10 clips and rows that name no clips',
    )
    await expect(withClipsOfRows({ data: randomFeatures(1, 39, 3) }, clips)).rejects.toThrow(
      'the clip of each of 39 rows',
    )
    await expect(withClipsOfRows({ data: await gaussianOf(frames, 1) }, clips)).rejects.toThrow('found statistics')
  })

  test('gives a Score for each metric, in order, from files', async () => {
    const a = join(folder, 'g.npz')
    const b = join(folder, 'r.npy')
    await writeFeatureFile(a, sineFeatures())
    await writeFeatureFile(b, cosineFeatures())
    const scores = await distance(await readDistanceSide(a), await readDistanceSide(b), {
      metrics: [{ metric: kvdSpec }, { metric: fvdSpec, recipe: 'tf-original' }],
      anyDimension: true,
      interval: { resamples: 50 },
    })
    expect(scores.map(({ metric, recipe }) => `${metric} ${recipe}`)).toEqual(['kvd full', 'fvd tf-original'])
    expect(scores[0].value).toBeCloseTo(0.3556129612, 9)
    expect(scores[1].value).toBeCloseTo(2.9032036438, 9)
    expect(scores[1].signature).toBe(
      'fvd|recipe:tf-original|network:i3d-kinetics-400|resize:squash-tf1|range:2x/255-1|bneps:0.001|dtype:float64-of-float32' +
        '|covariance:1/(N-1)|root:eigenvalues-from-1e-10|dimension:8|rows:60/60|v:1',
    )
    expect(scores[0].n).toBe(60)
    expect(JSON.parse(JSON.stringify(scores))).toEqual(scores)
  })

  test('statistics do for FVD, without an interval, and not for KVD', async () => {
    const path = join(folder, 'gs.npz')
    await writeStatisticsFile(path, await gaussianOf(sineFeatures()))
    const side = await readDistanceSide(path)
    const [score] = await distance(
      side,
      { data: cosineFeatures() },
      { metrics: [{ metric: fvdSpec }], anyDimension: true },
    )
    expect(score.value).toBeCloseTo(2.8566904302, 9)
    expect(score.interval).toBeNull()
    expect(score.warnings).toContain('no interval: statistics hold no clips')
    await expect(
      distance(side, { data: cosineFeatures() }, { metrics: [{ metric: kvdSpec }], anyDimension: true }),
    ).rejects.toThrow('expected features of the generated side, found statistics')
  })

  test('refuses another recipe’s features, another dimension, no metric and an unknown one', async () => {
    const wrong = { data: randomFeatures(1, 9, 400), origin: origin('squash-tf1') }
    await expect(distance(wrong, wrong, { metrics: [{ metric: fvdSpec }] })).rejects.toThrow(
      'fvd: generated: expected features of preprocessing squash-half-pixel, found squash-tf1',
    )
    await expect(
      distance({ data: sineFeatures() }, { data: sineFeatures() }, { metrics: [{ metric: fidSpec }] }),
    ).rejects.toThrow('expected 2048 dimensions, those of inception-2015-12-05, found 8')
    await expect(distance(wrong, wrong, { metrics: [] })).rejects.toThrow('expected at least one metric')
    expect(() => findDistance('psnr')).toThrow(
      `expected one of the metrics ${distanceCatalogue.map(({ id }) => id).join(', ')}, found 'psnr'`,
    )
  })
})

function origin(preprocessing: string) {
  return { network: 'i3d-kinetics-400', preprocessing, variant: 'bneps-0.001' }
}
