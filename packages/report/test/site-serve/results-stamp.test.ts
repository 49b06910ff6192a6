import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { resultsStamp } from '../../src/site-serve/results-stamp.ts'

const work = mkdtempSync(join(tmpdir(), 'kinemetric-stamp-test-'))
const results = join(work, 'results')
afterAll(() => rmSync(work, { recursive: true, force: true }))

const put = (name: string, text: string) => {
  mkdirSync(dirname(join(results, name)), { recursive: true })
  writeFileSync(join(results, name), text)
}

beforeEach(() => {
  rmSync(results, { recursive: true, force: true })
  put('p/a.json', 'a')
  put('p/comparisons.json', 'c')
  put('p/media/a/1.mp4', 'm')
})

test.each([
  ['a record', 'p/a.json', 'ab'],
  ['a new record', 'p/b.json', 'b'],
  ['a table', 'p/a.parquet', 't'],
  ['labels', 'p/labels.jsonl', 'l'],
  ['what its clips took', 'p/a.run.json', 'r'],
  ['a video', 'p/media/a/1.mp4', 'other'],
  ['another protocol', 'q/a.json', 'a'],
])('%s changes it', async (_, name, text) => {
  const before = await resultsStamp([results])
  expect(await resultsStamp([results])).toEqual(before)
  put(name, text)
  const after = await resultsStamp([results])
  expect(after.all).not.toBe(before.all)
  expect(after.compared).not.toBe(before.compared)
})

test.each([
  'p/.a.journal.jsonl',
  'p/.a.lock',
  'p/.a.going.json',
  'p/a.1-of-2.journal.jsonl',
  'p/a.1-of-2.shard.json',
  'p/kept/rows/1.bin',
  'p/.a.json.1-2.partial',
])('%s, which runs write as they go, does not', async (name) => {
  const before = await resultsStamp([results])
  put(name, 'x')
  expect(await resultsStamp([results])).toEqual(before)
})

test('comparisons are told from what they are made of', async () => {
  const before = await resultsStamp([results])
  put('p/comparisons.json', 'other')
  const after = await resultsStamp([results])
  expect(after.all).not.toBe(before.all)
  expect(after.compared).toBe(before.compared)
})

test('a folder that goes away and comes back is seen', async () => {
  const before = await resultsStamp([results, undefined])
  renameSync(results, `${results}-away`)
  const gone = await resultsStamp([results, undefined])
  expect(gone.all).not.toBe(before.all)
  mkdirSync(results)
  expect((await resultsStamp([results, undefined])).all).not.toBe(gone.all)
  rmSync(results, { recursive: true })
  renameSync(`${results}-away`, results)
  expect(await resultsStamp([results, undefined])).toEqual(before)
})
