import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hashBytes, hashFile, hashFileNow, hashFolder } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex')

test('a file has the sha256 of its bytes, also where it is longer than what is read at once', async () => {
  const folder = await temporaryFolder()
  const long = Buffer.alloc(9 * 1024 * 1024 + 7, 'frame')
  await writeFile(join(folder, 'long'), long)
  await writeFile(join(folder, 'empty'), '')
  await symlink('long', join(folder, 'link'))
  expect(await hashFile(join(folder, 'long'))).toBe(sha256(long))
  expect(await hashFile(join(folder, 'link'))).toBe(sha256(long))
  expect(await hashFile(join(folder, 'empty'))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})

const refused = (path: string) => {
  try {
    return hashFileNow(path)
  } catch (error) {
    return error
  }
}

test('without giving way a file has the same, and what is no file is told', async () => {
  const folder = await temporaryFolder()
  const long = Buffer.alloc(9 * 1024 * 1024 + 7, 'frame')
  for (const [name, content] of [
    ['long', long],
    ['short', Buffer.from('frame')],
    ['empty', Buffer.alloc(0)],
  ] as const) {
    await writeFile(join(folder, name), content)
    expect(hashFileNow(join(folder, name))).toBe(sha256(content))
  }
  await symlink('short', join(folder, 'link'))
  expect(hashFileNow(join(folder, 'link'))).toBe(sha256('frame'))
  expect(refused(join(folder, 'absent'))).toMatchObject({ kind: 'input', code: 'not-found' })
  expect(refused(folder)).toMatchObject({ kind: 'input', code: 'not-a-file' })
  execFileSync('mkfifo', [join(folder, 'pipe')])
  expect(refused(join(folder, 'pipe'))).toMatchObject({ kind: 'input', code: 'not-a-file' })
})

test('what is no file is told', async () => {
  const folder = await temporaryFolder()
  await expect(hashFile(join(folder, 'absent'))).rejects.toMatchObject({ kind: 'input', code: 'not-found' })
  await expect(hashFile(folder)).rejects.toMatchObject({ kind: 'input', code: 'not-a-file' })
})

test('a folder has the sha256 of what sha256sum would print of its files', async () => {
  const folder = await temporaryFolder()
  for (const name of ['10.png', '2.png', 'ä.png']) await writeFile(join(folder, name), name)
  const lines = ['10.png', '2.png', 'ä.png'].map((name) => `${sha256(name)}  ${name}\n`)
  expect(await hashFolder(folder)).toBe(sha256(lines.join('')))
  expect(await hashFolder(folder, ['2.png', '10.png'])).toBe(sha256(lines.slice(0, 2).join('')))
  await mkdir(join(folder, 'deeper'))
  await expect(hashFolder(folder)).rejects.toMatchObject({ code: 'not-a-file' })
})

test('text is hashed as UTF-8', () => {
  expect(hashBytes('ä')).toBe(hashBytes(Uint8Array.of(0xc3, 0xa4)))
  expect(hashBytes('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})
