/**
 * What the toolkit knows about a metric before it computes anything. Each metric's file exports one literal of this
 * type and `catalogue.ts` lists them.
 */
export interface MetricInfo {
  /** Short lower-case name, as it stands in a record: `ssim`. */
  id: string
  /** Name for readers: `Structural similarity (SSIM)`. */
  title: string
  /** Unit of the value; `''` for a pure number. */
  unit: string
  better: 'higher' | 'lower'
  /** Smallest and largest value the definition allows. */
  range: readonly [low: number, high: number]
  /** The smallest piece of video that has a value of its own. */
  per: 'frame' | 'clip' | 'set'
  /** What has to be computed before the metric: the network (or none) whose output it takes. */
  needs: 'frames' | 'lpips' | 'inception' | 'i3d' | 'tracklets'
  /** Raised whenever the same recipe would give another number than before; stands in every signature. */
  version: number
  defaultRecipe: string
  recipes: readonly RecipeInfo[]
  /** The published code whose numbers the default recipe reproduces. */
  matches: string
  /** The paper to cite. */
  cite: string
}

/** A complete, named choice of a metric's settings. */
export interface RecipeInfo {
  id: string
  summary: string
  /** Everything that changes the number; goes into the signature word for word. */
  settings: Readonly<Record<string, string | number | boolean>>
}
