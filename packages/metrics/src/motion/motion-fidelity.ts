import type { Tracklets } from '@kinemetric/networks'
import { findRecipe } from '../recipes/find-recipe.ts'
import { metricError } from '../recipes/metric-error.ts'
import type { RecipeInfo } from '../recipes/recipe.ts'
import type { ClipValues } from '../spec/measured-set.ts'
import type { MetricSpec } from '../spec/metric-spec.ts'
import type { ClipTracklets, PointKind } from '../spec/need.ts'
import { checkTrackletPair, invisibleShare, staticShare } from './check-tracklets.ts'
import { meanOfDefined } from './conclude-motion.ts'
import { concludeFidelity, directionNotes, unrelatedFidelity } from './conclude-fidelity.ts'

// Motion fidelity: do the same motions occur in both clips?
//
// With v_k = p_k − p_{k−1}, k = 1..F, the displacements of a tracklet τ of F + 1 points,
//
//   corr(τ, τ̃) = (1/F) Σ_k v_k·ṽ_k / (‖v_k‖ ‖ṽ_k‖)
//   generated → reference = mean over τ̃ (generated) of max over τ (reference) of corr(τ, τ̃), and the other way round
//
// Yatim et al. print the sum of both directions over tracklets of the whole frame; InterDyn prints the same sum over 100
// points of the object. A sum has the range [−2, 2] and is 2 for a clip and itself; only its half has the scale of the
// values that InterDyn reports, so the half is the default and the sum a recipe. The code that Yatim et al. released
// computes something else again: one direction, after subtracting the identity matrix (the most similar tracklet of the
// same index loses 1), with no guard against a point that stands still.

/** A recipe of motion fidelity. */
export interface MotionFidelityRecipe extends RecipeInfo {
  points: PointKind
  /** The number of both directions: half their sum, their sum, or the one from generated to reference alone. */
  of: 'mean' | 'sum' | 'forward'
  /** Whether a tracklet loses 1 against the one of the same index: then both sides have as many. */
  minusIdentity: boolean
  /** What a displacement of length zero is worth where nobody says. */
  zero: ZeroDisplacement
}

/**
 * What a displacement of length zero is worth, whose direction is undefined.
 * - `zero`: the term is 0 and F stays.
 * - `one-if-both`: 1 where both points stand still, 0 where one does; F stays.
 * - `drop`: the term is left out of the sum and of F (a pair without any term left is worth 0).
 * - `nan`: the term, and with it every mean and maximum that it enters, is not a number, as 0/0 in the released code.
 */
export type ZeroDisplacement = 'zero' | 'one-if-both' | 'drop' | 'nan'

export interface MotionFidelityOptions {
  /** Default `interdyn`. */
  recipe?: string | undefined
  /** Default `zero`; `nan` under `yatim-code`. */
  zeroDisplacement?: ZeroDisplacement | undefined
  /** Displacements that count: all F, or all but the one from frame 0 to frame 1. Default `all`. */
  displacements?: 'all' | 'without-first' | undefined
  /** `ignore` (default, as both papers), or `both`: a term counts only where both points are visible at both its ends. */
  visibility?: 'ignore' | 'both' | undefined
  /** Radius in pixels within which a tracklet must stay to be counted as static. Default 1. Changes no value. */
  staticRadius?: number | undefined
}

export interface MotionFidelity {
  /** The recipe's number; NaN only under the policy `nan`. */
  value: number
  /** Mean over the generated tracklets of their best match among the reference's. */
  generatedToReference: number
  /** Mean over the reference tracklets of their best match among the generated; NaN where the recipe has one direction. */
  referenceToGenerated: number
  /** Share of tracklets that stay within `staticRadius`: their directions are jitter. */
  staticShare: { generated: number; reference: number }
  /** Share of displacements that are exactly zero, which the policy decides on. */
  zeroShare: { generated: number; reference: number }
  /** Share of points that the tracker holds for invisible. */
  invisibleShare: { generated: number; reference: number }
  /** All that changed the number beside the recipe, for the signature. */
  settings: MotionFidelitySettings
}

/** The options of a score by the names they have in its signature. */
export type MotionFidelitySettings = Record<'zero' | 'displacements' | 'visibility', string>

const recipes: readonly MotionFidelityRecipe[] = [
  {
    id: 'interdyn',
    summary: 'half the sum of both directions: 1 for a clip and itself',
    settings: { directions: 'both', of: 'mean', selfmatch: 'kept', points: 'mask-100' },
    points: 'mask',
    of: 'mean',
    minusIdentity: false,
    zero: 'zero',
  },
  {
    id: 'interdyn-sum',
    summary: 'the sum of both directions as InterDyn prints it: 2 for a clip and itself',
    settings: { directions: 'both', of: 'sum', selfmatch: 'kept', points: 'mask-100' },
    points: 'mask',
    of: 'sum',
    minusIdentity: false,
    zero: 'zero',
  },
  {
    id: 'yatim-code',
    summary: 'the code of Yatim et al. as released: generated to reference only, minus the identity matrix',
    settings: { directions: 'generated-to-reference', of: 'mean', selfmatch: 'minus-1', points: 'bounding-box-grid' },
    points: 'box-grid',
    of: 'forward',
    minusIdentity: true,
    zero: 'nan',
  },
  {
    id: 'yatim-formula',
    summary: 'the formula of Yatim et al.: the sum of both directions over a grid of points',
    settings: { directions: 'both', of: 'sum', selfmatch: 'kept', points: 'grid' },
    points: 'grid',
    of: 'sum',
    minusIdentity: false,
    zero: 'zero',
  },
]

