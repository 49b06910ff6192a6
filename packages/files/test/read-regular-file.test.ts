import { execFileSync } from 'node:child_process'
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { hashFile, readJson, readRegularFile, readTextFile } from '../src/index.ts'
import { z } from 'zod'
import { temporaryFolder } from './temporary-folder.ts'

let folder = ''
beforeEach(async () => {
  folder = await temporaryFolder()
})

test('gives all bytes, at an address that any type of number may lie at; text without its byte order mark', async () => {
  const path = join(folder, 'a')
  await writeFile(path, '\ufeffü{}')
  const bytes = await readRegularFile(path)
  expect(bytes.byteOffset % 8).toBe(0)
  expect(Buffer.from(bytes).toString()).toBe('\ufeffü{}')
  expect(await readTextFile(path)).toBe('ü{}')
  await writeFile(path, '')
  expect(await readRegularFile(path)).toEqual(new Uint8Array(0))
})

test('a longer file than allowed is refused before it is read', async () => {
  const path = join(folder, 'a')
  // A sparse file: it has no bytes on the disk, and reading it would need a terabyte of memory.
  await writeFile(path, '')
  await truncate(path, 2 ** 40)
  await expect(readRegularFile(path)).rejects.toMatchObject({ kind: 'input', code: 'too-large', where: path })
  await expect(readTextFile(path)).rejects.toMatchObject({ code: 'too-large' })
  await expect(readJson(path, z.unknown())).rejects.toMatchObject({ code: 'too-large' })
  await writeFile(path, '12345')
  await expect(readTextFile(path, { maxBytes: 4 })).rejects.toMatchObject({ code: 'too-large', found: '5' })
})

// Windows has neither.
test.skipIf(process.platform === 'win32')(
  'pipes and endless devices are refused at once, links to them too',
  async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const endless = join(folder, 'endless.json')
    await symlink('/dev/zero', endless)
    for (const path of [pipe, endless]) {
      const refused = { kind: 'input', code: 'not-a-file', where: path, found: 'a device, pipe or socket' }
      await expect(readRegularFile(path)).rejects.toMatchObject(refused)
      await expect(readJson(path, z.unknown())).rejects.toMatchObject(refused)
      await expect(hashFile(path)).rejects.toMatchObject(refused)
    }
  },
)

test('a folder, a missing file and one outside of the declared folders are told', async () => {
  await mkdir(join(folder, 'in'))
  await writeFile(join(folder, 'out'), '')
  await expect(readRegularFile(join(folder, 'in'))).rejects.toMatchObject({ code: 'not-a-file', found: 'a folder' })
  await expect(readRegularFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' })
  await expect(readTextFile(join(folder, 'out'), { roots: [join(folder, 'in')] })).rejects.toMatchObject({
    code: 'outside',
  })
})
