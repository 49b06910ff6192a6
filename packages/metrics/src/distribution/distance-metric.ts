import type { Distance, DistanceMetric, DistanceRecipe } from '../spec/distance.ts'
import { concludeRows } from './conclude-rows.ts'
import { compareRows } from './paired-test.ts'

/** What a distance between sets of rows says of itself. */
type DistanceSays<R extends DistanceRecipe> = Pick<
  DistanceMetric<R>,
  'id' | 'title' | 'label' | 'range' | 'version' | 'sees' | 'misses' | 'defaultRecipe' | 'recipes' | 'matches' | 'cite'
> &
  Partial<Pick<DistanceMetric<R>, 'better' | 'group'>>

/** The metric of a distance: less is better and its group is distribution unless it says otherwise, rows of features are what it needs, and a set has one value. */
export function distanceMetric<R extends DistanceRecipe>(
  says: DistanceSays<R>,
  distance: Distance<R>,
): DistanceMetric<R> {
  const metric: DistanceMetric<R> = {
    better: 'lower',
    group: 'distribution',
    ...says,
    unit: '',
    per: 'set',
    aligned: false,
    needs: ({ need }) => ({ kind: 'features', ask: need }),
    distance,
    conclude: (set, recipe, how) => concludeRows(metric, set, recipe, how),
    compare: (own, other, recipe, how) => compareRows(metric, own, other, recipe, how),
  }
  return metric
}
