import { isGaussian, type RowsOrGaussian } from '../../features/rows-or-gaussian.ts'
import type { FactoredGaussian } from './frechet.ts'
import type { FrechetRecipe } from './frechet-recipe.ts'
import { factorSide } from './factor-side.ts'

/** Both sides of a Fréchet distance, ready. */
export interface FactoredSides {
  generated: FactoredGaussian
  reference: FactoredGaussian
  /** The smallest singular value of the factors' product, once the distance was made of it. */
  smallestRoot?: number
}

interface Known {
  ddof: 0 | 1
  reference: RowsOrGaussian
  sides: Promise<FactoredSides>
}

/** A distance and the influences on it are of the same factors, which take a pass over all rows: they are kept as long as the generated side is. */
const known = new WeakMap<RowsOrGaussian, Known>()

/** @throws KinemetricError as `factorSide` */
export function factoredSides(
  recipe: FrechetRecipe,
  generated: RowsOrGaussian,
  reference: RowsOrGaussian,
  where: string,
): Promise<FactoredSides> {
  const { ddof } = recipe
  const found = known.get(generated)
  if (found !== undefined && found.ddof === ddof && found.reference === reference) return found.sides
  const sides = factorBoth(recipe, generated, reference, where)
  if (!isGaussian(generated) && generated.rows > generated.dimension) known.set(generated, { ddof, reference, sides })
  return sides
}

async function factorBoth(
  recipe: FrechetRecipe,
  generated: RowsOrGaussian,
  reference: RowsOrGaussian,
  where: string,
): Promise<FactoredSides> {
  const a = await factorSide(generated, recipe, `${where}: generated`)
  return { generated: a, reference: await factorSide(reference, recipe, `${where}: reference`) }
}