export const motionFidelitySpec: MetricSpec<'tracklets', MotionFidelityRecipe> = {
  id: 'motion-fidelity',
  title: 'Motion fidelity',
  group: 'motion',
  label: { short: 'Motion fidelity', long: 'Motion fidelity', decimals: 3 },
  unit: '',
  better: 'higher',
  range: [-1, 1],
  per: 'clip',
  aligned: false,
  version: 1,
  sees: "Whether points on the objects move in the directions in which the reference's move, whichever point does it.",
  misses:
    'How far they go and where they are: it compares directions of movement, and clips of unrelated things get a good deal by chance.',
  defaultRecipe: 'interdyn',
  recipes,
  matches: 'InterDyn eq. (1), (2), halved; diffusion-motion-transfer motion_fidelity_score.py (yatim-code)',
  cite:
    'Yatim et al., Space-Time Diffusion Features for Zero-Shot Text-Driven Motion Transfer, CVPR 2024; ' +
    'Akkerman et al., InterDyn, CVPR 2025',
  needs: ({ points }) => ({ kind: 'tracklets', ask: { points } }),
  openSettings: ({ id }) => motionFidelitySettings({ recipe: id }),
  measure: measureClip,
  conclude: (set, recipe, how) => concludeFidelity(motionFidelitySpec, set, recipe, how, fidelityOf(recipe)),
  unrelated: (generated, reference, { tracklets }, recipe) =>
    unrelatedFidelity(generated, reference, tracklets, fidelityOf(recipe)),
}

/** The recipe's number of two clips' tracklets, or why it has none. */
function fidelityOf(recipe: MotionFidelityRecipe) {
  return (generated: Tracklets, reference: Tracklets): number | string => {
    if (recipe.minusIdentity && generated.count !== reference.count) return 'the clips have different numbers of points'
    return motionFidelity(generated, reference, { recipe: recipe.id }).value
  }
}

/** The mean over the clip's objects, and the directions of each for the details. */
function measureClip({ objects }: ClipTracklets, recipe: MotionFidelityRecipe): ClipValues {
  if (objects.length === 0) return {}
  const plain = objects.map(({ generated, reference }) => motionFidelity(generated, reference))
  const own =
    recipe.id === motionFidelitySpec.defaultRecipe
      ? plain
      : objects.map(({ generated, reference }) => motionFidelity(generated, reference, { recipe: recipe.id }))
  const value = meanOfDefined(own.map((object) => object.value))
  return { series: { frames: [-1], values: Float64Array.of(value) }, notes: directionNotes(plain) }
}

/** Below this length (pixels) a displacement has no direction. */
const NO_MOTION = 1e-12

/**
 * Motion fidelity of a generated clip: 1 where every tracklet has one of the same direction in every frame on the other
 * side, about 0 for unrelated directions (though best matches lift that: see `shuffledBaseline`), −1 for opposite ones.
 * (Twice that under the recipes that sum; at most 0 for matches of the same index under `yatim-code`.)
 *
 * @param generated tracklets of the generated clip, in pixels of the original frame (a cosine changes with the aspect)
 * @param reference tracklets of the reference clip: the same T; the same N only under `yatim-code`
 * @throws KinemetricError `shape-mismatch`, `empty`, `too-few` (T = 1), `not-finite`, `unknown-recipe`, `bad-option`
 */
export function motionFidelity(
  generated: Tracklets,
  reference: Tracklets,
  options: MotionFidelityOptions = {},
): MotionFidelity {
  const recipe = findRecipe(motionFidelitySpec, options.recipe)
  const { minusIdentity } = recipe
  checkTrackletPair(generated, reference, minusIdentity, motionFidelitySpec.id)
  const settings = motionFidelitySettings(options)
  const first = settings.displacements === 'all' ? 1 : 2
  if (generated.length <= first) {
    throw metricError('too-few', motionFidelitySpec.id, `no displacement is left of ${generated.length} frames`)
  }
  const v = unitDisplacements(generated, first)
  const u = unitDisplacements(reference, first)
  const s = similarities(v, u, settings, minusIdentity)
  const generatedToReference = meanOfBest(s, v.count, u.count, 'rows')
  const referenceToGenerated = recipe.of === 'forward' ? Number.NaN : meanOfBest(s, v.count, u.count, 'columns')
  const radius = options.staticRadius ?? 1
  return {
    value: combine(recipe, generatedToReference, referenceToGenerated),
    generatedToReference,
    referenceToGenerated,
    staticShare: { generated: staticShare(generated, radius), reference: staticShare(reference, radius) },
    zeroShare: { generated: v.zeros / v.moving.length, reference: u.zeros / u.moving.length },
    invisibleShare: { generated: invisibleShare(generated), reference: invisibleShare(reference) },
    settings,
  }
}

