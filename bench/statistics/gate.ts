import { detectableDifference, fidSpec, marginByError, pairedTest, type SeededRandom } from '@kinemetric/metrics'
import type { GateVerdict } from '@kinemetric/records'
import { calibrateGate } from '../../packages/evaluation/src/gate/calibrate-gate.ts'
import { gateRecords } from '../../packages/evaluation/src/gate/gate-records.ts'
import { simulatedRecord } from '../../packages/evaluation/test/gate/simulated-record.ts'
import { part } from './draws.ts'
import { percent, printTable, repetitions } from './markdown.ts'

const SEED = 17
export const GATE_DRAWS = 9999

/** What clips get: their own level, and what two runs of one pipeline add to it. */
interface RunKind {
  name: string
  better: 'higher' | 'lower'
  /** A clip's level. */
  clip(random: SeededRandom): number
  /** A run's value of a clip of this level. */
  run(level: number, random: SeededRandom): number
}

export const runKinds: readonly RunKind[] = [
  {
    name: 'normal',
    better: 'higher',
    clip: (random) => 17 + 3 * random.normal(),
    run: (level, random) => level + 0.5 * random.normal(),
  },
  {
    name: 'LPIPS pair',
    better: 'lower',
    clip: (random) => 0.45 * random.normal(),
    run: (level, random) => 0.28 * Math.exp(level + 0.2 * random.normal()),
  },
]

export interface Counted {
  runs: number
  verdicts: Record<GateVerdict, number>
}

/**
 * Gates of runs whose candidate is truly worse by `worse` margins (0: nothing changed), by the function that the command calls.
 * @param margin in the metric's unit
 */
export async function gated(
  kind: RunKind,
  {
    clips,
    runs,
    margin,
    worse,
    random,
  }: { clips: number; runs: number; margin: number; worse: number; random: SeededRandom },
): Promise<Counted> {
  const counted = nothing(runs)
  for (let run = 0; run < runs; run++) {
    const levels = Float64Array.from({ length: clips }, () => kind.clip(random))
    const shift = (kind.better === 'higher' ? -1 : 1) * worse * margin
    const [before, after] = [0, shift].map((by) =>
      simulatedRecord({
        metrics: [
          { metric: 'made-up', better: kind.better, values: levels.map((level) => kind.run(level, random) + by) },
        ],
      }),
    )
    const { verdict } = await gateRecords(before, after, {
      margins: [{ metric: 'made-up', value: margin }],
      draws: GATE_DRAWS,
      seed: run,
    })
    counted.verdicts[verdict]++
  }
  return counted
}

/** Standard deviation of the difference of two runs on a clip. */
export function pairedSpread(kind: RunKind, random: SeededRandom): number {
  let square = 0
  const draws = 200_000
  for (let draw = 0; draw < draws; draw++) {
    const level = kind.clip(random)
    square += (kind.run(level, random) - kind.run(level, random)) ** 2
  }
  return Math.sqrt(square / draws)
}

function nothing(runs: number): Counted {
  return { runs, verdicts: { pass: 0, fail: 0, undecided: 0, 'cannot-tell': 0 } }
}

function shares({ runs, verdicts }: Counted): string[] {
  return [verdicts.pass, verdicts.fail, verdicts.undecided].map((count) => percent(count, runs))
}

/** How often gates are wrong, and how often they decide. */
export async function gate(small: boolean): Promise<void> {
  console.log(`## Gates: verdicts (%), ${GATE_DRAWS} draws beyond 20 clips, seed ${SEED}\n`)
  console.log(
    'The margin is the one that so many clips are planned for (80 %, one-sided 5 %, a true difference of 0).\n',
  )
  const rows: (string | number)[][] = []
  for (const [k, kind] of runKinds.entries())
    for (const [i, clips] of [8, 12, 29, 100, 400].entries()) {
      const random = part(SEED, 100 * k + i)
      const sd = pairedSpread(kind, random)
      const margin = detectableDifference(clips, sd, { oneSided: true })!
      const runs = repetitions(clips <= 100 ? 2000 : 400, small)
      const cells = [0, 1].map((worse) => gated(kind, { clips, runs, margin, worse, random }))
      const [same, worse] = [await cells[0], await cells[1]]
      rows.push([kind.name, clips, runs, ...shares(same), ...shares(worse)])
    }
  printTable(
    ['data', 'clips', 'runs', 'no change: pass', 'fail', 'undecided', 'worse by the margin: pass', 'fail', 'undecided'],
    rows,
  )
  await calibrated(small)
  await sets(small)
}

