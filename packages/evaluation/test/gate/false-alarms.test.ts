import { detectableDifference, seededRandom } from '@kinemetric/metrics'
import { expect, test } from 'vitest'
import { gateRecords } from '../../src/gate/gate-records.ts'
import { simulatedRecord } from './simulated-record.ts'

// A small part of the simulations of bench/statistics/gate.ts, with fixed seeds: whoever changes the tests of a gate sees here that its errors stay.

const [clips, runs] = [12, 200]

/** Verdicts of runs that are worse by so many margins, of a margin that so many clips are planned for. */
async function verdicts(worse: number, seed: number) {
  const random = seededRandom(seed)
  const value = () => 30 + 0.5 * random.normal()
  const margin = detectableDifference(clips, 0.5 * Math.SQRT2, { oneSided: true })!
  const found = { pass: 0, fail: 0, undecided: 0, 'cannot-tell': 0 }
  for (let run = 0; run < runs; run++) {
    const [before, after] = [0, worse * margin].map((by) =>
      simulatedRecord({
        metrics: [
          { metric: 'gain', better: 'higher', values: Float64Array.from({ length: clips }, () => value() - by) },
        ],
      }),
    )
    found[(await gateRecords(before, after, { margins: [{ metric: 'gain', value: margin }] })).verdict]++
  }
  return found
}

test('of 200 runs that change nothing at most 5 % fail, and the planned 80 % pass', async () => {
  const { pass, fail } = await verdicts(0, 1)
  expect(fail).toBeLessThanOrEqual(0.05 * runs)
  expect(Math.abs(pass / runs - 0.8)).toBeLessThan(threeErrors(0.8))
})

test('of 200 runs that are worse by the margin 5 % pass and 5 % fail, up to what 200 runs show; of twice the margin most fail', async () => {
  const { pass, fail } = await verdicts(1, 2)
  const most = (0.05 + threeErrors(0.05)) * runs
  expect(Math.max(pass, fail)).toBeLessThanOrEqual(most)
  expect((await verdicts(2, 3)).fail).toBeGreaterThan(0.7 * runs)
})

/** Three standard errors of a share of so many runs. */
function threeErrors(share: number): number {
  return 3 * Math.sqrt((share * (1 - share)) / runs)
}