/** What the options of a score add to its signature; the same for every clip, so that it is known before any is scored. */
export function motionFidelitySettings(options: MotionFidelityOptions = {}): MotionFidelitySettings {
  const zero = options.zeroDisplacement ?? findRecipe(motionFidelitySpec, options.recipe).zero
  return {
    zero: oneOf('zeroDisplacement', zero, ['zero', 'one-if-both', 'drop', 'nan']),
    displacements: oneOf('displacements', options.displacements ?? 'all', ['all', 'without-first']),
    visibility: oneOf('visibility', options.visibility ?? 'ignore', ['ignore', 'both']),
  }
}

function oneOf(name: string, value: string, known: readonly string[]): string {
  if (known.includes(value)) return value
  throw metricError('bad-option', motionFidelitySpec.id, {
    expected: `${name} ${known.join(', ')}`,
    found: `'${value}'`,
  })
}

function combine({ of }: MotionFidelityRecipe, forward: number, backward: number): number {
  if (of === 'forward') return forward
  return of === 'mean' ? (forward + backward) / 2 : forward + backward
}

/** v_k/‖v_k‖ of N tracklets over F frames. */
interface UnitDisplacements {
  /** `[N, F, 2]`, (0, 0) where the point stands still */
  unit: Float64Array
  /** `[N, F]` 1 where the point moves */
  moving: Uint8Array
  /** `[N, F]` 1 where the point is visible at both ends of the displacement */
  seen: Uint8Array
  zeros: number
  count: number
  /** F */
  length: number
}

function unitDisplacements({ points, visible, count, length }: Tracklets, first: number): UnitDisplacements {
  const steps = length - first
  const unit = new Float64Array(count * steps * 2)
  const moving = new Uint8Array(count * steps)
  const seen = new Uint8Array(count * steps)
  let zeros = 0
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < steps; k++) {
      const to = n * length + first + k
      const at = n * steps + k
      const dx = points[2 * to] - points[2 * to - 2]
      const dy = points[2 * to + 1] - points[2 * to - 1]
      const norm = Math.sqrt(dx * dx + dy * dy)
      seen[at] = visible[to] !== 0 && visible[to - 1] !== 0 ? 1 : 0
      if (norm < NO_MOTION) {
        zeros++
        continue
      }
      moving[at] = 1
      unit[2 * at] = dx / norm
      unit[2 * at + 1] = dy / norm
    }
  }
  return { unit, moving, seen, zeros, count, length: steps }
}

/** corr of every pair, `[N generated, M reference]`. */
function similarities(
  a: UnitDisplacements,
  b: UnitDisplacements,
  settings: MotionFidelitySettings,
  minusIdentity: boolean,
): Float64Array {
  const s = new Float64Array(a.count * b.count)
  for (let n = 0; n < a.count; n++) {
    for (let m = 0; m < b.count; m++) {
      s[n * b.count + m] = similarity(a, n, b, m, settings) - (minusIdentity && n === m ? 1 : 0)
    }
  }
  return s
}

function similarity(
  a: UnitDisplacements,
  n: number,
  b: UnitDisplacements,
  m: number,
  { zero, visibility }: MotionFidelitySettings,
): number {
  const F = a.length
  let sum = 0
  let terms = 0
  for (let k = 0; k < F; k++) {
    const i = n * F + k
    const j = m * F + k
    if (visibility === 'both' && (a.seen[i] === 0 || b.seen[j] === 0)) continue
    if (a.moving[i] === 0 || b.moving[j] === 0) {
      if (zero === 'drop') continue
      if (zero === 'nan') return Number.NaN
      if (zero === 'one-if-both' && a.moving[i] === b.moving[j]) sum += 1
    } else {
      sum += a.unit[2 * i] * b.unit[2 * j] + a.unit[2 * i + 1] * b.unit[2 * j + 1]
    }
    terms++
  }
  return terms === 0 ? 0 : sum / terms
}

/** Mean over the rows (or columns) of their largest value; NaN as soon as one value is, as torch's max and mean have it. */
function meanOfBest(s: Float64Array, rows: number, columns: number, over: 'rows' | 'columns'): number {
  const [outer, inner, outerStride, innerStride] =
    over === 'rows' ? [rows, columns, columns, 1] : [columns, rows, 1, columns]
  let sum = 0
  for (let i = 0; i < outer; i++) {
    let best = Number.NEGATIVE_INFINITY
    for (let j = 0; j < inner; j++) best = Math.max(best, s[i * outerStride + j * innerStride])
    sum += best
  }
  return sum / outer
}
