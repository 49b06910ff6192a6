import { contiguous, type FrameArray } from '@kinemetric/video'
import { metricError } from '../recipes/metric-error.ts'
import { findRecipe } from '../recipes/find-recipe.ts'
import { meanOfClips } from '../spec/mean-of-clips.ts'
import type { MetricSpec } from '../spec/metric-spec.ts'
import { tellOfStill } from './still-clips.ts'
import { onScale, vbenchAveraging, type VbenchRecipe, vbenchRecipes } from './vbench-recipe.ts'

// VBench's temporal flickering (Vchitect/VBench at 45e79ec, vbench/temporal_flickering.py).
//
// A pair of neighbouring frames has 1 − MAE / 255, MAE the mean of |f(t) − f(t+1)| over all H·W·3 values of 0..255; a video the mean over its pairs, a set
// the mean over its videos. VBench sums in float32, which is up to 1e-6 off; here it is float64. What is called flickering there is all change, motion too.

const recipes = vbenchRecipes(
  {
    value: '1 − mean absolute difference of neighbouring frames / 255, over frames, then over videos',
    settings: {
      of: 'neighbouring-frames',
      difference: 'mean-absolute',
      peak: 255,
      mean: 'frames-then-clips',
      staticFilter: 'off',
    },
    choosable: [
      {
        kind: 'word',
        name: 'staticFilter',
        summary: 'whether still videos are left out first, as VBench’s standard mode does with another network',
        words: ['off'],
        default: 'off',
      },
    ],
    board: [0.6293, 1],
  },
  { staticFilter: 'off' },
)

const metric = 'vbench-flicker'

export const vbenchFlickerSpec: MetricSpec<'video', VbenchRecipe> = {
  id: metric,
  group: 'consistency',
  title: 'Temporal flickering (VBench)',
  label: { short: 'Flicker', long: 'VBench temporal flickering: how little changes from frame to frame', decimals: 4 },
  cost: { secondsPerClip: 0.011, measured: '13 frames of 240×427, one core; bench/image-metrics.md' },
  unit: '',
  better: 'higher',
  range: [0, 1],
  per: 'frame',
  aligned: false,
  version: 1,
  sees: 'How much pixels change from one frame to the next: flicker, noise, cuts, and every motion. It needs no reference.',
  misses:
    'Whether a change should be: a still video has the best value, and a real one that moves a lot a worse one than a bad one that hardly moves.',
  defaultRecipe: 'raw',
  recipes,
  matches: 'Vchitect/VBench temporal_flickering.py (custom mode: no static filter), in float64',
  cite: 'Huang et al., VBench: Comprehensive Benchmark Suite for Video Generative Models, CVPR 2024',
  needs: () => ({ kind: 'video', ask: true }),
  measure: ({ frames, scored }, recipe) => ({
    series: { frames: scored.slice(1), values: flickering(frames, recipe) },
  }),
  averaging: vbenchAveraging,
  conclude: (set, recipe, how) =>
    Promise.resolve(tellOfStill(meanOfClips(vbenchFlickerSpec, set, recipe, how), set.clips)),
}

/**
 * VBench's temporal flickering of a video, pair by pair of neighbouring frames; the video's own is their mean.
 *
 * @param frames `[T, H, W, 3]`, 0..255, sRGB; T at least 2
 * @param options.recipe `raw` by default
 * @returns `[T − 1]`; of `raw` in [0, 1], 1 where nothing changes
 * @throws KinemetricError `too-few`, `unknown-recipe`
 * @example
 * ```ts
 * const still = ndarray(new Uint8Array(2 * 4 * 4 * 3), [2, 4, 4, 3])
 * vbenchFlicker(still)[0] // 1
 * ```
 */
export function vbenchFlicker(frames: FrameArray, options: { recipe?: string | undefined } = {}): Float64Array {
  return flickering(frames, findRecipe(vbenchFlickerSpec, options.recipe))
}

function flickering(frames: FrameArray, recipe: VbenchRecipe): Float64Array {
  const [count] = frames.shape
  if (count < 2)
    throw metricError('too-few', metric, {
      expected: 'at least 2 frames, for it is of neighbours',
      found: String(count),
    })
  const { data } = contiguous(frames)
  const size = data.length / count
  const values = new Float64Array(count - 1)
  for (let t = 0; t + 1 < count; t++) {
    let sum = 0
    for (let i = t * size, end = i + size; i < end; i++) sum += Math.abs(data[i] - data[i + size])
    values[t] = onScale(1 - sum / size / 255, recipe)
  }
  return values
}
