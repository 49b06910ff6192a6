import {
  type DistanceMetric,
  type FeatureMatrix,
  fidSpec,
  findRecipe,
  kidSpec,
  pairedTest,
  type SeededRandom,
  studentQuantile,
} from '@kinemetric/metrics'
import { unitEffects } from '../../packages/metrics/src/distribution/unit-effects.ts'
import { errorOfEffects } from '../../packages/metrics/src/intervals/jackknife.ts'
import { part } from './draws.ts'
import { percent, printTable, repetitions } from './markdown.ts'

const SEED = 5
const EXCHANGES = 199

/** Rows of features with the covariance spectrum 1/j, one a clip, the clips' part shared with the reference by `rho`. */
function features(
  random: SeededRandom,
  clips: Float64Array,
  n: number,
  { scale = 1, shift = 0, rho = 0 }: { scale?: number; shift?: number; rho?: number },
): FeatureMatrix {
  const dimension = clips.length / n
  const own = Math.sqrt(1 - rho * rho)
  const data = clips.map((clip, k) => {
    const spread = 1 / Math.sqrt(1 + (k % dimension))
    return (rho * clip + (own === 0 ? 0 : own * random.normal())) * spread * scale + shift * spread
  })
  return { data, rows: n, dimension, clipOfRow: Int32Array.from({ length: n }, (_, i) => i) }
}

function drawClips(random: SeededRandom, n: number, dimension: number): Float64Array {
  return Float64Array.from({ length: n * dimension }, () => random.normal())
}

/** Coverage of the value expected at this n, and size of the exchange test and of both tests together. */
export async function sets(small: boolean): Promise<void> {
  await coverageOfSets(small)
  await interchangeable(small)
  await equalDistances(small)
}

async function coverageOfSets(small: boolean): Promise<void> {
  console.log(
    `## Set metrics: coverage of the value expected at this n (%), D = 64, paired with the reference, seed ${SEED}\n`,
  )
  const sizes = [
    { n: 8, leaveOut: 300, influences: 0 },
    { n: 29, leaveOut: 200, influences: 400 },
    { n: 100, leaveOut: 80, influences: 400 },
    { n: 400, leaveOut: 0, influences: 400 },
    { n: 1000, leaveOut: 0, influences: 200 },
  ]
  const rows: (string | number)[][] = []
  for (const [i, { n, leaveOut, influences }] of sizes.entries()) {
    const row: (string | number)[] = [n, (n / 64).toFixed(2)]
    for (const [k, metric] of [fidSpec, kidSpec].entries())
      for (const [j, [runs, seconds]] of [
        [leaveOut, Infinity],
        [influences, 0],
      ].entries())
        row.push(runs === 0 ? '—' : await covered(metric, n, repetitions(runs, small), seconds, 100 * i + 10 * k + j))
    rows.push(row)
  }
  printTable(['n', 'n/D', 'FID leave-one-out', 'FID influence', 'KID leave-one-out', 'KID influence'], rows)
}

/** Coverage and, in brackets, the median error over the values' standard deviation. */
async function covered(
  metric: DistanceMetric,
  n: number,
  runs: number,
  seconds: number,
  index: number,
): Promise<string> {
  const random = part(SEED, index)
  const recipe = findRecipe(metric)
  const values = new Float64Array(runs)
  const errors = new Float64Array(runs)
  const distance = seconds === 0 ? { ...metric.distance, evaluator: () => Promise.resolve(undefined) } : metric.distance
  for (let r = 0; r < runs; r++) {
    const clips = drawClips(random, n, 64)
    const x = features(random, clips, n, { scale: 0.85, rho: 0.7 })
    const y = features(random, clips, n, { rho: 1 })
    values[r] = (await metric.distance.value(metric.id, recipe, x, y)).value
    errors[r] = errorOfEffects(await unitEffects(distance, recipe, x, y, { paired: true, nominalSeconds: seconds }))
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / runs
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (runs - 1))
  const quantile = studentQuantile(0.975, n - 1)
  const inside = values.filter((value, r) => Math.abs(value - mean) <= quantile * errors[r]).length
  return `${percent(inside, runs)} (${(errors.toSorted()[runs >> 1] / sd).toFixed(2)})`
}

async function interchangeable(small: boolean): Promise<void> {
  const runs = repetitions(300, small)
  const random = part(SEED, 900)
  const n = 29
  const counts = { exchange: 0, jackknife: 0, both: 0 }
  for (let r = 0; r < runs; r++) {
    const clips = drawClips(random, n, 64)
    const [a, b] = [0, 1].map(() => features(random, clips, n, { scale: 0.85, rho: 0.7 }))
    await count(counts, a, b, features(random, clips, n, { rho: 1 }), r)
  }
  console.log(
    `## FID of interchangeable methods at n = ${n}, D = 64: rejections at 5 % (%), ${runs} pairs, ${EXCHANGES} exchanges, seed ${SEED}\n`,
  )
  printTable(
    ['exchange', 'jackknife', 'both'],
    [[counts.exchange, counts.jackknife, counts.both].map((k) => percent(k, runs))],
  )
}

/** One method's covariance is too small, the other's mean is shifted: equal distances of the populations, D = 16. */
async function equalDistances(small: boolean): Promise<void> {
  console.log(
    `## Equal population FID by different faults, D = 16: rejections at 5 % (%), ${EXCHANGES} exchanges, seed ${SEED}\n`,
  )
  const rows: (string | number)[][] = []
  const scale = 0.6
  for (const [i, [n, full]] of (
    [
      [29, 300],
      [100, 300],
      [400, 200],
    ] as const
  ).entries()) {
    for (const [k, rho] of [0, 0.7].entries()) {
      const runs = repetitions(full, small)
      const random = part(SEED, 950 + 10 * i + k)
      const counts = { exchange: 0, jackknife: 0, both: 0 }
      for (let r = 0; r < runs; r++) {
        const clips = drawClips(random, n, 16)
        const a = features(random, clips, n, { scale, rho })
        // |shift|² Σλ = (1 − scale)² Σλ.
        const b = features(random, clips, n, { shift: 1 - scale, rho })
        await count(counts, a, b, features(random, clips, n, { rho: 1 }), r)
      }
      rows.push([n, rho, runs, ...[counts.exchange, counts.jackknife, counts.both].map((each) => percent(each, runs))])
    }
  }
  printTable(['n', 'pairing', 'pairs', 'exchange alone', 'jackknife', 'both'], rows)
}

async function count(
  counts: { exchange: number; jackknife: number; both: number },
  a: FeatureMatrix,
  b: FeatureMatrix,
  reference: FeatureMatrix,
  seed: number,
): Promise<void> {
  const { pExchange, pJackknife, p } = await pairedTest(fidSpec, a, b, reference, { draws: EXCHANGES, seed })
  if (pExchange !== null && pExchange <= 0.05) counts.exchange++
  if (pJackknife !== null && pJackknife <= 0.05) counts.jackknife++
  if (p <= 0.05) counts.both++
}
