import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { jsonLine } from '@kinemetric/files'
import { hallInterval } from '@kinemetric/metrics'
import {
  comparisonsPath,
  type KinemetricRecord,
  recordPaths,
  type Score,
  type TableRow,
  writeRecord,
  writeTable,
} from '@kinemetric/records'
import { expect, test } from 'vitest'
import { exampleRecord } from '../../records/test/example-record.ts'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'
import { compareResults } from '../src/index.ts'
import { overCommonClips } from '../src/compare/over-common-clips.ts'

const clips = Array.from({ length: 10 }, (_, at) => `clip-${at}`)
const lpips = { metric: 'lpips', recipe: 'alex', signature: 'lpips|recipe:alex|v:1', better: 'lower' as const }

interface Method {
  id: string
  /** Value of a clip by its position; undefined: none. */
  value: (at: number) => number | undefined
  /** Reference of a clip. */
  reference?: (at: number) => string
  generated?: (at: number) => string
  trivial?: boolean
  bound?: 'floor' | 'ceiling'
  unit?: (at: number) => string
  unrelated?: (at: number) => number
  hashes?: boolean
}

/** Writes a method's record, table and hashes, as `score` does. */
async function write(out: string, { id, value, ...how }: Method): Promise<void> {
  const base = exampleRecord()
  const rows: TableRow[] = []
  const lines: string[] = []
  for (const [at, clip] of clips.entries()) {
    const own = value(at)
    if (own === undefined) continue
    const row = { clip, frame: -1, metric: lpips.metric, recipe: lpips.recipe }
    rows.push({ ...row, value: own })
    if (how.unrelated) rows.push({ ...row, recipe: `${lpips.recipe}+unrelated`, value: how.unrelated(at) })
    const unit = how.unit?.(at)
    lines.push(
      jsonLine({
        clip,
        ...(unit === undefined ? {} : { unit }),
        generated: how.generated?.(at) ?? `${id}-${at}`,
        reference: how.reference?.(at) ?? `reference-${at}`,
        frames: 14,
      }),
    )
  }
  const mean = rows.reduce((sum, row) => sum + row.value, 0) / rows.length
  const score: Score = { ...lpips, value: mean, unit: '', n: rows.length, interval: null }
  const { protocol } = base
  const record: KinemetricRecord = {
    ...base,
    method: { id, name: id, trivial: how.trivial ?? false, ...(how.bound ? { bound: how.bound } : {}) },
    scores: [score],
    failures: [],
    clips: {
      total: clips.length,
      scored: rows.length,
      failed: 0,
      table: `${id}.parquet`,
      hashes: `${id}.hashes.jsonl`,
    },
  }
  const paths = recordPaths(out, protocol.id, id)
  await mkdir(paths.folder, { recursive: true })
  await writeTable(paths.table, rows, { overwrite: true })
  if (how.hashes !== false) await writeFile(paths.hashes, `${lines.join('\n')}\n`)
  await writeRecord(paths.record, record, { overwrite: true })
}

const base = (at: number) => 0.3 + 0.05 * Math.sin(at)
const unit = (at: number) => `video-${at % 4}`
const generated = (at: number) => `same-${at}`
const noisy = (shift: number) => (at: number) => base(at) + shift + 0.001 * Math.cos(5 * at)

test('records over other reference videos are never paired, and say why', async () => {
  const out = await temporaryFolder()
  await write(out, { id: 'one', value: noisy(0) })
  await write(out, { id: 'two', value: noisy(0.1), reference: (at) => `other-${at}` })
  const [{ columns }] = await compareResults(out)
  expect(columns[0].pairs).toEqual([])
  expect(columns[0].unranked.map(({ method, reason }) => [method, reason])).toEqual([
    ['one', 'other reference frames on 10 of 10 clips'],
    ['two', 'other reference frames on 10 of 10 clips'],
  ])
  expect(columns[0].reason).toBe('no two of these records were scored against the same reference frames')
})

