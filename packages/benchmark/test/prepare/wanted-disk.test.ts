// A disk of which the test says how much is left: what a preparation is going to write is held against that before it begins.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { prepare, type PrepareOptions, prepareShard } from '../../src/index.ts'
import { smallProtocol, writeDataset } from '../small-benchmark.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const disk = vi.hoisted(() => ({ free: 1e15 }))
// By its name alone: what it says of a disk has fields that nobody asks for.
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<object>()),
  statfs: () => Promise.resolve({ bavail: disk.free, bsize: 1 }),
}))

const root = await temporaryFolder()
await writeDataset(join(root, 'dataset'), ['a', 'b', 'c'])
beforeEach(() => void (disk.free = 1e15))

const options = (out: string): PrepareOptions & { warnings: string[] } => {
  const warnings: string[] = []
  return {
    adapter: 'physics',
    dataset: join(root, 'dataset'),
    protocol: smallProtocol,
    out: join(root, out),
    jobs: 1,
    onWarning: (message) => void warnings.push(message),
    warnings,
  }
}

test('where clips may not fit that is told, and where they cannot nothing is cut', async () => {
  disk.free = 100_000
  const tight = options('tight')
  await prepare(tight)
  expect(tight.warnings).toEqual([
    // An image, six frames and as many of the control signal, 48×64, of three clips, and what lies besides.
    expect.stringMatching(
      /^this preparation may write 556 kB into .*, of 100 kB free: free some of it, prepare a part/,
    ),
  ])
  disk.free = 12_000
  const refusal = {
    kind: 'disk',
    code: 'disk-full',
    message: expect.stringMatching(/expected 12 kB for 3 clips, found 12 kB free/),
  }
  await expect(prepare(options('refused'))).rejects.toMatchObject(refusal)
  await expect(prepareShard({ ...options('shard'), shard: { index: 1, count: 1 } })).rejects.toMatchObject(refusal)
  expect(await readdir(join(root, 'refused'))).not.toContain('manifest.jsonl')
})

test('clips that are there want no room', async () => {
  await prepare(options('again'))
  disk.free = 1
  const again = options('again')
  expect((await prepare(again)).kept).toBe(3)
  expect(again.warnings).toEqual([])
})
