import { asAtFloor, asIdentical, compareColumn } from '@kinemetric/metrics'
import type { ComparedColumn } from '@kinemetric/records'
import { expect, test } from 'vitest'
import { concludeTable } from '../src/compare/conclude-table.ts'

const clips = Array.from({ length: 8 }, (_, at) => `clip-${at}`)
/** A column of methods that are one apart on every clip: each pair has the smallest p of eight clips. */
const column = (metric: string, names: readonly string[]): ComparedColumn =>
  compareColumn({
    metric,
    recipe: 'r',
    signature: metric,
    better: 'higher',
    methods: names.map((method, step) => ({ method, values: new Map(clips.map((clip, at) => [clip, at + step])) })),
  })

test('where the table is the family, verdicts, reasons, marks and what a number of clips shows follow its number of comparisons', () => {
  const columns = ['psnr', 'ssim', 'lpips'].map((metric) => column(metric, ['a', 'b', 'c']))
  expect(columns[0].ranks.map(({ mark }) => mark)).toEqual(['bold', 'underline', 'none'])
  const [first] = concludeTable(columns, 'table')
  expect(first.family).toMatchObject({ kind: 'table', comparisons: 9 })
  // 2⁻⁷ · 9 is above 5 %: no p of eight clips could separate.
  expect(first.pairs.map(({ verdict }) => verdict)).toEqual(Array(3).fill('cannot-separate'))
  expect(first.pairs[0].reason).toBe('n = 8 cannot separate 3 methods (9 comparisons need n ≥ 9)')
  expect(first.pairs[0].detectable80).not.toBe(columns[0].pairs[0].detectable80)
  expect(first.ranks.every(({ mark, rankLow, rankHigh }) => mark === 'none' && rankLow === 1 && rankHigh === 3)).toBe(
    true,
  )
  const [own] = concludeTable(columns, 'column')
  expect(own.pairs[0]).toMatchObject({ verdict: 'second-better', pAdjusted: 3 / 128, pAdjustedTable: 9 / 128 })
})

test('what no p decides stays: identical frames, and two methods at the floor; so does what ranks say besides', () => {
  const plain = column('fid', ['a', 'b', 'c'])
  const interval = { low: 0, high: 9 }
  const settled: ComparedColumn = {
    ...plain,
    pairs: [asAtFloor(plain.pairs[0]), asIdentical(plain.pairs[1]), plain.pairs[2]],
    ranks: plain.ranks.map((rank) => ({ ...rank, interval, ...(rank.method === 'c' ? {} : { atFloor: true }) })),
  }
  const [{ pairs, ranks }] = concludeTable([settled], 'table')
  expect(pairs.map(({ verdict }) => verdict)).toEqual(['not-resolved', 'identical', 'second-better'])
  expect(pairs[0].reason).toMatch(/both at the floor/)
  expect(ranks.map(({ method, interval: own, atFloor }) => [method, own, atFloor])).toEqual([
    ['c', interval, undefined],
    ['b', interval, true],
    ['a', interval, true],
  ])
})
