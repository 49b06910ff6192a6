import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  openWhole,
  partialPath,
  partialSuffix,
  publishFile,
  removeAbandonedIn,
  removePartials,
  writeWhole,
  writeWholeFolder,
} from '../src/index.ts'
import { killChild, runChildOnFullDisk } from './child.ts'
import { temporaryFolder } from './temporary-folder.ts'

let folder = ''
beforeEach(async () => {
  folder = await temporaryFolder()
})

const text = (path: string) => readFile(path, 'utf8')

describe('writeWhole', () => {
  test('writes text, bytes and pieces of bytes, makes missing folders and leaves nothing else', async () => {
    await writeWhole(join(folder, 'a', 'b', 'text'), 'häuser\n')
    await writeWhole(join(folder, 'a', 'b', 'bytes'), Uint8Array.of(1, 2, 3))
    await writeWhole(join(folder, 'a', 'b', 'pieces'), [Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)])
    await writeWhole(join(folder, 'a', 'b', 'stream'), streamOf('one', 'two'), { durable: false })
    expect(await text(join(folder, 'a', 'b', 'text'))).toBe('häuser\n')
    expect([...(await readFile(join(folder, 'a', 'b', 'bytes')))]).toEqual([1, 2, 3])
    expect([...(await readFile(join(folder, 'a', 'b', 'pieces')))]).toEqual([1, 2, 3])
    expect(await text(join(folder, 'a', 'b', 'stream'))).toBe('onetwo')
    expect((await readdir(join(folder, 'a', 'b'))).sort()).toEqual(['bytes', 'pieces', 'stream', 'text'])
  })

  test('replaces a file, and a link in place of what it leads to, unless overwriting is refused', async () => {
    const path = join(folder, 'a.json')
    await writeWhole(path, 'old')
    await symlink(path, join(folder, 'link'))
    await writeWhole(join(folder, 'link'), 'new')
    expect([await text(path), await text(join(folder, 'link'))]).toEqual(['old', 'new'])
    await writeWhole(path, 'new')
    await expect(writeWhole(path, 'newer', { overwrite: false })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'exists',
      where: path,
    })
    expect(await text(path)).toBe('new')
    expect((await readdir(folder)).sort()).toEqual(['a.json', 'link'])
  })

  test('two writers of one new file: one of them gets it', async () => {
    const path = join(folder, 'a.json')
    const write = (content: string) => writeWhole(path, content, { overwrite: false })
    const results = await Promise.allSettled([write('one'), write('two'), write('three')])
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    expect(await readdir(folder)).toEqual(['a.json'])
  })

  test('content that throws in the middle leaves the old file, and its error comes through', async () => {
    const path = join(folder, 'a.json')
    await writeWhole(path, 'old')
    const broken = new Error('decoder gone')
    async function* content() {
      yield* streamOf('half')
      throw broken
    }
    await expect(writeWhole(path, content())).rejects.toBe(broken)
    expect(await text(path)).toBe('old')
    expect(await readdir(folder)).toEqual(['a.json'])
  })

  test('a name as long as the file system takes is written, a longer one refused', async () => {
    for (const name of ['n'.repeat(255), 'ä'.repeat(127)]) {
      await writeWhole(join(folder, name), 'x')
      expect(await text(join(folder, name))).toBe('x')
      expect(Buffer.byteLength(basename(partialPath(name)))).toBeLessThanOrEqual(255)
    }
    await expect(writeWhole(join(folder, 'n'.repeat(256)), 'x')).rejects.toMatchObject({
      code: 'write-failed',
      message: expect.stringContaining('ENAMETOOLONG'),
    })
    expect(await readdir(folder)).toHaveLength(2)
  })

  test('what a killed writer of the same name left a day ago is removed; what is younger, or of other names, is not', async () => {
    const path = join(folder, 'a.json')
    const [old, young, others] = [partialPath(path), partialPath(path), partialPath(`${path}.json`)]
    for (const each of [old, young, others]) await writeFile(each, '')
    const earlier = new Date(Date.now() - 25 * 3_600_000)
    for (const each of [old, others]) await utimes(each, earlier, earlier)
    await writeWhole(path, 'x')
    expect((await readdir(folder)).sort()).toEqual(
      [young, others]
        .map((each) => basename(each))
        .concat('a.json')
        .sort(),
    )
    await removePartials(folder, { of: [path] })
    expect((await readdir(folder)).sort()).toEqual([basename(others), 'a.json'].sort())
    await removePartials(folder)
    expect(await readdir(folder)).toEqual(['a.json'])
  })

  // Only Linux tells which processes a file's mark is of.
  test.runIf(process.platform === 'linux')(
    'what a killed writer of this machine left is removed by the next one; a live one is left alone',
    async () => {
      const path = join(folder, 'a.json')
      const body = `await openWhole(process.argv[1]); console.log('open'); setTimeout(() => {}, 60_000)`
      await killChild('openWhole', body, path)
      expect(await readdir(folder)).toHaveLength(1)
      const mine = await openWhole(path)
      expect(await readdir(folder)).toEqual([basename(mine.partial)])
      await writeWhole(path, 'x')
      expect(await readdir(folder)).toHaveLength(2)
      await mine.discard()
      expect(await readdir(folder)).toEqual(['a.json'])
    },
  )

  test('a folder in the way, of the file or of its folder, is told', async () => {
    await mkdir(join(folder, 'taken'))
    await expect(writeWhole(join(folder, 'taken'), 'x')).rejects.toMatchObject({ kind: 'disk', code: 'write-failed' })
    await writeFile(join(folder, 'file'), '')
    await expect(writeWhole(join(folder, 'file', 'a'), 'x')).rejects.toMatchObject({ code: 'write-failed' })
    expect((await readdir(folder)).sort()).toEqual(['file', 'taken'])
  })

  test('a full disk is told as one, and leaves the old file and nothing else', async () => {
    const path = join(folder, 'a.bin')
    await writeWhole(path, 'old')
    const body = `
      try { await writeWhole(process.argv[1], new Uint8Array(300_000)) }
      catch (error) { console.log(error.kind, error.code, error.message) }`
    expect(await runChildOnFullDisk(100, 'writeWhole', body, path)).toBe(
      `disk disk-full ${path}: cannot be written (no space left)\n`,
    )
    expect(await text(path)).toBe('old')
    expect(await readdir(folder)).toEqual(['a.bin'])
  })

  test('a process that is killed in the middle leaves no half file under the name', async () => {
    const path = join(folder, 'a.bin')
    const body = `
      async function* content() {
        yield new Uint8Array(100_000)
        console.log('half')
        await new Promise((resolve) => setTimeout(resolve, 60_000))
      }
      await writeWhole(process.argv[1], content())`
    await killChild('writeWhole', body, path)
    const left = await readdir(folder)
    expect(left).toHaveLength(1)
    expect(left[0]).toMatch(/^\.a\.bin\.\d+-[0-9a-f]{16}\.partial$/)
    await writeWhole(path, 'new', { overwrite: false })
    expect(await text(path)).toBe('new')
  })
})

