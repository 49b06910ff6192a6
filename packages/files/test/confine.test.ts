import { execFileSync } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { confine as confineOne, confiner, isInside, liesInside, openRegularFile } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Both, which have to say the same; that for many is asked many times, for it remembers, and from 64 on it goes through the folder. */
async function confine(folder: string, path: string): Promise<string> {
  const many = confiner(folder)
  const [one, ...others] = await Promise.allSettled([
    confineOne(folder, path),
    ...Array.from({ length: 70 }, () => many(path)),
  ])
  for (const other of others) expect(other).toEqual(one)
  if (one.status === 'rejected') throw one.reason
  return one.value
}

let root = ''
let outside = ''
beforeEach(async () => {
  const base = await temporaryFolder()
  root = join(base, 'root')
  outside = join(base, 'outside')
  await mkdir(join(root, 'clips'), { recursive: true })
  await mkdir(outside)
  await writeFile(join(root, 'clips', 'a.mp4'), 'a')
  await writeFile(join(outside, 'secret'), 's')
})

test('a path inside is given as an absolute one, whether or not the file is there', async () => {
  expect(await confine(root, 'clips/a.mp4')).toBe(join(root, 'clips', 'a.mp4'))
  expect(await confine(root, 'clips/../clips/a.mp4')).toBe(join(root, 'clips', 'a.mp4'))
  expect(await confine(root, 'new/b.mp4')).toBe(join(root, 'new', 'b.mp4'))
  expect(await confine(root, '..a')).toBe(join(root, '..a'))
  expect(await confine(root, '.')).toBe(root)
})

test('a path that leads out by `..` is refused; an absolute one is taken as one below the root', async () => {
  for (const path of ['..', '../outside/secret', 'clips/../../outside/secret', '../root-too'])
    await expect(confine(root, path)).rejects.toMatchObject({
      kind: 'input',
      code: 'outside',
      found: 'one outside of it',
    })
  expect(await confine(root, '/etc/passwd')).toBe(join(root, 'etc', 'passwd'))
})

test('a link that leads out is refused, of the file or of a folder on the way, and a link that stays inside is not', async () => {
  await symlink(join(outside, 'secret'), join(root, 'file'))
  await symlink('../outside', join(root, 'folder'))
  await symlink('clips', join(root, 'inside'))
  await expect(confine(root, 'file')).rejects.toMatchObject({
    code: 'outside',
    found: `a link to ${join(outside, 'secret')}`,
  })
  await expect(confine(root, 'folder/secret')).rejects.toMatchObject({ code: 'outside' })
  // A file that would be made there would be made outside.
  await expect(confine(root, 'folder/new/b.mp4')).rejects.toMatchObject({ code: 'outside' })
  expect(await confine(root, 'inside/a.mp4')).toBe(join(root, 'inside', 'a.mp4'))
})

test('a root that is a link itself holds what it leads to', async () => {
  await symlink(root, join(outside, 'root'))
  expect(await confine(join(outside, 'root'), 'clips/a.mp4')).toBe(join(outside, 'root', 'clips', 'a.mp4'))
  expect(await confine(join(outside, 'root'), 'clips/new.mp4')).toBe(join(outside, 'root', 'clips', 'new.mp4'))
})

test('liesInside compares paths as they are written', () => {
  expect(liesInside('/a/b', '/a/b')).toBe(true)
  expect(liesInside('/a/b', '/a/b/..c/d')).toBe(true)
  expect(liesInside('/a/b', '/a/bc')).toBe(false)
  expect(liesInside('/a/b', '/a')).toBe(false)
  expect(liesInside('/', '/a')).toBe(true)
})

test('isInside resolves the links of its folders, of which those that are not there hold nothing', async () => {
  await symlink(root, join(outside, 'root'))
  const file = join(root, 'clips', 'a.mp4')
  expect(await isInside(file, [join(outside, 'absent'), join(outside, 'root')])).toBe(true)
  expect(await isInside(file, [outside])).toBe(false)
  expect(await isInside(file, [])).toBe(false)
})

test('a regular file is opened with its real path and size, also through a link, and only inside of the roots', async () => {
  await symlink(join(outside, 'secret'), join(root, 'file'))
  const { handle, path, size } = await openRegularFile(join(root, 'file'))
  await handle.close()
  expect({ path, size }).toEqual({ path: join(outside, 'secret'), size: 1 })
  await expect(openRegularFile(join(root, 'file'), [root])).rejects.toMatchObject({
    kind: 'input',
    code: 'outside',
    found: `one that leads to ${join(outside, 'secret')}`,
  })
  await (await openRegularFile(join(root, 'file'), [root, outside])).handle.close()
})

test.skipIf(process.platform === 'win32')('what is no regular file is refused at once, a pipe too', async () => {
  execFileSync('mkfifo', [join(root, 'pipe')])
  await symlink('loop', join(root, 'loop'))
  await expect(openRegularFile(join(root, 'pipe'))).rejects.toMatchObject({ code: 'not-a-file' })
  await expect(openRegularFile(join(root, 'clips'))).rejects.toMatchObject({ code: 'not-a-file', found: 'a folder' })
  await expect(openRegularFile(join(root, 'absent'))).rejects.toMatchObject({ code: 'not-found' })
  await expect(openRegularFile(join(root, 'clips', 'a.mp4', 'b'))).rejects.toMatchObject({ code: 'not-found' })
  await expect(openRegularFile(join(root, 'loop'))).rejects.toMatchObject({ code: 'not-readable' })
})