/** The whole way: repeats, their calibration, and 200 runs that change nothing: with the calibrated margins, and with those that it says are needed. */
async function calibrated(small: boolean): Promise<void> {
  console.log(
    `## Gates with calibrated margins: 200 runs that change nothing, 29 clips, two metrics (%), seed ${SEED}\n`,
  )
  const rows: (string | number)[][] = []
  for (const [at, repeats] of [5, 10, 20].entries()) {
    const random = part(SEED, 1000 + at)
    const runs = repetitions(200, small)
    const [own, needed] = [nothing(runs), nothing(runs)]
    for (let run = 0; run < runs; run++) {
      const levels = runKinds.map((kind) => Float64Array.from({ length: 29 }, () => kind.clip(random)))
      const record = () =>
        simulatedRecord({
          metrics: runKinds.map((kind, k) => ({
            metric: kind.name.toLowerCase().replace(' ', '-'),
            better: kind.better,
            values: levels[k].map((level) => kind.run(level, random)),
          })),
        })
      const calibration = calibrateGate(Array.from({ length: repeats }, record))
      const [before, after] = [record(), record()]
      const options = { calibration, draws: GATE_DRAWS, seed: run }
      own.verdicts[(await gateRecords(before, after, options)).verdict]++
      const margins = calibration.metrics.map(({ metric, marginToPass95 }) => ({ metric, value: marginToPass95! }))
      needed.verdicts[(await gateRecords(before, after, { ...options, margins })).verdict]++
    }
    rows.push([repeats, runs, ...shares(own), ...shares(needed)])
  }
  printTable(
    ['repeats', 'runs', 'calibrated: pass', 'fail', 'undecided', 'margins for 95 %: pass', 'fail', 'undecided'],
    rows,
  )
}

/** Distances between sets, by the jackknife's error. */
async function sets(small: boolean): Promise<void> {
  console.log(`## Gates of FID by the jackknife: D = 8, paired with the reference (%), seed ${SEED}\n`)
  const rows: (string | number)[][] = []
  for (const [at, clips] of [29, 100].entries()) {
    const random = part(SEED, 2000 + at)
    const runs = repetitions(400, small)
    const found: { difference: number; se: number | null; units: number }[] = []
    for (let run = 0; run < runs; run++) found.push(await twoSets(clips, random))
    const spread = Math.sqrt(found.reduce((sum, { difference }) => sum + difference ** 2, 0) / runs)
    const margin = 2.49 * spread
    const count = (worse: number) => {
      const counted = nothing(runs)
      for (const { difference, se, units } of found)
        counted.verdicts[
          marginByError({ difference: difference + worse * margin, se, units }, margin, { better: 'lower' }).verdict
        ]++
      return shares(counted)
    }
    rows.push([clips, runs, ...count(0), ...count(1)])
  }
  printTable(
    ['clips', 'runs', 'no change: pass', 'fail', 'undecided', 'worse by the margin: pass', 'fail', 'undecided'],
    rows,
  )
}

/** Two runs of one generator, each near the reference. */
async function twoSets(clips: number, random: SeededRandom) {
  const dimension = 8
  const rows = (from?: Float64Array) => ({
    rows: clips,
    dimension,
    data: Float64Array.from({ length: clips * dimension }, (_, at) =>
      from === undefined ? random.normal() : 0.8 * from[at] + 0.6 * random.normal() + 0.3,
    ),
    clipOfRow: Int32Array.from({ length: clips }, (_, row) => row),
  })
  const reference = rows()
  const { difference, se, units } = await pairedTest(fidSpec, rows(reference.data), rows(reference.data), reference, {
    draws: 1,
  })
  return { difference, se, units }
}
