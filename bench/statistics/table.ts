import { holm, rankIntervals, type SeededRandom } from '@kinemetric/metrics'
import { openFlips } from '../../packages/metrics/src/comparisons/flips/sign-flip.ts'
import { normalShare, part } from './draws.ts'
import { percent, printTable, repetitions } from './markdown.ts'
import { DRAWS, onesOf, patternsFor } from './pairs.ts'

const SEED = 11
const ALPHA = 0.05
const METHODS = 8
const METRICS = 8

const pairs = Array.from({ length: METHODS }, (_, a) => a).flatMap((a) =>
  Array.from({ length: METHODS - a - 1 }, (_, k): [number, number] => [a, a + 1 + k]),
)

/** What each method is better by, in spreads of the noise. */
const truths: readonly { name: string; shift: readonly number[] }[] = [
  { name: 'all equal', shift: [0, 0, 0, 0, 0, 0, 0, 0] },
  { name: 'four equal, four apart', shift: [0, 0, 0, 0, -0.3, -0.6, -0.9, -1.2] },
  { name: 'staircase of 0.1', shift: [0, -0.1, -0.2, -0.3, -0.4, -0.5, -0.6, -0.7] },
]

interface Counts {
  tables: number
  /** Columns with a false verdict: without correction, after Holm. */
  raw: number
  column: number
  /** Tables with a false verdict: Holm a column, Holm over the table. */
  table: number
  family: number
  /** Columns all of whose rank intervals hold the true ranks. */
  ranks: number
  /** Pairs that differ, and those of them that were found. */
  differing: number
  found: number
}

/** Family-wise error of a whole table of 8 methods and 8 metrics: clips' effects shared, metrics correlated. */
export function table(small: boolean): void {
  console.log(
    `## A table of ${METHODS} methods × ${METRICS} metrics (%), ${pairs.length} pairs a column, ${DRAWS} draws beyond 20 clips, seed ${SEED}\n`,
  )
  const rows: (string | number)[][] = []
  for (const [i, [n, full]] of (
    [
      [8, 1000],
      [12, 600],
      [29, 600],
      [100, 400],
    ] as const
  ).entries()) {
    for (const [k, { name, shift }] of truths.entries()) {
      const counts = simulate(n, shift, repetitions(full, small), 10 * i + k)
      const columns = counts.tables * METRICS
      rows.push([
        n,
        name,
        counts.tables,
        percent(counts.raw, columns),
        percent(counts.column, columns),
        percent(counts.table, counts.tables),
        percent(counts.family, counts.tables),
        percent(counts.ranks, columns),
        percent(counts.found, counts.differing),
      ])
    }
  }
  printTable(
    [
      'n',
      'truth',
      'tables',
      'column, no correction',
      'Holm, a column',
      'Holm, the table',
      '--family table',
      'all rank intervals right',
      'true pairs separated',
    ],
    rows,
  )
}

function simulate(n: number, shift: readonly number[], tables: number, index: number): Counts {
  const random = part(SEED, index)
  const counts: Counts = { tables, raw: 0, column: 0, table: 0, family: 0, ranks: 0, differing: 0, found: 0 }
  for (let r = 0; r < tables; r++) {
    const values = drawTable(random, n, shift)
    const patterns = patternsFor(n, 1000 * index + r)
    const tested = values.map((metric) => pairs.map(([a, b]) => testPair(metric[a], metric[b], patterns)))
    const everything = holm(tested.flat().map(({ p }) => p))
    let wrongColumn = false
    let wrongFamily = false
    for (const [m, column] of tested.entries()) {
      const adjusted = holm(column.map(({ p }) => p))
      const wrong = column.map(({ mean }, k) => isWrong(mean, shift, pairs[k]))
      counts.raw += Number(column.some(({ p }, k) => p <= ALPHA && wrong[k]))
      const columnWrong = adjusted.some((p, k) => p <= ALPHA && wrong[k])
      counts.column += Number(columnWrong)
      wrongColumn ||= columnWrong
      wrongFamily ||= wrong.some((each, k) => each && everything[m * pairs.length + k] <= ALPHA)
      countPower(counts, adjusted, wrong, shift)
      counts.ranks += Number(ranksRight(column, adjusted, shift))
    }
    counts.table += Number(wrongColumn)
    counts.family += Number(wrongFamily)
  }
  return counts
}

/** `[metric][method][clip]`: three like PSNR, three like LPIPS, two that end at 1. */
function drawTable(random: SeededRandom, n: number, shift: readonly number[]): Float64Array[][] {
  const values = Array.from({ length: METRICS }, () => shift.map(() => new Float64Array(n)))
  for (let i = 0; i < n; i++) {
    const clip = random.normal()
    const clipMetric = Float64Array.from({ length: METRICS }, () => random.normal())
    for (const [k, own] of shift.entries()) {
      const method = random.normal()
      for (let m = 0; m < METRICS; m++) {
        const z = 0.6 * clip + 0.6 * clipMetric[m] + 0.35 * (0.7 * method + 0.7 * random.normal()) + own
        values[m][k][i] =
          m < 3 ? 17 + 3 * z : m < 6 ? 0.28 * Math.exp(0.5 * z) : Math.min(1, 1.04 * normalShare(1.2 + z))
      }
    }
  }
  return values
}

function testPair(first: Float64Array, second: Float64Array, patterns: ReturnType<typeof patternsFor>) {
  const sums = first.map((value, i) => value - second[i])
  const { pGreater, pLess } = openFlips({ sums, weights: onesOf(sums.length) }, { patterns }).tails(0)
  return {
    p: Math.min(1, 2 * Math.min(pGreater, pLess)),
    mean: sums.reduce((sum, value) => sum + value, 0) / sums.length,
  }
}

/** A verdict by this difference would be false: there is none, or it is the other way round. */
function isWrong(mean: number, shift: readonly number[], [a, b]: readonly [number, number]): boolean {
  return Math.sign(mean) !== Math.sign(shift[a] - shift[b]) || shift[a] === shift[b]
}

function countPower(counts: Counts, adjusted: readonly number[], wrong: readonly boolean[], shift: readonly number[]) {
  for (const [k, [a, b]] of pairs.entries()) {
    if (shift[a] === shift[b]) continue
    counts.differing++
    if (adjusted[k] <= ALPHA && !wrong[k]) counts.found++
  }
}

/** Whether each method's interval holds all ranks that its true value may have. */
function ranksRight(
  column: readonly { mean: number }[],
  adjusted: readonly number[],
  shift: readonly number[],
): boolean {
  const separated = pairs.flatMap(([a, b], k): [number, number][] =>
    adjusted[k] > ALPHA ? [] : [column[k].mean > 0 ? [a, b] : [b, a]],
  )
  return rankIntervals(METHODS, separated).every(({ rankLow, rankHigh }, method) => {
    const best = 1 + shift.filter((other) => other > shift[method]).length
    const worst = METHODS - shift.filter((other) => other < shift[method]).length
    return rankLow <= best && rankHigh >= worst
  })
}
