import { featureNeedKey } from '@kinemetric/networks'
import { isGaussian, type RowsOrGaussian } from '../features/rows-or-gaussian.ts'
import type { DistanceCost, DistanceMetric, DistanceRecipe } from './distance.ts'

/** Seconds that nobody has to be told of beforehand. */
const UNSAID = 60

/**
 * What a score takes, in words, where that is more than a minute on this machine, and the recipe of the same features that takes far less, if there is one:
 * for the user to choose, since its number is another.
 *
 * @param sure with interval and floor
 */
export async function costWarning<R extends DistanceRecipe>(
  metric: DistanceMetric<R>,
  recipe: R,
  generated: RowsOrGaussian,
  reference: RowsOrGaussian,
  sure: boolean,
): Promise<string | undefined> {
  const { distance } = metric
  if (distance.cost === undefined || isGaussian(generated) || isGaussian(reference)) return undefined
  const cost = await distance.cost(recipe, generated, reference, sure)
  if (cost.seconds <= UNSAID) return undefined
  const said = `${metric.id} (${recipe.id}) takes ${cost.of}: about ${inWords(cost.seconds)} on this machine`
  const key = featureNeedKey(recipe.need)
  let best: { id: string; cost: DistanceCost } | undefined
  for (const other of metric.recipes) {
    if (other === recipe || featureNeedKey(other.need) !== key) continue
    const theirs = await distance.cost(other, generated, reference, sure)
    if (theirs.seconds < Math.min(cost.seconds / 4, best?.cost.seconds ?? Infinity))
      best = { id: other.id, cost: theirs }
  }
  if (best === undefined) return `${said}; no recipe of these features takes much less`
  return `${said}. ${metric.id}:${best.id}, ${best.cost.of}, is of the same features and takes about ${inWords(best.cost.seconds)}; its number is another`
}

function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} seconds`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`
}
