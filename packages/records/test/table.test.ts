import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readTable, type TableRow, writeTable } from '../src/index.ts'
import { encodeTable } from '../src/store/table.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinemetric-table-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const rows: TableRow[] = Array.from({ length: 3000 }, (_, i) => ({
  clip: `clip ${Math.floor(i / 13)}`,
  frame: (i % 13) - 1,
  metric: i % 2 === 0 ? 'psnr' : 'ssim',
  recipe: 'frame-mean',
  value: i === 7 ? Number.POSITIVE_INFINITY : Math.sin(i) * 1e-3,
}))

test('rows come back in order with every bit of their values', async () => {
  const path = join(folder, 'x.parquet')
  await writeTable(path, rows)
  expect(await readTable(path)).toEqual(rows)
})

test('the same rows give the same bytes, also when there are none', () => {
  expect(Buffer.from(encodeTable(rows)).equals(Buffer.from(encodeTable([...rows])))).toBe(true)
  expect(encodeTable([]).length).toBeGreaterThan(0)
  // Of an iterator nothing would be left when the table is written.
  expect(() => encodeTable(rows[Symbol.iterator]())).toThrow(TypeError)
})

test('an undefined value comes back as NaN', async () => {
  const path = join(folder, 'x.parquet')
  await writeTable(path, [{ clip: 'a', frame: -1, metric: 'motion-fidelity', recipe: 'interdyn', value: Number.NaN }])
  expect((await readTable(path))[0].value).toBeNaN()
})

test('no rows come back as no rows', async () => {
  const path = join(folder, 'x.parquet')
  await writeTable(path, [])
  expect(await readTable(path)).toEqual([])
})

test('a file that is no table says so', async () => {
  const path = join(folder, 'x.parquet')
  await writeFile(path, 'not parquet at all')
  await expect(readTable(path)).rejects.toMatchObject({ code: 'invalid' })
})
