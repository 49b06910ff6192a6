import { appendFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jsonLine } from '@kinemetric/files'
import { array, assert, asyncProperty, integer, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../benchmark/test/temporary-folder.ts'
import { JournalCount } from '../../src/journal/journal-count.ts'
import { outcomeLine } from '../../src/journal/journal-lines.ts'
import { identityDigest, type JournalIdentity } from '../../src/journal/journal-identity.ts'
import type { ClipOutcome } from '../../src/journal/measurement.ts'

const root = await temporaryFolder()
const identity: JournalIdentity = { protocol: 'p', needs: [], weights: [], code: 'c', decoder: 'd', provider: 'cpu' }
const header = `${jsonLine({ schema: 'kinemetric/journal@4', digest: identityDigest(identity), identity })}\n`
const failure = (clip: string) => ({ clip, reason: 'empty', message: 'ä' })
const failed = (clip: string, more: { against?: string } = {}): ClipOutcome => ({
  clip,
  ...more,
  stamp: 's',
  failure: failure(clip),
})
const measured = (clip: string, failures: ReturnType<typeof failure>[] = []): ClipOutcome => ({
  clip,
  stamp: 's',
  generated: 'g',
  reference: 'r',
  size: [2, 2],
  frames: 1,
  measured: ['psnr'],
  values: {},
  notes: {},
  kept: {},
  objects: {},
  failures,
})
const lineOf = (outcome: ClipOutcome) => `${outcomeLine(outcome)}\n`

test('counts clips and those of them that failed, in some metric or wholly', async () => {
  const path = join(root, 'counted.jsonl')
  await writeFile(path, header + lineOf(measured('a')) + lineOf(failed('b')) + lineOf(measured('c', [failure('c')])))
  const journal = new JournalCount(path)
  expect(await journal.counts()).toEqual({ measured: 3, failed: 2 })
  // Measured again: the later line stands. What failed against another clip's reference is no failure of the clip.
  await appendFile(path, lineOf(measured('b')) + lineOf(failed('a', { against: 'b' })))
  expect(await journal.counts()).toEqual({ measured: 4, failed: 1 })
})

test('a journal that is not there, is written anew or goes away is counted as it is', async () => {
  const path = join(root, 'comes.jsonl')
  const journal = new JournalCount(path)
  expect(await journal.counts()).toEqual({ measured: 0, failed: 0 })
  await writeFile(path, header + lineOf(failed('a')) + lineOf(failed('b')))
  expect(await journal.counts()).toEqual({ measured: 2, failed: 2 })
  await writeFile(path, header + lineOf(measured('c')))
  expect(await journal.counts()).toEqual({ measured: 1, failed: 0 })
  await rm(path)
  expect(await journal.counts()).toEqual({ measured: 0, failed: 0 })
})

test('cut anywhere, and looked at while it grows by any pieces, it counts its whole lines', async () => {
  const outcomes = ['a', 'ß', '"q"', '\\', 'clip 5'].map((clip, at) => (at % 2 === 0 ? measured(clip) : failed(clip)))
  const lines = [header, ...outcomes.map(lineOf)].map((line) => Buffer.from(line))
  const all = Buffer.concat(lines)
  const wholeIn = (length: number) => {
    let [count, failures, end] = [-1, 0, 0]
    for (const [at, line] of lines.entries()) {
      end += line.length
      if (end > length) break
      count++
      if (at > 0 && at % 2 === 0) failures++
    }
    return { measured: Math.max(0, count), failed: failures }
  }
  const path = join(root, 'grows.jsonl')
  await assert(
    asyncProperty(array(integer({ min: 0, max: all.length }), { maxLength: 6 }), async (cuts) => {
      await writeFile(path, '')
      const journal = new JournalCount(path)
      let length = 0
      for (const cut of cuts.toSorted((a, b) => a - b)) {
        await appendFile(path, all.subarray(length, cut))
        length = cut
        expect(await journal.counts()).toEqual(wholeIn(cut))
      }
    }),
    { numRuns: 150 },
  )
})

test('what is no journal holds nothing, and a damaged line ends it', async () => {
  const path = join(root, 'odd.jsonl')
  await assert(
    asyncProperty(uint8Array({ maxLength: 300 }), async (bytes) => {
      await writeFile(path, bytes)
      expect(await new JournalCount(path).counts()).toEqual({ measured: 0, failed: 0 })
      // The same behind whole lines: it is no part of the journal, unless it begins a line and nothing more.
      await writeFile(path, Buffer.concat([Buffer.from(header + lineOf(measured('a'))), bytes]))
      expect(await new JournalCount(path).counts()).toEqual({ measured: 1, failed: 0 })
    }),
    { numRuns: 100 },
  )
  await writeFile(
    path,
    header + lineOf(measured('a')) + lineOf(failed('b')).replace('"b"', '"x"') + lineOf(failed('c')),
  )
  expect(await new JournalCount(path).counts()).toEqual({ measured: 1, failed: 0 })
})
