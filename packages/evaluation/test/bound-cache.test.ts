import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'
import { boundCache, cacheContents } from '../src/index.ts'

const hour = 60 * 60

/** Five entries of 100 bytes, the first one longest unused, and what is none of ours. */
async function cache(): Promise<string> {
  const folder = await temporaryFolder()
  for (let index = 0; index < 5; index++) {
    const group = join(folder, `a${index}`)
    await mkdir(group)
    const path = join(group, `a${index}${'0'.repeat(62)}.bin`)
    await writeFile(path, Buffer.alloc(100))
    const used = Date.now() / 1000 - (10 - index) * hour
    await utimes(path, used, used)
  }
  await writeFile(join(folder, 'a0', 'mine.txt'), 'mine')
  await mkdir(join(folder, 'other'))
  await writeFile(join(folder, 'other', `a0${'0'.repeat(62)}.bin`), 'mine')
  return folder
}

test('says how many entries and bytes, and since when the oldest was not used', async () => {
  const folder = await cache()
  const { oldest, ...found } = await cacheContents(folder)
  expect(found).toEqual({ folder, entries: 5, bytes: 500 })
  expect(Date.parse(oldest ?? '')).toBeCloseTo(Date.now() - 10 * hour * 1000, -5)
})

test('takes out what was longest unused, and nothing else', async () => {
  const folder = await cache()
  const { removed, left } = await boundCache(folder, 250)
  expect(removed).toEqual({ entries: 3, bytes: 300 })
  expect(left).toMatchObject({ entries: 2, bytes: 200 })
  expect(await readdir(join(folder, 'a0'))).toEqual(['mine.txt'])
  expect(await readdir(join(folder, 'a4'))).toHaveLength(1)
  expect(await readdir(join(folder, 'other'))).toHaveLength(1)
})

test('what was used within the hour stays', async () => {
  const folder = await cache()
  const path = join(folder, 'a0', `a0${'0'.repeat(62)}.bin`)
  await utimes(path, Date.now() / 1000, Date.now() / 1000 - 5 * hour)
  const { left } = await boundCache(folder, 0)
  expect(left.entries).toBe(1)
})

test('an empty cache, one that is not there yet, a file in its place', async () => {
  const folder = await temporaryFolder()
  const empty = { entries: 0, bytes: 0, oldest: null }
  expect(await cacheContents(folder)).toEqual({ folder, ...empty })
  expect(await cacheContents(join(folder, 'none'))).toEqual({ folder: join(folder, 'none'), ...empty })
  await writeFile(join(folder, 'file'), '')
  await expect(cacheContents(join(folder, 'file'))).rejects.toMatchObject({ code: 'bad-option' })
})
