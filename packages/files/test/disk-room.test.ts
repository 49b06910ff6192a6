import { join } from 'node:path'
import { expect, test } from 'vitest'
import { diskSpace, fileError, isForeseenFull, nearestFolder, requireDisk, type WantedDisk } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

const space =
  (free: number, disks: Record<string, number> = {}) =>
  (folder: string) =>
    Promise.resolve({ free, disk: disks[folder] ?? 1 })
const journal: WantedDisk = { folder: 'out', least: 1e9, most: 2e9, what: 'the journal', then: 'score fewer clips' }
const kept: WantedDisk = { folder: 'kept', least: 3e9, what: 'kept rows', then: 'keep fewer' }

test('where there is enough nothing is said', async () => {
  expect(await requireDisk([journal, kept], { who: 'this run', space: space(5e9) })).toEqual([])
})

test('what goes onto one disk adds up: it may not be enough, or cannot be', async () => {
  expect(await requireDisk([journal, kept], { who: 'this run', space: space(4.5e9) })).toEqual([
    'this run may write 5.0 GB into out, of 4.5 GB free: score fewer clips',
  ])
  await expect(requireDisk([journal, kept], { who: 'this run', space: space(3.9e9) })).rejects.toMatchObject({
    kind: 'disk',
    code: 'disk-full',
    where: 'kept',
    message: 'kept: expected 4.0 GB for kept rows, found 3.9 GB free; keep fewer',
  })
  expect(await requireDisk([journal, kept], { who: 'this run', space: space(3.5e9, { kept: 2 }) })).toEqual([])
})

test('where the system says nothing of a disk nothing is refused', async () => {
  expect(await requireDisk([kept], { who: 'this run', space: () => Promise.resolve(undefined) })).toEqual([])
})

test('a folder that is still to be made lies on the disk of the one above it', async () => {
  const folder = await temporaryFolder()
  const deep = join(folder, 'a', 'b')
  expect(await nearestFolder(deep)).toBe(folder)
  const there = await diskSpace(folder)
  expect(there?.free).toBeGreaterThan(0)
  expect((await diskSpace(deep))?.disk).toBe(there?.disk)
})

test('what was foreseen is told from a disk that has become full', async () => {
  const foreseen: unknown = await requireDisk([kept], { who: 'this run', space: space(1) }).catch(
    (error: unknown) => error,
  )
  expect(isForeseenFull(foreseen)).toBe(true)
  expect(isForeseenFull(fileError('disk-full', 'out', 'cannot be written (no space left)'))).toBe(false)
  expect(isForeseenFull(new Error('ENOSPC'))).toBe(false)
})
