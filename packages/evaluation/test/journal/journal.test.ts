import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../benchmark/test/temporary-folder.ts'
import { outcomeLine } from '../../src/journal/journal-lines.ts'
import { Journal } from '../../src/journal/journal.ts'
import { identityDigest, type JournalIdentity } from '../../src/journal/journal-identity.ts'
import type { ClipOutcome } from '../../src/journal/measurement.ts'

const root = await temporaryFolder()
const identity: JournalIdentity = {
  protocol: 'p',
  needs: [],
  weights: [],
  code: 'c',
  decoder: 'd',
  provider: 'cpu',
}
const failed = (clip: string, more: Partial<ClipOutcome> = {}): ClipOutcome => ({
  clip,
  ...more,
  stamp: 's',
  failure: { clip, reason: 'empty', message: '' },
})

test('a line without a sample is of the clip’s only one', async () => {
  const path = join(root, 'old.jsonl')
  const header = JSON.stringify({ schema: 'kinemetric/journal@4', digest: identityDigest(identity), identity })
  const lines = [header, outcomeLine(failed('a')), outcomeLine(failed('b'))].map((line) => `${line}\n`)
  await writeFile(path, lines.join(''))
  const journal = await Journal.open(path, identity, false)
  expect(journal.get({ clip: 'a' })).toEqual(failed('a'))
  expect(journal.get({ clip: 'a', sample: '0' })).toBeUndefined()
  await journal.add(failed('c'))
  await journal.close()
  // A line without samples is written as it was.
  expect(await readFile(path, 'utf8')).toBe([...lines, `${outcomeLine(failed('c'))}\n`].join(''))
})

test('samples of a clip, and the clip against others’ references, are lines of their own', async () => {
  const path = join(root, 'samples.jsonl')
  const outcomes = [
    failed('a', { sample: '0' }),
    failed('a', { sample: '1' }),
    failed('a', { against: 'b' }),
    failed('a', { against: '0' }),
    failed('a'),
  ]
  const journal = await Journal.open(path, identity, false)
  for (const outcome of outcomes) await journal.add(outcome)
  await journal.close()
  const again = await Journal.open(path, identity, false)
  for (const { clip, sample, against } of outcomes) {
    const found = again.get({ clip, sample, against })
    expect(found).toMatchObject({ clip, ...(sample && { sample }), ...(against && { against }) })
  }
  await again.remove()
})

test('lines that are taken out are gone from the file, and the others stay', async () => {
  const path = join(root, 'dropped.jsonl')
  const journal = await Journal.open(path, identity, false)
  await journal.add(failed('a'), failed('b'), failed('c'))
  const before = await stat(path)
  await journal.drop([{ clip: 'd' }])
  expect((await stat(path)).ino).toBe(before.ino)
  await journal.drop([{ clip: 'b' }, { clip: 'a', sample: '0' }])
  await journal.add(failed('e'))
  await journal.close()
  const again = await Journal.open(path, identity, false)
  expect(['a', 'b', 'c', 'e'].map((clip) => again.get({ clip })?.clip)).toEqual(['a', undefined, 'c', 'e'])
  await again.remove()
})