test('of three records the one that was held against others is left out; single clips are left out and counted', async () => {
  const out = await temporaryFolder()
  await write(out, { id: 'one', value: noisy(0) })
  await write(out, { id: 'two', value: noisy(0.1) })
  await write(out, { id: 'astray', value: noisy(0.2), reference: (at) => (at < 5 ? 'x' : `reference-${at}`) })
  const [{ columns }] = await compareResults(out)
  expect(columns[0].pairs).toMatchObject([{ first: 'one', second: 'two', verdict: 'first-better' }])
  expect(columns[0].unranked).toMatchObject([{ method: 'astray', reason: 'other reference frames on 5 of 10 clips' }])
})

test('a record whose table cannot be read is shown with the reason, and the others are compared', async () => {
  const out = await temporaryFolder()
  await write(out, { id: 'one', value: noisy(0) })
  await write(out, { id: 'two', value: noisy(0.1) })
  await write(out, { id: 'broken', value: noisy(0.2) })
  const { table, folder } = recordPaths(out, exampleRecord().protocol.id, 'broken')
  await writeFile(table, 'no table')
  const [{ columns }] = await compareResults(out)
  expect(columns[0].pairs).toMatchObject([{ first: 'one', second: 'two', verdict: 'first-better' }])
  expect(columns[0].unranked).toMatchObject([
    { method: 'broken', reason: expect.stringMatching(/^cannot be read: broken\.parquet: expected a Parquet table/) },
  ])
  expect(columns[0].unranked[0].reason).not.toContain(folder)
})

test('a record without hashes is shown and not compared: nothing says what it was held against', async () => {
  const out = await temporaryFolder()
  await write(out, { id: 'one', value: noisy(0) })
  await write(out, { id: 'old', value: noisy(0.1), hashes: false })
  const [{ columns }] = await compareResults(out)
  expect(columns[0].pairs).toEqual([])
  expect(columns[0].unranked[0]).toMatchObject({ method: 'old', reason: expect.stringMatching(/no hashes/) })
})

test('windows of one source video are one unit', async () => {
  const out = await temporaryFolder()
  await write(out, { id: 'one', value: noisy(0), unit })
  await write(out, { id: 'two', value: noisy(0.1), unit })
  const [{ columns }] = await compareResults(out)
  expect([columns[0].clips.common, columns[0].units]).toEqual([10, 4])
  expect(columns[0].pairs[0].verdict).toBe('cannot-separate')
})

test('baselines are compared beside the methods, ranked only among themselves; a ceiling never is', async () => {
  const out = await temporaryFolder()
  await write(out, { id: 'still', value: noisy(0.3), trivial: true, bound: 'floor' })
  await write(out, { id: 'codec', value: noisy(-0.1), trivial: true, bound: 'ceiling' })
  await write(out, { id: 'driver', value: noisy(0.2), trivial: true })
  const [alone] = await compareResults(out)
  expect(alone.columns[0].ranks.map(({ method }) => method)).toEqual(['driver', 'still'])
  await write(out, { id: 'method', value: noisy(0) })
  const [{ columns }] = await compareResults(out)
  expect(columns[0].ranks.map(({ method }) => method)).toEqual(['method'])
  expect(columns[0].trivialPairs?.map(({ second, verdict }) => [second, verdict])).toEqual([
    ['codec', 'second-better'],
    ['driver', 'first-better'],
    ['still', 'first-better'],
  ])
})

test('each method is held against its own level of chance', async () => {
  const out = await temporaryFolder()
  await write(out, { id: 'good', value: noisy(0), unrelated: () => 0.6 })
  await write(out, { id: 'chance', value: noisy(0.1), unrelated: (at) => noisy(0.1)(at) + 0.01 * Math.cos(3 * at) })
  const [{ columns }] = await compareResults(out)
  expect(columns[0].aboveChance?.map(({ method, above }) => [method, above])).toEqual([
    ['chance', false],
    ['good', true],
  ])
})

