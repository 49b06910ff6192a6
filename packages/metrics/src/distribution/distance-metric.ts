import type { Tracklets } from '@kinemetric/networks'
import { ofEncoder } from '../features/of-encoder.ts'
import type { Distance, DistanceMetric, DistanceRecipe } from '../spec/distance.ts'
import type { TrackedRowsNeed } from '../spec/need.ts'
import { concludeRows } from './conclude-rows.ts'
import { compareRows } from './paired-test.ts'

/** What a distance between sets of rows says of itself. */
type DistanceSays<R extends DistanceRecipe> = Pick<
  DistanceMetric<R>,
  'id' | 'title' | 'label' | 'range' | 'version' | 'sees' | 'misses' | 'defaultRecipe' | 'recipes' | 'matches' | 'cite'
> &
  Partial<Pick<DistanceMetric<R>, 'better' | 'group' | 'cost'>>

/** How the rows of a distance are made of tracklets. */
export interface RowsOfTracklets<R extends DistanceRecipe> {
  ask(recipe: R): TrackedRowsNeed
  rows(this: void, window: Tracklets, recipe: R): Float32Array
}

/**
 * The metric of a distance: less is better and its group is distribution unless it says otherwise, rows of features are what it needs, and a set has one value.
 * @param tracked where the rows are no network's but made of tracklets
 */
export function distanceMetric<R extends DistanceRecipe>(
  says: DistanceSays<R>,
  distance: Distance<R>,
  tracked?: RowsOfTracklets<R>,
): DistanceMetric<R> {
  const metric: DistanceMetric<R> = {
    better: 'lower',
    group: 'distribution',
    ...says,
    unit: '',
    per: 'set',
    aligned: false,
    needs: (recipe) =>
      tracked === undefined
        ? { kind: 'features', ask: recipe.need }
        : { kind: 'tracked-rows', ask: tracked.ask(recipe) },
    ...(tracked === undefined ? {} : { rows: tracked.rows }),
    distance,
    ...(distance.anyFeatures === true ? { ofEncoder } : {}),
    conclude: (set, recipe, how) => concludeRows(metric, set, recipe, how),
    compare: (own, other, recipe, how) => compareRows(metric, own, other, recipe, how),
  }
  return metric
}
