import { type FeatureRows } from '../../features/feature-rows.ts'
import { NumpyRandomState } from '../../intervals/numpy-random.ts'
import type { RowInfluences } from '../../spec/distance.ts'
import { centred } from './centred.ts'
import { drawnSubsets, type DrawnSubsets } from './drawn-subsets.ts'
import { type KernelOptions, type KernelSums, kernelSums, type SubsetDraw, subsetMmds } from './kernel-distance.ts'
import { kernelInfluence } from './kernel-influence.ts'
import { drawOf, type KernelRecipe } from './kernel-recipe.ts'

// A kernel distance and the influences on it are of the same sums, which may take most of an hour: they are kept as long as the generated side is.

interface Known<T> {
  key: string
  reference: FeatureRows
  value: Promise<T>
}

const sums = new WeakMap<FeatureRows, Known<KernelSums>>()
const subsets = new WeakMap<FeatureRows, Known<DrawnSubsets>>()

function remembered<T>(
  known: WeakMap<FeatureRows, Known<T>>,
  [generated, reference]: readonly [FeatureRows, FeatureRows],
  key: string,
  compute: () => Promise<T>,
): Promise<T> {
  const found = known.get(generated)
  if (found !== undefined && found.key === key && found.reference === reference) return found.value
  const value = compute()
  known.set(generated, { key, reference, value })
  return value
}

/** Sums over all pairs of rows; of sides that a recipe centres, centred. */
export function knownSums(
  recipe: KernelRecipe,
  generated: FeatureRows,
  reference: FeatureRows,
  options?: KernelOptions,
): Promise<KernelSums> {
  const isCentred = recipe.estimator === 'centred'
  return remembered(sums, [generated, reference], String(isCentred), async () =>
    isCentred
      ? kernelSums(await centred(generated), await centred(reference), options)
      : kernelSums(generated, reference, options),
  )
}

/** Influences of all rows, from all pairs. */
export async function pairInfluences(
  recipe: KernelRecipe,
  generated: FeatureRows,
  reference: FeatureRows,
): Promise<RowInfluences> {
  return kernelInfluence(await knownSums(recipe, generated, reference), recipe.scale)
}

/** The subsets that a recipe draws, of as many rows. */
export function knownSubsets(
  recipe: KernelRecipe,
  generated: FeatureRows,
  reference: FeatureRows,
  size: number,
  options?: KernelOptions,
): Promise<DrawnSubsets> {
  return remembered(subsets, [generated, reference], `${recipe.subsets}x${size}/${recipe.draws}`, async () => {
    if (drawnFirst(recipe) === 'generated')
      return drawnSubsets(generated, reference, recipe.subsets, size, subsetDraw(recipe), options)
    const drawn = await drawnSubsets(reference, generated, recipe.subsets, size, subsetDraw(recipe), options)
    const { generated: ofReference, reference: ofGenerated = new Float64Array(0) } = drawn.influences
    return { ...drawn, influences: { ...drawn.influences, generated: ofGenerated, reference: ofReference } }
  })
}

/** MMD² of each subset that a recipe draws. */
export function drawnMmds(
  recipe: KernelRecipe,
  generated: FeatureRows,
  reference: FeatureRows,
  size: number,
  options?: KernelOptions,
): Promise<Float64Array> {
  // The distance is the same from either side: whose rows come first only decides which numbers draw them.
  const [first, second] = drawnFirst(recipe) === 'generated' ? [generated, reference] : [reference, generated]
  return subsetMmds(first, second, recipe.subsets, size, subsetDraw(recipe), options)
}

function drawnFirst(recipe: KernelRecipe): 'generated' | 'reference' {
  return drawOf(recipe)?.first ?? 'generated'
}

/** The draws of a recipe, from the start. */
function subsetDraw(recipe: KernelRecipe): SubsetDraw {
  const random = new NumpyRandomState(drawOf(recipe)?.seed ?? 0)
  return (rows, size) => random.choice(rows, size)
}
