import type { ChoosableSetting } from './choosable-setting.ts'

/** A complete, named choice of a metric's settings. A metric's own recipes add what its formula takes. */
export interface RecipeInfo {
  id: string
  summary: string
  /** Everything that changes the number; goes into the signature word for word. */
  settings: Readonly<Record<string, string | number | boolean>>
  /** Those that whoever scores may choose, by `--set <metric>.<setting>=<value>`. */
  choosable?: readonly ChoosableSetting[] | undefined
}

/** What names and signatures need to know of a metric. */
export interface RecipeOwner<R extends RecipeInfo = RecipeInfo> {
  id: string
  /** Raised whenever the same recipe would give another number than before; stands in every signature. */
  version: number
  defaultRecipe: string
  recipes: readonly R[]
  /** The recipe on rows of an encoder that somebody brings, under a name that says whose they are. Absent: it takes none. */
  ofEncoder?(recipe: R, encoder: string): R
}
