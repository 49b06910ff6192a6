// As on exFAT and some network mounts: link() is refused, and what relies on it takes its other way.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { takeLock, writeWhole } from '../src/index.ts'
import { endedProcess } from './child.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.mock(import('node:fs/promises'), async (original) => ({
  ...(await original()),
  link: () => Promise.reject(Object.assign(new Error('ENOTSUP: operation not supported'), { code: 'ENOTSUP' })),
}))

let folder = ''
beforeEach(async () => {
  folder = await temporaryFolder()
})

test('a new file is written, and an existing one not overwritten', async () => {
  const path = join(folder, 'a.json')
  await writeWhole(path, 'one', { overwrite: false })
  await expect(writeWhole(path, 'two', { overwrite: false })).rejects.toMatchObject({ code: 'exists' })
  expect(await readFile(path, 'utf8')).toBe('one')
  expect(await readdir(folder)).toEqual(['a.json'])
})

test('a lock is taken by one, and by the next when it is released or its process is dead', async () => {
  const path = join(folder, '.lock')
  const release = await takeLock(path)
  await expect(takeLock(path)).rejects.toMatchObject({ code: 'locked' })
  await release()
  await writeFile(path, JSON.stringify({ pid: await endedProcess(), host: hostname(), born: null }))
  await (
    await takeLock(path)
  )()
  expect(await readdir(folder)).toEqual([])
})

test('a lock that is made and not filled is waited for, and then was left behind', async () => {
  const path = join(folder, '.lock')
  for (const half of ['', '{"pid": 12']) {
    await writeFile(path, half)
    const begun = performance.now()
    const release = await takeLock(path)
    expect(performance.now() - begun).toBeGreaterThan(1500)
    await release()
  }
  expect(await readdir(folder)).toEqual([])
})
