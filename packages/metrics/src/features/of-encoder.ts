import type { FeatureNeed } from '@kinemetric/networks'
import type { RecipeInfo } from '../recipes/recipe.ts'
import type { FeatureChoice } from './needs.ts'

// Rows that somebody brings: of any encoder, which has a name and no card here.

/** Which preprocessing such rows have, as their need calls it: it is not ours to name. */
export const GIVEN = 'given'
/** The encoder of a recipe as its metric lists it, before rows of one are given. */
export const ANY_ENCODER = 'any'

/** Settings that say how a network made rows: of rows that are given they say nothing. */
const ofNetworks = ['network', 'resize', 'input', 'range', 'bneps', 'frames', 'pool']

/** Features of whatever encoder rows are brought of. */
export const anyFeatures: FeatureChoice = {
  need: { network: ANY_ENCODER, checkpoints: [], preprocessing: GIVEN, dimension: 0 },
  settings: { encoder: ANY_ENCODER },
}

/** The recipe on rows of an encoder: its name and its signature say whose they are. */
export function ofEncoder<R extends RecipeInfo & { need: FeatureNeed }>(recipe: R, encoder: string): R {
  const settings = Object.fromEntries(Object.entries(recipe.settings).filter(([name]) => !ofNetworks.includes(name)))
  return {
    ...recipe,
    id: `${recipe.id}/of-${encoder}`,
    need: { ...anyFeatures.need, network: encoder },
    settings: { ...settings, encoder },
  }
}
