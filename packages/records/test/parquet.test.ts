import * as fc from 'fast-check'
import { parquetReadObjects } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { isError } from '@kinemetric/files'
import { expect, test } from 'vitest'
import { decodeTable, encodeTable, type TableRow } from '../src/store/table.ts'

const name = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('psnr', 'ssim'))
const row = fc.record({
  clip: name,
  frame: fc.integer({ min: -1, max: 5000 }),
  metric: name,
  recipe: name,
  // The writer's dictionaries do not tell −0 from 0.
  value: fc.oneof(fc.double(), fc.constantFrom(0, 1, Number.NaN, Infinity)).map((value) => (value === 0 ? 0 : value)),
})

test('any rows come back, as hyparquet reads them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), async (some, times) => {
      const rows: TableRow[] = Array.from({ length: times }, () => some).flat()
      const bytes = encodeTable(rows)
      expect(decodeTable(bytes, 'x')).toEqual(rows)
      expect(await parquetReadObjects({ file: new Uint8Array(bytes).buffer })).toEqual(rows)
    }),
    { seed: 10, numRuns: 60 },
  )
})

const columns = (count: number) => [
  { name: 'clip', data: Array.from({ length: count }, (_, i) => `c${i % 300}`), type: 'STRING' as const },
  { name: 'frame', data: Int32Array.from({ length: count }, (_, i) => i), type: 'INT32' as const },
  { name: 'metric', data: Array.from({ length: count }, () => 'psnr'), type: 'STRING' as const },
  { name: 'recipe', data: Array.from({ length: count }, () => ''), type: 'STRING' as const },
  { name: 'value', data: Float64Array.from({ length: count }, (_, i) => i / 3), type: 'DOUBLE' as const },
]

test.each([
  ['uncompressed', { codec: 'UNCOMPRESSED' as const }],
  ['small pages', { pageSize: 400 }],
  ['one group of rows', { rowGroupSize: 100_000 }],
])('tables of other settings: %s', (_, options) => {
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData: columns(5000), ...options }))
  const rows = decodeTable(bytes, 'x')
  expect(rows).toHaveLength(5000)
  expect(rows[4321]).toEqual({ clip: 'c121', frame: 4321, metric: 'psnr', recipe: '', value: 4321 / 3 })
})

test.each([2, 3, 9, 300, 5000, 70_000])(
  'a dictionary of %i names, packed into as few bits as that takes',
  async (size) => {
    const names = Array.from({ length: 3 * size }, (_, at) => `clip ${(at * 7919) % size}`)
    const columnData = columns(names.length).map((column) =>
      column.name === 'clip' ? { ...column, data: names } : column,
    )
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 300_000 }))
    const clips = decodeTable(bytes, 'x').map(({ clip }) => clip)
    expect(clips).toEqual(names)
    const theirs = await parquetReadObjects({ file: bytes.slice().buffer, columns: ['clip'] })
    expect(clips).toEqual(theirs.map((each) => String(each.clip)))
  },
)

const write = (columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData']) =>
  new Uint8Array(parquetWriteBuffer({ columnData }))

test('a table without a column, with a missing value or with columns of another kind is refused by what is wrong', () => {
  expect(() => decodeTable(write(columns(3).slice(1)), 'x')).toThrow('x: expected a Parquet table')
  expect(() => decodeTable(write(columns(3).slice(1)), 'x')).toThrow('no column clip')
  const missing = [{ name: 'clip', data: ['a', null, 'b'], type: 'STRING' as const }, ...columns(3).slice(1)]
  expect(() => decodeTable(write(missing), 'x')).toThrow('missing values of clip')
  const numbers = [{ name: 'clip', data: Int32Array.of(1, 2, 3), type: 'INT32' as const }, ...columns(3).slice(1)]
  expect(() => decodeTable(write(numbers), 'x')).toThrow('a row {"clip":1')
})

test('whichever byte of a table is another, it is read in a moment or refused in our words', () => {
  const whole = new Uint8Array(parquetWriteBuffer({ columnData: columns(40) }))
  const slowest = { ms: 0, at: 0 }
  for (let at = 0; at < whole.length; at++)
    for (const value of [0, 0x7f, 0xff, whole[at] ^ 1, whole[at] ^ 0x80]) {
      const begun = process.cpuUsage()
      const failure = failureOf(whole.with(at, value))
      expect(failure === undefined || isError(failure, 'input', 'invalid'), `byte ${at}: ${String(failure)}`).toBe(true)
      const ms = process.cpuUsage(begun).user / 1000
      if (ms > slowest.ms) Object.assign(slowest, { ms, at })
    }
  // Some milliseconds of the processor, however busy the machine.
  expect(slowest.ms, `byte ${slowest.at}`).toBeLessThan(2000)
})

function failureOf(bytes: Uint8Array): unknown {
  try {
    decodeTable(bytes, 'x')
    return undefined
  } catch (error) {
    return error
  }
}
