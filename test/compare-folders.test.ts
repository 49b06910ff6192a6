import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { compareFolders, compareTables, compareText, compareValues } from '../scripts/compare-folders.ts'

const record = (score: object) => ({ scores: [{ metric: 'psnr', value: 30, interval: { low: 29 }, ...score }] })
const places = (differences: readonly { place: string }[]) => differences.map(({ place }) => place)

test('records are compared by value; bounds of intervals and times are not', () => {
  expect(compareValues(record({}), record({ value: 30 * (1 + 1e-13), interval: { low: 28 } }))).toEqual([])
  expect(compareValues({ timingsMs: { a: 1 }, started: 1 }, { timingsMs: { a: 2 }, started: 2 })).toEqual([])
  expect(compareValues(record({}), record({ value: 30 * (1 + 1e-11) }))).toEqual([
    { place: 'scores.psnr.value', old: '30', new: String(30 * (1 + 1e-11)) },
  ])
  expect(compareValues(record({}), record({ label: { short: 'PSNR' } }))).toEqual([
    { place: 'scores.psnr.label', old: 'nothing', new: '{"short":"PSNR"}' },
  ])
  expect(compareValues({ a: 1, b: 2 }, { b: 2, c: 3, a: 1 })).toEqual([
    { place: ' order', old: 'a, b', new: 'b, a' },
    { place: 'c', old: 'nothing', new: '3' },
  ])
  expect(places(compareValues(record({ better: 'higher' }), record({ better: 'lower' })))).toEqual([
    'scores.psnr.better',
  ])
})

test('elements of arrays are compared by what they are called, and their order as such', () => {
  const [one, two] = [
    { metric: 'psnr', recipe: 'pooled', value: 1 },
    { metric: 'ssim', recipe: 'uniform-7', value: 2 },
  ]
  expect(compareValues([one, two], [two, { ...one, value: 3 }])).toEqual([
    { place: ' order', old: 'psnr pooled, ssim uniform-7', new: 'ssim uniform-7, psnr pooled' },
    { place: 'psnr pooled.value', old: '1', new: '3' },
  ])
  expect(compareValues([1, 2], [1, 2, 3])).toEqual([{ place: '2', old: 'nothing', new: '3' }])
})

test('values of networks may differ in their last digits between types of CPU, and only there', () => {
  const near = record({ metric: 'lpips', value: 0.2 * (1 + 5e-7) })
  expect(compareValues(record({ metric: 'lpips', value: 0.2 }), near, true)).toEqual([])
  expect(compareValues(record({ metric: 'lpips', value: 0.2 }), near)).toHaveLength(1)
  expect(compareValues(record({ value: 0.2 }), record({ value: 0.2 * (1 + 5e-7) }), true)).toHaveLength(1)
})

test('tables are compared row by row, whatever their order', () => {
  const row = { clip: 'a', frame: 1, metric: 'lpips', recipe: 'alex', value: 0.2 }
  const rows = [row, { ...row, frame: -1 }]
  expect(compareTables(rows, rows.toReversed())).toEqual([])
  const near = (scale: number) => rows.map((each) => ({ ...each, value: each.value * (1 + scale) }))
  expect(compareTables(rows, near(5e-6))).toHaveLength(2)
  expect(places(compareTables(rows, near(5e-6), true))).toEqual(['lpips alex a frame -1'])
  expect(compareTables(rows, [row])).toEqual([{ place: 'lpips alex a frame -1', old: '0.2', new: 'nothing' }])
  expect(compareTables([row], rows)).toEqual([{ place: 'lpips alex a frame -1', old: 'nothing', new: '0.2' }])
})

test('texts are compared by the lines that only one of them has', () => {
  expect(compareText('a\nb\nc\n', 'a\nc\nd\n')).toEqual([{ place: 'line', old: 'b', new: 'd' }])
  expect(compareText('a\nb\n', 'b\na\n')).toHaveLength(1)
})

test('folders are compared file by file', async () => {
  const root = await mkdtemp(join(tmpdir(), 'kinemetric-compare-'))
  const write = async (name: string, content: string) => {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), content)
  }
  try {
    await write('old/cache/a.bin', 'a')
    await write('new/cache/b.bin', 'a')
    await write('old/frame.png', 'a')
    await write('new/frame.png', 'b')
    await write('old/same.json', '{"a": 1, "wallMs": 1}')
    await write('new/same.json', '{"a": 1, "wallMs": 2}')
    await write('old/script.js', 'a( b )')
    await write('new/script.js', 'a(b)')
    expect(places(await compareFolders(join(root, 'old'), join(root, 'new')))).toEqual([
      'cache/a.bin',
      'cache/b.bin',
      'frame.png',
    ])
  } finally {
    await rm(root, { recursive: true })
  }
})
