import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  type DistanceMetric,
  type FeatureMatrix,
  fidSpec,
  findRecipe,
  kidSpec,
  pairedTest,
  seededRandom,
} from '@kinemetric/metrics'
import { hasShared, sharedPath } from '../../../../test/shared.ts'
import { floorOfHalves } from '../../src/distribution/floor-of-halves.ts'
import { unitEffects } from '../../src/distribution/unit-effects.ts'
import { extrapolate, extrapolationRefusal } from '../../src/intervals/extrapolation.ts'
import { randomHalf } from '../../src/intervals/halves-floor.ts'
import { differenceOfEffects, errorOfEffects, studentInterval } from '../../src/intervals/jackknife.ts'

const rowsOf = (rows: number[][]): FeatureMatrix & { clipOfRow: Int32Array } => ({
  data: Float64Array.from(rows.flat()),
  rows: rows.length,
  dimension: rows[0].length,
  clipOfRow: Int32Array.from(rows.keys()),
})

const numbers = (each: { mean: number; q95: number }) => [each.mean, each.q95]

// Goldens of numpy and scipy: features of two methods and a reference, 19 rows of 10 units. 1e-8: the distances are differences of larger terms.
const path = ['goldens', 'statistics', 'set-metrics.json'] as const

describe.skipIf(!hasShared(...path))('set metrics against numpy', () => {
  const golden = hasShared(...path) ? JSON.parse(readFileSync(sharedPath(...path), 'utf8')) : undefined
  const side = (name: string): FeatureMatrix => {
    const rows: number[][] = golden.features[name]
    return {
      data: Float64Array.from(rows.flat()),
      rows: rows.length,
      dimension: rows[0].length,
      clipOfRow: Int32Array.from(golden.features.unitOfRow),
    }
  }
  const metrics: [string, DistanceMetric][] = [
    ['fid', fidSpec],
    ['kid', kidSpec],
  ]

  test.each(metrics)('%s: leaving out each unit, and influences', async (id, metric) => {
    const expected = golden[id]
    const [first, second, reference] = [side('first'), side('second'), side('reference')]
    const recipe = findRecipe(metric)
    const effects = (x: FeatureMatrix, paired: boolean, nominalSeconds?: number) =>
      unitEffects(
        { ...metric.distance, ...(nominalSeconds === 0 && { evaluator: () => Promise.resolve(undefined) }) },
        recipe,
        x,
        reference,
        { paired },
      )
    const together = await effects(first, true)
    expectClose(together.generated, expected.leaveOneOutBothSides)
    expectClose([errorOfEffects(together)], [expected.seJackknifeTogether])
    const apart = await effects(first, false)
    expectClose(apart.generated, expected.leaveOneOutGenerated)
    expectClose([errorOfEffects(apart)], [expected.seJackknifeIndependent])
    const interval = studentInterval(expected.value, errorOfEffects(together), 10, 0.95, together.method)
    expectClose([interval.low, interval.high], expected.interval)

    const influences = await effects(first, false, 0)
    expectClose(influences.generated, expected.influenceOfUnitsGenerated)
    expectClose(influences.reference ?? [], expected.influenceOfUnitsReference)
    expectClose([errorOfEffects(influences)], [expected.seInfluenceIndependent])
    const both = await effects(first, true, 0)
    expectClose([errorOfEffects(both)], [expected.seInfluenceTogether])
    const difference = differenceOfEffects(both, await effects(second, true, 0))
    expectClose([errorOfEffects(difference)], [expected.seDifferenceInfluence])
  })

  test.each(metrics)('%s: two methods', async (id, metric) => {
    const expected = golden[id]
    const compared = await pairedTest(metric, side('first'), side('second'), side('reference'))
    expectClose(
      [compared.first, compared.second, compared.difference, compared.se ?? 0, compared.pJackknife ?? 0],
      [expected.value, expected.otherValue, expected.difference, expected.seDifferenceJackknife, expected.jackknifeP],
    )
    expectClose([compared.interval?.low ?? 0, compared.interval?.high ?? 0], expected.differenceInterval)
    expect(compared.pExchange).toBe(expected.exchangeP)
    expectClose([compared.p, compared.resolution ?? 0], [expected.p, expected.resolution])
    expect(compared).toMatchObject({
      draws: null,
      smallestP: 2 / expected.exchanges,
      units: 10,
      test: 'jackknife+exchange',
    })
  })
})

const floorPath = ['goldens', 'statistics', 'floor-extrapolation.json'] as const

describe.skipIf(!hasShared(...floorPath))('floor and extrapolation against numpy', () => {
  const golden = hasShared(...floorPath) ? JSON.parse(readFileSync(sharedPath(...floorPath), 'utf8')) : undefined

  test.each([
    ['fid', fidSpec],
    ['kid', kidSpec],
  ])(
    'floor of %s: the same halves, their mean and 95 % point, and what they become at N',
    async (id, metric: DistanceMetric) => {
      const { reference: rows, seed, firstHalves, [id]: expected } = golden.floor
      const reference = rowsOf(rows)
      const random = seededRandom(seed)
      expect(firstHalves.map(() => [...randomHalf(random, reference.rows)])).toEqual(firstHalves)
      const floor = await floorOfHalves(metric.distance, findRecipe(metric), reference, { seed })
      const { halves, low, high } = typeof floor === 'string' ? expected : floor
      expectClose(numbers(halves ?? low), numbers(expected.halves))
      expectClose(numbers(low), numbers(expected.atN))
      expect(high).toEqual(low)
    },
  )

  test('extrapolation of FID: sizes, curve, line', async () => {
    const { generated, seed, repeats, sizes, curve, value, slope, fit, trusted } = golden.extrapolation
    const x = rowsOf(generated)
    const evaluator = await fidSpec.distance.evaluator(findRecipe(fidSpec), x, rowsOf(golden.floor.reference))
    const found = evaluator && (await extrapolate(evaluator, x, { seed, repeats }))
    expect(found?.curve.map(({ clips }) => clips)).toEqual(sizes)
    expectClose(found?.curve.map((point) => point.value) ?? [], curve)
    expectClose([found?.value ?? 0, found?.slope ?? 0, found?.fit ?? 0], [value, slope, fit])
    expect(extrapolationRefusal(x) === undefined).toBe(trusted)
  })
})

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length)
  for (const [i, value] of expected.entries())
    expect(Math.abs(found[i] - value), `${i}: ${found[i]} for ${value}`).toBeLessThanOrEqual(
      1e-8 * Math.max(1, Math.abs(value)),
    )
}
