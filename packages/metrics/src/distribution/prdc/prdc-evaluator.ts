import { metricError } from '../../recipes/metric-error.ts'
import type { ClipEvaluator } from '../../intervals/clip-evaluator.ts'
import { countsOf } from './balls.ts'
import type { BothBalls } from './known-balls.ts'
import { leavingOut } from './leaving-out.ts'
import type { PrdcShare } from './prdc-shares.ts'

/**
 * What leaving out each unit does. Every ball is then drawn anew, of the rows that are left: the jackknife of such a number is on average no underestimate of
 * its variance (Efron & Stein, The jackknife estimate of variance, Annals of Statistics 1981), which holds for any number that does not depend on the order of
 * independent units. Drawing units twice would not do: a row and its copy are at distance 0.
 *
 * @returns undefined where too many pairs would have to be held
 */
export function prdcEvaluator(share: PrdcShare, k: number, both: BothBalls): ClipEvaluator | undefined {
  const balls = both[share.balls]
  const without = leavingOut(balls)
  if (without === undefined) return undefined
  const [centres, points] = [balls.centreUnits.units, balls.pointUnits.units]
  const [generated, reference] = share.balls === 'generated' ? [centres, points] : [points, centres]
  const withoutUnit = (side: 'generated' | 'reference' | 'both', unit: number): number => {
    const counts = without(
      side === 'both' || side === share.balls ? unit : -1,
      side === 'both' || side !== share.balls ? unit : -1,
    )
    return counts === undefined ? Number.NaN : share.of(counts, k)
  }
  return {
    generatedClips: generated,
    referenceClips: reference,
    nominalSeconds: balls.radii.length * 1e-8,
    withoutEach: (side) =>
      Float64Array.from({ length: side === 'reference' ? reference : generated }, (_, unit) => withoutUnit(side, unit)),
    value: (...weights) => {
      if (weights.every((side) => side === undefined || side.every((weight) => weight === 1)))
        return Promise.resolve(share.of(countsOf(balls), k))
      throw metricError('bad-option', 'resampling', {
        expected: 'every clip once, or one left out: a clip that is drawn twice lies in its own ball',
        found: 'clips that count more or less',
      })
    },
  }
}
