import type { Tracklets } from '@kinemetric/networks'
import type { RecipeInfo } from '../recipes/recipe.ts'
import type { MeasuredCost } from '@kinemetric/networks'
import type { Interval, MetricGroupId, MetricLabel, Score } from '@kinemetric/records'
import type { Averaging } from './averaging.ts'
import type { FrameFormula } from './frame-formula.ts'
import type { ClipValues, MeasuredClip, MeasuredSet } from './measured-set.ts'
import type { Need, NeedKind, NeedKinds } from './need.ts'
import type { SignatureValue } from '../recipes/signature.ts'

/** What a set is concluded with, beside what was measured. */
export interface Concluding {
  /** The recipe's name in the record: of motion metrics with the tracker behind it. */
  shown: string
  /** What the recipe does not know (frames, size, weights, tracker), for the signature. */
  extra: Readonly<Record<string, SignatureValue | undefined>>
  bootstrap: { resamples: number; level: number }
  /** How intervals of means are made; default `hall-t`. The others reproduce older intervals, by `bootstrap` and its seed. */
  interval?: 'hall-t' | 'bca' | 'percentile' | undefined
  seeds: { bootstrap: number; points: number; shuffle: number }
  /** Clips that the references have and of which nothing could be measured, for scores that are of all or of none. Absent: none. */
  absent?: readonly string[] | undefined
  /** How points were asked for. */
  motion: { tracker: string; points: number }
  /** The value alone, of metrics of sets: no interval, floor or influence, which take minutes of many rows. */
  valueAlone?: boolean | undefined
  /** Told what a conclusion will take before it is made, where that is more than a minute on this machine. */
  onCost?: ((message: string) => void) | undefined
}

/** What two sets are compared with: how many comparisons share the level decides how many draws are worth making. */
export interface Comparing extends Concluding {
  /** Level of the whole family, default 0.05. */
  alpha?: number | undefined
  /** Comparisons of the family that this one belongs to, default 1. */
  comparisons?: number | undefined
  /** Random exchanges, taken as given; default 9,999, fewer where they cost too much. */
  draws?: number | undefined
  signal?: AbortSignal | undefined
}

/**
 * How two methods' values of one metric over sets differ: `first − second`, with two tests. `jackknife` asks whether the values expected at this number
 * of clips are equal, `exchange` whether the two methods could have made each other's clips; a claim needs both, so that `p` is the larger of the two.
 */
export interface SetComparison {
  first: number
  second: number
  /** first − second */
  difference: number
  /** Standard error of the difference, leaving out one unit (source video) at a time on all sides; null where there is none. */
  se: number | null
  /** Student's, around the difference by that error. It decides nothing: `p` does. */
  interval: Interval | null
  /** Why there is no interval; then `pJackknife` is null and `p` is 1, for a claim needs both tests. */
  reason?: string | undefined
  test: 'jackknife+exchange' | 'jackknife'
  /** Two-sided, of "equal at this number of clips". */
  pJackknife: number | null
  /** Two-sided, of "interchangeable clips"; null where the exchange test was dropped. */
  pExchange: number | null
  /** Why the exchange test was dropped; `p` is the jackknife's alone then. */
  exchangeDropped?: string | undefined
  /** The larger of the two. */
  p: number
  /** Smallest p that the exchanges could have given. */
  smallestP: number
  /** Random exchanges made; null where all were enumerated or none was made. */
  draws: number | null
  seed: number
  clips: number
  /** Source videos; the clips, where nothing says that several are of one. */
  units: number
  /** A difference below this is not resolved at this number of units; null where no error is known. */
  resolution: number | null
  /** Both methods have the same rows. */
  identical: boolean
  /** In words. */
  method: string
}

/**
 * A metric in one object: what it is, what it asks for, how a clip's values come about, how a set's score does. Everything else (planning, journals,
 * records, tables, `--metrics`, documentation) reads it; nothing else names a metric. Each metric's file exports one, and `catalogue.ts` lists them.
 *
 * @template K the kind of need
 * @template R its recipes
 */