describe('openWhole', () => {
  test('the file appears when it is finished; what is discarded is gone', async () => {
    const file = await openWhole(join(folder, 'a', 'file'))
    await file.handle.writeFile('content')
    expect(await readdir(join(folder, 'a'))).toEqual([basename(file.partial)])
    expect(file.partial.endsWith(partialSuffix)).toBe(true)
    await file.finish()
    await file.discard()
    expect(await text(join(folder, 'a', 'file'))).toBe('content')
    const other = await openWhole(join(folder, 'a', 'other'))
    await other.discard()
    await other.discard()
    expect(await readdir(join(folder, 'a'))).toEqual(['file'])
  })
})

describe('publishFile', () => {
  test('gives what another program wrote its name, once where overwriting is refused', async () => {
    const path = join(folder, 'a.mp4')
    const write = async (content: string) => {
      const partial = partialPath(path)
      await writeFile(partial, content)
      return partial
    }
    await publishFile(await write('one'), path, { overwrite: false })
    await expect(publishFile(await write('two'), path, { overwrite: false })).rejects.toMatchObject({ code: 'exists' })
    expect(await text(path)).toBe('one')
    await publishFile(await write('three'), path)
    expect(await text(path)).toBe('three')
    await expect(publishFile(join(folder, 'absent'), path)).rejects.toMatchObject({ code: 'write-failed' })
  })
})

