import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { partialSuffix } from '@kinemetric/files'
import { formatNpy, formatNpz, readFeatureFile, writeFeatureFile } from '@kinemetric/metrics'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { randomFeatures, sineFeatures } from '../features/formula-features.ts'
import { numpyFile } from './numpy-files.ts'

let folder = ''
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'kinemetric-'))))
afterAll(() => rm(folder, { recursive: true }))

describe('feature files', () => {
  const origin = {
    network: 'i3d-kinetics-400',
    preprocessing: 'squash-half-pixel',
    variant: 'bneps-0.001',
    digest: 'ab',
    title: 'x',
  }

  test('.npy and .npz come back; .npz with clips and origin', async () => {
    const features = { ...randomFeatures(1, 6, 4), clipOfRow: Int32Array.of(0, 0, 1, 1, 7, 7) }
    await writeFeatureFile(join(folder, 'a.npy'), features, origin)
    await writeFeatureFile(join(folder, 'a.npz'), features, origin)
    const npy = await readFeatureFile(join(folder, 'a.npy'))
    expect(npy.features.data).toEqual(features.data)
    expect(npy.origin).toBeUndefined()
    const npz = await readFeatureFile(join(folder, 'a.npz'))
    expect(npz).toEqual({ features, origin })
    expect((await readdir(folder)).filter((name) => name.endsWith(partialSuffix))).toEqual([])
  })

  test('an origin as versions before 0.2 wrote it has a variant', async () => {
    const path = join(folder, 'old.npz')
    const { variant: _, ...others } = origin
    const text = JSON.stringify({ schema: 'kinemetric/features@1', ...others, batchNormEpsilon: 1e-3 })
    await writeFile(path, formatNpz({ features: { data: new Float64Array(8), shape: [2, 4] }, kinemetric: { text } }))
    expect((await readFeatureFile(path)).origin).toEqual(origin)
    const exact = JSON.stringify({ ...others, batchNormEpsilon: 1e-5 })
    await writeFile(
      path,
      formatNpz({ features: { data: new Float64Array(8), shape: [2, 4] }, kinemetric: { text: exact } }),
    )
    expect((await readFeatureFile(path)).origin?.variant).toBe('bneps-0.00001')
  })

  test('clean-fid’s feats are found', async () => {
    await writeFile(join(folder, 'feats.npz'), numpyFile('npz', 'feats'))
    const { features } = await readFeatureFile(join(folder, 'feats.npz'))
    expect([features.rows, features.dimension]).toEqual([2, 3])
  })

  test('NaN, a vector, statistics and a missing file are refused by name', async () => {
    const path = join(folder, 'bad.npy')
    await writeFile(path, formatNpy({ data: Float32Array.of(1, 2, 3, Number.NaN), shape: [2, 2] }))
    await expect(readFeatureFile(path)).rejects.toThrow(`${path}: expected finite values, found NaN at row 1, column 1`)
    await writeFile(path, formatNpy({ data: Float32Array.of(1, 2), shape: [2] }))
    await expect(readFeatureFile(path)).rejects.toThrow('expected features of shape (N, D), found (2)')
    await writeFile(join(folder, 'stats.npz'), numpyFile('npz', 'savez'))
    await expect(readFeatureFile(join(folder, 'stats.npz'))).rejects.toThrow('found statistics (mu, sigma)')
    await expect(readFeatureFile(join(folder, 'none.npy'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(readFeatureFile(folder)).rejects.toMatchObject({ code: 'not-readable' })
  })

  test('a folder that cannot be written is a typed error and leaves nothing', async () => {
    await writeFile(join(folder, 'file'), '')
    await expect(writeFeatureFile(join(folder, 'file', 'a.npy'), sineFeatures())).rejects.toMatchObject({
      code: 'write-failed',
    })
  })
})
