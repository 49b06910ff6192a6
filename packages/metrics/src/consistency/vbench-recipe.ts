import type { ChoosableSetting } from '../recipes/choosable-setting.ts'
import type { RecipeInfo } from '../recipes/recipe.ts'
import type { Averaging } from '../spec/averaging.ts'
import { means } from '../spec/averaging.ts'

/** A recipe of a dimension of VBench. */
export interface VbenchRecipe extends RecipeInfo {
  /** Values that the board draws to 0 and 1; absent: values stay as they are. */
  board?: readonly [least: number, most: number] | undefined
}

/** What the recipes of a dimension share. */
interface Dimension {
  /** What a value is, in words. */
  value: string
  settings: RecipeInfo['settings']
  choosable: readonly ChoosableSetting[]
  /** Of the board's normalisation: scripts/constant.py of Vchitect/VBench at 45e79ec. */
  board: readonly [least: number, most: number]
}

/** `raw`, the value itself, and `board`, the same as VBench's board shows it: (x − least) / (most − least), which may be below 0. */
export function vbenchRecipes<More extends object>(
  { value, settings, choosable, board }: Dimension,
  more: More,
): (VbenchRecipe & More)[] {
  const [least, most] = board
  return [
    { ...more, id: 'raw', summary: value, settings: { ...settings, scale: 'raw' }, choosable },
    {
      ...more,
      id: 'board',
      summary: `the same on the scale of VBench’s board, (x − ${least}) / (${most} − ${least}): below 0 where it is less than ${least}`,
      settings: { ...settings, scale: `board-${least}-${most}` },
      choosable,
      board,
    },
  ]
}

/** A value in [0, 1] on the recipe's scale. */
export function onScale(value: number, { board }: VbenchRecipe): number {
  if (board === undefined) return value
  const [least, most] = board
  return (value - least) / (most - least)
}

/** Frames' values to a clip's and a set's by their means; an interval ends where the recipe's scale does. */
export const vbenchAveraging: Averaging<VbenchRecipe> = {
  ...means,
  asMean: (clips, recipe) => ({ ...means.asMean(clips, recipe), range: [onScale(0, recipe), onScale(1, recipe)] }),
}
