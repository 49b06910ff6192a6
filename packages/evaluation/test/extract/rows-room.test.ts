// A disk of which the test says how much is left: a row of each clip at least is going to be written.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { saveFeatures, saveFeatureShard } from '../../src/index.ts'
import { clipNames, featureClips } from './feature-clips.ts'

const disk = vi.hoisted(() => ({ free: 1e15 }))
// By its name alone: what it says of a disk has fields that nobody asks for.
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<object>()),
  statfs: () => Promise.resolve({ bavail: disk.free, bsize: 1 }),
}))

const { root, options } = await featureClips()
const refusal = (bytes: string, clips: number) => ({
  kind: 'disk',
  code: 'disk-full',
  message: expect.stringMatching(
    new RegExp(`expected ${bytes} for rows of ${clips} clips, found 2.0 kB free; free some`),
  ),
})

test('rows that cannot fit are refused before the first is made; statistics take no rows', async () => {
  disk.free = 2000
  const out = join(root, 'rows.npy')
  // Rows of 400 numbers.
  await expect(saveFeatures({ ...options(), place: { out, statistics: false } })).rejects.toMatchObject(
    refusal('9.6 kB', clipNames.length),
  )
  const shard = { index: 1, count: 1 }
  await expect(saveFeatureShard({ ...options(), place: { out, statistics: false }, shard })).rejects.toMatchObject(
    refusal('9.6 kB', clipNames.length),
  )
  expect((await readdir(root)).filter((name) => name.startsWith('rows'))).toEqual([])
  await saveFeatures({ ...options(), place: { out: join(root, 'statistics.npz'), statistics: true } })
})
