import { hallInterval, studentQuantile } from '@kinemetric/metrics'
import { type ClipKind, clipKinds, part } from './draws.ts'
import { percent, printTable, repetitions } from './markdown.ts'

const SEED = 20261128
const REPETITIONS = 20_000

/** Coverage of the 95 % intervals of a mean of one value a clip, with the misses below and above, beside Student's. */
export function coverage(small: boolean): void {
  const runs = repetitions(REPETITIONS, small)
  console.log(`## Coverage of 95 % intervals of a mean (%), ${runs} sets each, seed ${SEED}\n`)
  const rows = [5, 8, 29, 100, 1000].flatMap((n, i) =>
    clipKinds.map((kind, k) => [n, kind.name, ...row(kind, n, runs, 10 * i + k)]),
  )
  printTable(['n', 'data', 'hall-t', 'mean below / above it', 'Student', 'no interval', 'width hall-t / Student'], rows)
}

function row(kind: ClipKind, n: number, runs: number, index: number): string[] {
  const random = part(SEED, index)
  const quantile = studentQuantile(0.975, n - 1)
  const values = new Float64Array(n)
  const widths: number[] = []
  const student: number[] = []
  const count = { below: 0, above: 0, student: 0, none: 0 }
  for (let r = 0; r < runs; r++) {
    for (let i = 0; i < n; i++) values[i] = kind.draw(random)
    const { interval, mean, se } = hallInterval(values)
    if (interval === null) {
      count.none++
      continue
    }
    if (kind.mean < interval.low) count.below++
    if (kind.mean > interval.high) count.above++
    if (Math.abs(kind.mean - mean) <= quantile * se) count.student++
    widths.push(interval.high - interval.low)
    student.push(2 * quantile * se)
  }
  const made = runs - count.none
  return [
    percent(made - count.below - count.above, made),
    `${percent(count.below, made)} / ${percent(count.above, made)}`,
    percent(count.student, made),
    percent(count.none, runs),
    (median(widths) / median(student)).toFixed(2),
  ]
}

function median(values: number[]): number {
  return Float64Array.from(values).sort()[values.length >> 1]
}