export interface MetricSpec<K extends NeedKind = NeedKind, R extends RecipeInfo = RecipeInfo> {
  /** Short lower-case name, as it stands in a record: `ssim`. */
  id: string
  /** Raised whenever the same recipe would give another number than before; stands in every signature. */
  version: number
  /** Name for readers: `Structural similarity (SSIM)`. */
  title: string
  /** The question that it is asked; `--metrics` takes its name, tables stand by it. */
  group: MetricGroupId
  /** How tables call and print it. */
  label: MetricLabel
  /** What the default recipe takes beside its network, whose card says what that takes. Absent: nobody has measured it. */
  cost?: MeasuredCost
  /** Unit of the value; `''` for a pure number. */
  unit: string
  better: 'higher' | 'lower'
  /** Smallest and largest value the definition allows. */
  range: readonly [low: number, high: number]
  /** The smallest piece of video that has a value of its own. */
  per: 'frame' | 'clip' | 'set'
  /** Whether generated frame t has to belong to reference frame t. */
  aligned: boolean
  /** What it sees, and what it does not, a sentence each, for readers of a score. */
  sees: string
  misses: string
  defaultRecipe: string
  recipes: readonly R[]
  /** The published code whose numbers the default recipe reproduces. */
  matches: string
  /** The paper to cite. */
  cite: string
  needs(recipe: R): { kind: K; ask: NeedKinds[K]['ask'] } & Need
  /** The recipe on rows of an encoder that somebody brings, under a name that says whose they are. Absent: it takes none. */
  ofEncoder?(recipe: R, encoder: string): R
  /** Settings that a caller may change and the recipe leaves at their defaults, for the signature. */
  openSettings?(recipe: R): Readonly<Record<string, SignatureValue>>
  /** One frame at a time, in worker threads. */
  frame?: FrameFormula<R>
  /** One clip; pure. Absent where a frame formula does it, or where the rows of features are the values. Throws KinemetricError of kind `unfit`. */
  measure?(given: NeedKinds[K]['given'], recipe: R): ClipValues
  /** The rows of one window's tracklets, one after the other; pure. Of metrics whose rows are made of tracklets. Throws KinemetricError of kind `unfit`. */
  rows?(window: Tracklets, recipe: R): Float32Array
  /** How frames' values become a clip's and a set's; absent: by their means. */
  averaging?: Averaging<R>
  /**
   * What a clip counts in the set's mean, the same for every method: objects that are asked about. 0: the clip has none, which is no missing value. Undefined
   * for a clip of which nothing is known. Absent: 1.
   * It stands in the per-clip table under the recipe with `+weight` behind it, for comparisons.
   */
  weigh?(clip: MeasuredClip, recipe: R): number | undefined
  /**
   * Where a set's score is no mean of what its clips have by themselves (a ratio of means): a value a clip, in their order, whose mean the score is: the score
   * and what the clip does to it. They stand in the per-clip table, and intervals and comparisons are of them. Undefined: the clip has none.
   * @param absent as `Concluding` has it
   */
  clipValues?(clips: Iterable<MeasuredClip>, recipe: R, absent: readonly string[]): (number | undefined)[]
  /** The score of a set; pure. */
  conclude(set: MeasuredSet, recipe: R, how: Concluding): Promise<Score>
  /**
   * The value that a generated clip gets against another clip's reference, from what was kept of the two; undefined where that does not tell.
   * Absent: only measuring them together does. It is what unrelated videos get, and no score.
   */
  unrelated?(
    generated: MeasuredClip,
    reference: MeasuredClip,
    kept: Pick<MeasuredSet, 'tracklets'>,
    recipe: R,
  ): Promise<number | undefined>
  /**
   * How two methods' sets of the same clips differ, in the same order; pure. Absent: by the clips' own values, in pairs.
   * Throws KinemetricError of kind `unfit` or `input` where they cannot be compared.
   */
  compare?(own: MeasuredSet, other: MeasuredSet, recipe: R, how: Comparing): Promise<SetComparison>
}
