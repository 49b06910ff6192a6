import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  fidSpec,
  findReferenceStatistics,
  fvd,
  fvdSpec,
  kvdSpec,
  openReferenceStatistics,
  saveReferenceStatistics,
} from '@kinemetric/metrics'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gaussianOf, randomFeatures } from '../features/formula-features.ts'
import { numpyFile } from '../interchange/numpy-files.ts'

let folder = ''
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'kinemetric-'))))
afterAll(() => rm(folder, { recursive: true }))

describe('named reference statistics', () => {
  test('serve every recipe with the same features, under its own divisor, and refuse the others', async () => {
    const path = await save('stylegan-v')
    expect(path).toContain('ssv2-val.i3d-kinetics-400.squash-half-pixel.bneps-0.001.npz')
    const { statistics } = await openReferenceStatistics(path, { metric: fvdSpec, recipe: 'stylegan-v' })
    expect(statistics.ddof).toBe(0)
    const generated = randomFeatures(2, 900, 400)
    const byFile = await fvd(generated, statistics, 'stylegan-v')
    expect(byFile.value).toBeCloseTo((await fvd(generated, randomFeatures(1, 900, 400), 'stylegan-v')).value, 9)
    await expect(openReferenceStatistics(path, { metric: fvdSpec, recipe: 'cd-fvd' })).rejects.toThrow(
      'expected features of variant bneps-0.00001, found bneps-0.001',
    )
    await expect(openReferenceStatistics(path, { metric: fvdSpec, recipe: 'tf-original' })).rejects.toThrow(
      'expected features of preprocessing squash-tf1, found squash-half-pixel',
    )
    await expect(openReferenceStatistics(path, { metric: fidSpec, recipe: 'pytorch-fid' })).rejects.toThrow(
      'expected features of network inception-2015-12-05',
    )
    await expect(openReferenceStatistics(path, { metric: kvdSpec, recipe: 'full' })).rejects.toThrow(
      'expected features, found statistics',
    )
  })

  test('are found by name for the recipe that is asked for, or it is said for which others they are there', async () => {
    const path = await save('stylegan-v')
    expect(await findReferenceStatistics(folder, 'ssv2-val', { metric: fvdSpec })).toBe(path)
    await expect(
      findReferenceStatistics(folder, 'ssv2-val', { metric: fvdSpec, recipe: 'tf-original' }),
    ).rejects.toThrow(
      "expected statistics 'ssv2-val' for the recipe tf-original (i3d-kinetics-400.squash-tf1.bneps-0.001), found them of i3d-kinetics-400.squash-half-pixel.bneps-0.001",
    )
    await expect(findReferenceStatistics(folder, 'ssv2', { metric: fvdSpec })).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(findReferenceStatistics(join(folder, 'nowhere'), 'ssv2-val', { metric: fvdSpec })).rejects.toThrow(
      'none there',
    )
  })

  test('a foreign file needs a named recipe and the right dimension', async () => {
    const path = join(folder, 'foreign.npz')
    await writeFile(path, numpyFile('npz', 'savez'))
    await expect(openReferenceStatistics(path, { metric: fidSpec })).rejects.toThrow('or a recipe named by the caller')
    await expect(openReferenceStatistics(path, { metric: fidSpec, recipe: 'pytorch-fid' })).rejects.toThrow(
      'expected 2048 dimensions, those of inception-2015-12-05, found 2',
    )
  })

  test('a name with a path in it is refused', async () => {
    await expect(
      saveReferenceStatistics(
        folder,
        '../x',
        { metric: fvdSpec },
        {
          dimension: 400,
          mean: new Float64Array(400),
          covariance: new Float64Array(160000),
        },
      ),
    ).rejects.toThrow("found '../x'")
  })
})

async function save(recipe: string): Promise<string> {
  const statistics = await gaussianOf(randomFeatures(1, 900, 400))
  return saveReferenceStatistics(folder, 'ssv2-val', { metric: fvdSpec, recipe }, statistics, { digest: 'ab' })
}
