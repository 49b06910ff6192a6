import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { partialSuffix } from '@kinemetric/files'
import { archiveFeatures, readFeatureFile, writeFeatureFile } from '@kinemetric/metrics'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { randomFeatures, sineFeatures } from '../features/formula-features.ts'

let folder = ''
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'kinemetric-'))))
afterAll(() => rm(folder, { recursive: true }))

describe('archiveFeatures', () => {
  test('an archive packed from rows on disk is what is written from memory', async () => {
    const features = { ...sineFeatures(), clipOfRow: Int32Array.from({ length: 60 }, (_, row) => row >> 2) }
    const origin = { network: 'i3d-kinetics-400', preprocessing: 'squash-tf1', variant: 'bneps-0.001', digest: 'ab' }
    await writeFeatureFile(join(folder, 'rows.npy'), features)
    const packed = join(folder, 'packed.npz')
    await archiveFeatures(packed, join(folder, 'rows.npy'), features.clipOfRow, origin)
    await writeFeatureFile(join(folder, 'whole.npz'), features, origin)
    expect(await readFeatureFile(packed)).toEqual(await readFeatureFile(join(folder, 'whole.npz')))
    // Many blocks: what is written waits for the disk, and nobody is left listening for that.
    const warned = vi.fn<() => void>()
    process.on('warning', warned)
    const many = randomFeatures(1, 4000, 2048)
    await writeFeatureFile(join(folder, 'many.npy'), { ...many, data: Float32Array.from(many.data) })
    await archiveFeatures(packed, join(folder, 'many.npy'), new Int32Array(4000), origin)
    const { features: back } = await readFeatureFile(packed)
    for (const i of [0, 5_000_000, 8_191_999]) expect(back.data[i]).toBe(Math.fround(many.data[i]))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', warned)
    expect(warned).not.toHaveBeenCalled()
    const reason = new Error('stop')
    const stopped = archiveFeatures(packed, join(folder, 'many.npy'), [], origin, AbortSignal.abort(reason))
    await expect(stopped).rejects.toBe(reason)
    await expect(archiveFeatures(packed, join(folder, 'no-rows.npy'), [], origin)).rejects.toMatchObject({
      code: 'not-readable',
    })
    await expect(archiveFeatures(packed, folder, [], origin)).rejects.toMatchObject({ code: 'not-readable' })
    expect(await readFeatureFile(packed)).toMatchObject({ origin })
    await writeFile(join(folder, 'no-folder'), '')
    const blocked = join(folder, 'no-folder', 'a.npz')
    await expect(archiveFeatures(blocked, join(folder, 'rows.npy'), [], origin)).rejects.toMatchObject({
      code: 'write-failed',
    })
    expect((await readdir(folder)).filter((name) => name.endsWith(partialSuffix))).toEqual([])
  })
})
