import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { generatedRunSchema, readItem, sampleFolder } from '../src/index.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinemetric-items-'))
  await mkdir(sampleFolder(folder, 'ball', 1), { recursive: true })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('an item.json is taken with what other programs add to it, and an error needs no type', async () => {
  const sample = sampleFolder(folder, 'ball', 1)
  expect(sample).toBe(join(folder, 'ball', 's1'))
  const item = { status: 'failed', error: { message: 'out of memory' }, seed: '7', gpu: 'large' }
  await writeFile(join(sample, 'item.json'), JSON.stringify(item))
  expect(await readItem(sample)).toEqual(item)
})

test.each(['', '{"status": "done"}', '{"status": "ok"', '[]'])('%j is no finished sample', async (text) => {
  const sample = sampleFolder(folder, 'ball', 1)
  expect(await readItem(sample)).toBeUndefined()
  await writeFile(join(sample, 'item.json'), text)
  expect(await readItem(sample)).toBeUndefined()
})

test('a run.json of another program needs no method, but a method has an id', () => {
  expect(generatedRunSchema.parse({ host: 'x' })).toEqual({ host: 'x' })
  expect(generatedRunSchema.safeParse({ method: { name: 'mine' } }).success).toBe(false)
})
