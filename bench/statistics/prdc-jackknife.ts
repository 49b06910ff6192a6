// Whether the jackknife over clips is an honest error of precision, recall, density and coverage: normal rows of 8 dimensions, the generated ones narrower and
// shifted, drawn anew again and again. Its standard error beside the numbers' own spread over the draws, and how often the interval holds their mean.
//
// node bench/statistics/prdc-jackknife.ts [draws]
import type { Interval } from '@kinemetric/records'
import { distance, findDistance } from '@kinemetric/metrics'
import { seededRandom } from '../../packages/metrics/src/intervals/seeded-random.ts'

const draws = Number(process.argv[2] ?? 300)
const dimension = 8
const random = seededRandom(16)

function rows(count: number, spread: number, shift: number) {
  const data = Float32Array.from({ length: count * dimension }, () => shift + spread * random.normal())
  return { data: { data, rows: count, dimension } }
}

const metrics = ['precision', 'recall', 'density', 'coverage'].map((id) => ({ metric: findDistance(id) }))
console.log(
  '| rows a side | metric | mean | spread | mean jackknife error | intervals that hold the mean | no interval |',
)
console.log('|---|---|---|---|---|---|---|')
for (const count of [30, 100, 300]) {
  const found = metrics.map(() => ({
    values: [] as number[],
    errors: [] as number[],
    intervals: [] as Interval[],
  }))
  for (let draw = 0; draw < draws; draw++) {
    const scores = await distance(rows(count, 0.8, 0.3), rows(count, 1, 0), {
      metrics,
      anyDimension: true,
      rowsAreClips: true,
      influential: 0,
    })
    for (const [m, { value, interval, details }] of scores.entries()) {
      found[m].values.push(value ?? Number.NaN)
      found[m].errors.push(details?.error?.se ?? 0)
      if (interval) found[m].intervals.push(interval)
    }
  }
  for (const [m, { values, errors, intervals }] of found.entries()) {
    const mean = average(values)
    const spread = Math.sqrt(average(values.map((value) => (value - mean) ** 2)))
    const held = average(intervals.map(({ low, high }) => (low <= mean && mean <= high ? 1 : 0)))
    const none = 1 - intervals.length / draws
    const cells = [
      count,
      metrics[m].metric.id,
      mean.toFixed(3),
      spread.toFixed(4),
      average(errors).toFixed(4),
      `${(100 * held).toFixed(0)} %`,
      `${(100 * none).toFixed(0)} %`,
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
