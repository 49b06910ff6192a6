import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeFolder } from '../src/index.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kinemetric-folder-'))
})
afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

test('a folder is made with those above it, and one that is there stays, also behind a link', async () => {
  const deep = join(root, 'a', 'b', 'c')
  await makeFolder(deep)
  await makeFolder(deep)
  await symlink(join(root, 'a'), join(root, 'link'))
  await makeFolder(join(root, 'link'))
  await makeFolder(join(root, 'link', 'd'))
  expect((await stat(join(root, 'a', 'd'))).isDirectory()).toBe(true)
})

test('several at once make one', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, i) => makeFolder(join(root, 'many', 'of', i % 2 === 0 ? 'x' : 'y'))))
  expect((await stat(join(root, 'many', 'of', 'y'))).isDirectory()).toBe(true)
})

test('a file in the way, at the end or above, is told', async () => {
  const file = join(root, 'file')
  await writeFile(file, '')
  await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeFolder(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  await symlink(join(root, 'nowhere'), join(root, 'dangling'))
  await expect(makeFolder(join(root, 'dangling'))).rejects.toMatchObject({ code: 'EEXIST' })
  await mkdir(join(root, 'plain'))
})

// In a process of its own: where this is wrong, it never ends.
test.runIf(process.platform === 'linux')('a folder that takes none is told, and is not asked for ever', async () => {
  const source = `const { makeFolder } = await import(${JSON.stringify(import.meta.resolve('../src/index.ts'))}); await makeFolder('/proc/nobody/cache').catch((error) => console.log(error.code))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source], {
    timeout: 60_000,
  })
  expect(stdout).toBe('ENOENT\n')
})