describe('writeWholeFolder', () => {
  test('the folder appears whole, in place of the one that was there', async () => {
    const path = join(folder, 'parent', 'clip')
    const fill = (name: string) => (partial: string) =>
      writeFile(join(partial, name), name).then(() => readdir(join(folder, 'parent')))
    const seen = await writeWholeFolder(path, fill('one'))
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatch(/^\.clip\..*\.partial$/)
    expect(await readdir(path)).toEqual(['one'])
    expect(await writeWholeFolder(path, fill('two'))).toContain('clip')
    expect(await readdir(path)).toEqual(['two'])
    expect(await readdir(join(folder, 'parent'))).toEqual(['clip'])
  })

  test('several that write one folder at once leave one of theirs, whole', async () => {
    const path = join(folder, 'clip')
    const names = Array.from({ length: 8 }, (_, index) => String(index))
    const write = (name: string) =>
      writeWholeFolder(path, async (partial) => {
        for (const part of ['a', 'b']) await writeFile(join(partial, `${part}${name}`), '')
      })
    await Promise.all(names.map(write))
    const [first, second] = await readdir(path)
    expect([first, second]).toEqual([`a${first.slice(1)}`, `b${first.slice(1)}`])
    expect(await readdir(folder)).toEqual(['clip'])
  })

  test('what fill throws comes through, and the old folder stays', async () => {
    const path = join(folder, 'clip')
    await writeWholeFolder(path, fillOne)
    const broken = new Error('no frames')
    const fill = async (partial: string) => {
      await writeFile(join(partial, 'two'), '')
      throw broken
    }
    await expect(writeWholeFolder(path, fill)).rejects.toBe(broken)
    expect(await readdir(path)).toEqual(['one'])
    expect(await readdir(folder)).toEqual(['clip'])
  })

  test('a place that cannot be had is told, and nothing is left', async () => {
    await writeFile(join(folder, 'file'), '')
    await expect(writeWholeFolder(join(folder, 'file', 'clip'), fillOne)).rejects.toMatchObject({
      code: 'write-failed',
    })
    await expect(writeWholeFolder(join(folder, 'n'.repeat(256)), fillOne)).rejects.toMatchObject({
      code: 'write-failed',
    })
    expect(await readdir(folder)).toEqual(['file'])
  })

  test('a full disk leaves the old folder and nothing else', async () => {
    const path = join(folder, 'clip')
    await writeWholeFolder(path, fillOne)
    const body = `
      try { await writeWholeFolder(process.argv[1], (partial) => writeWhole(partial + '/two', new Uint8Array(300_000))) }
      catch (error) { console.log(error.code) }`
    expect(await runChildOnFullDisk(100, 'writeWhole, writeWholeFolder', body, path)).toBe('disk-full\n')
    expect(await readdir(path)).toEqual(['one'])
    expect(await readdir(folder)).toEqual(['clip'])
  })

  test('a process that is killed while it fills leaves the old folder whole', async () => {
    const path = join(folder, 'clip')
    await writeWholeFolder(path, fillOne)
    const body = `
      await writeWholeFolder(process.argv[1], async (partial) => {
        await writeWhole(partial + '/two', 'x')
        console.log('half')
        await new Promise((resolve) => setTimeout(resolve, 60_000))
      })`
    await killChild('writeWhole, writeWholeFolder', body, path)
    expect(await readdir(path)).toEqual(['one'])
    await writeWholeFolder(path, (partial) => writeFile(join(partial, 'three'), ''))
    expect(await readdir(path)).toEqual(['three'])
    expect(await readdir(folder)).toHaveLength(2)
    const others = '.other.1-000000001234abcd.partial'
    await mkdir(join(folder, others))
    await removeAbandonedIn(folder)
    expect((await readdir(folder)).sort()).toEqual([others, 'clip'])
    await utimes(join(folder, others), 1, 1)
    await removeAbandonedIn(folder)
    expect(await readdir(folder)).toEqual(['clip'])
    await removeAbandonedIn(join(folder, 'nowhere'))
  })
})

async function* streamOf(...pieces: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece)
}

function fillOne(partial: string): Promise<void> {
  return writeFile(join(partial, 'one'), '')
}
