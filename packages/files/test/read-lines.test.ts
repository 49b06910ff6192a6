import { createHash } from 'node:crypto'
import { symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { array, assert, asyncProperty, constantFrom, integer, string } from 'fast-check'
import { expect, test } from 'vitest'
import { type FileLine, type LineLimits, readLines } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = await temporaryFolder()
const path = join(folder, 'lines')

async function all(limits?: LineLimits, from = path): Promise<FileLine[]> {
  const lines: FileLine[] = []
  for await (const batch of readLines(from, limits)) lines.push(...batch)
  return lines
}

test('whatever is read at once, the lines are those of the file, and where each ends', async () => {
  const words = array(string({ unit: constantFrom('a', 'ä', '漢', '😀', ' ', '\r') }), { maxLength: 8 })
  await assert(
    asyncProperty(words, integer({ min: 1, max: 9 }), async (texts, chunk) => {
      const content = Buffer.from(texts.join('\n'))
      await writeFile(path, content)
      const hash = createHash('sha256')
      const lines = await all({ chunk, onBytes: (bytes) => hash.update(bytes) })
      const last = texts.at(-1)
      expect(lines.map(({ text }) => text)).toEqual(last === '' ? texts.slice(0, -1) : texts)
      let end = 0
      for (const line of lines) {
        end += Buffer.byteLength(line.text) + (line.isWhole ? 1 : 0)
        expect(line.end).toBe(end)
      }
      expect(lines.filter(({ isWhole }) => !isWhole)).toHaveLength(texts.length === 0 || last === '' ? 0 : 1)
      expect(hash.digest('hex')).toBe(createHash('sha256').update(content).digest('hex'))
    }),
    { seed: 13, numRuns: 200 },
  )
})

test('a line without end is refused before it fills the memory', async () => {
  await writeFile(path, 'short\n')
  await truncate(path, 2 ** 24)
  await expect(all({ longestLine: 2 ** 20, chunk: 2 ** 16 })).rejects.toMatchObject({ code: 'too-large' })
})

test('what is no file is told, and a link to one is read', async () => {
  await expect(all({}, join(folder, 'absent'))).rejects.toMatchObject({ code: 'not-found' })
  await expect(all({}, folder)).rejects.toMatchObject({ code: 'not-a-file' })
  await writeFile(path, 'one\ntwo')
  await symlink(path, join(folder, 'link'))
  expect((await all({}, join(folder, 'link'))).map(({ text }) => text)).toEqual(['one', 'two'])
})