test('the same generated frames under two names are identical', async () => {
  const out = await temporaryFolder()
  await write(out, { id: 'one', value: noisy(0), generated })
  await write(out, { id: 'two', value: noisy(0), generated })
  const [{ columns }] = await compareResults(out)
  expect(columns[0].pairs[0].verdict).toBe('identical')
})

test('what was found is kept, and found again when a record changes', async () => {
  const out = await temporaryFolder()
  await write(out, { id: 'one', value: noisy(0) })
  await write(out, { id: 'two', value: noisy(0.1) })
  const path = comparisonsPath(out, exampleRecord().protocol.id)
  const first = await compareResults(out)
  const kept = await readFile(path, 'utf8')
  // To the byte: the order of what is said is the same, found or kept.
  expect(JSON.stringify(await compareResults(out))).toBe(JSON.stringify(first))
  // Who asks for less gets another answer, and leaves what is kept.
  const [part] = await compareResults(out, { methods: ['one'] })
  expect(part.columns[0].pairs).toEqual([])
  expect(await readFile(path, 'utf8')).toBe(kept)
  await write(out, { id: 'two', value: noisy(-0.1) })
  const [again] = await compareResults(out)
  expect(again.columns[0].pairs[0].verdict).toBe('second-better')
  expect(await readFile(path, 'utf8')).not.toBe(kept)
  await writeFile(path, '{"schema":"kinemetric/comparisons@1"}')
  expect(await compareResults(out)).toEqual([again])
})

test('the interval beside a rank is over the common clips, and so is a value that pools frames', async () => {
  const out = await temporaryFolder()
  await write(out, { id: 'one', value: noisy(0) })
  await write(out, { id: 'two', value: noisy(0.1) })
  const [{ columns }] = await compareResults(out)
  const [first] = columns[0].ranks
  const { mean, interval } = hallInterval(Float64Array.from(clips, (_, at) => noisy(0)(at)))
  expect(first.value).toBeCloseTo(mean, 12)
  expect(first.interval?.low).toBeCloseTo(interval?.low ?? Number.NaN, 12)
  expect(first.interval?.high).toBeCloseTo(interval?.high ?? Number.NaN, 12)

  // Squared errors 10^−2 and 10^−4: pooled 22.97 dB, where the mean of the clips' values would be 30 dB.
  const rows = clips.flatMap((clip, at) => [
    { clip, frame: 0, metric: 'psnr', recipe: 'pooled', value: at % 2 === 0 ? 20 : 40 },
    { clip, frame: -1, metric: 'psnr', recipe: 'pooled', value: at % 2 === 0 ? 20 : 40 },
  ])
  const score: Score = {
    metric: 'psnr',
    recipe: 'pooled',
    signature: 'p',
    better: 'higher',
    value: 1,
    unit: 'dB',
    n: 10,
    interval: null,
  }
  const references = { unitOf: (clip: string) => clip, weightOf: () => 1 }
  expect(overCommonClips({ rows }, score, clips, references).value).toBeCloseTo(-10 * Math.log10((1e-2 + 1e-4) / 2), 9)
})

test('over the whole table p is corrected for all columns together', async () => {
  const out = await temporaryFolder()
  await write(out, { id: 'one', value: noisy(0) })
  await write(out, { id: 'two', value: noisy(0.1) })
  await write(out, { id: 'three', value: noisy(0.2) })
  const [{ columns, family }] = await compareResults(out, { family: 'table' })
  expect(family).toBe('table')
  expect(columns[0].family).toMatchObject({ kind: 'table', comparisons: 3 })
  await expect(compareResults(out, { methods: ['nobody'] })).rejects.toMatchObject({ code: 'bad-option' })
  await expect(compareResults(out, { metrics: ['nothing'] })).rejects.toMatchObject({ code: 'bad-option' })
})
