import { trackedSizes, type TrackedSize } from '../../features/tracked-windows.ts'
import type { ChoosableSetting } from '../../recipes/choosable-setting.ts'
import type { TrackedRowsNeed } from '../../spec/need.ts'
import { distanceMetric } from '../distance-metric.ts'
import { type RidgeRecipe, ridgeFrechet } from '../frechet/ridge-score.ts'
import { motionHistogram, type SecondField } from './motion-histogram.ts'

// Fréchet video motion distance: the Fréchet distance between histograms of how the points of a grid move, a row for every 16 frames.
//
// The released code calls its function for accelerations with positions, so that the second half of its rows is velocity once more, without the first step;
// the numbers in papers come from it. Any tracker serves: the released one is PIPs++.

const FRAMES = 16
const GRID = 20
const MARGIN = 8
const DIMENSION = 1024

/** A recipe of FVMD. */
interface FvmdRecipe extends RidgeRecipe {
  second: SecondField
  /** Every window of 16 frames, or only those that share no frame. */
  windows: 'all' | 'disjoint'
  resize: TrackedSize
}

const choosable: readonly ChoosableSetting[] = [
  {
    name: 'windows',
    kind: 'word',
    words: ['all', 'disjoint'],
    default: 'all',
    summary: 'which windows of 16 frames are rows: each one, or those that share no frame',
  },
  {
    name: 'resize',
    kind: 'word',
    words: trackedSizes,
    default: 'squash256-pil',
    summary: 'to 256 × 256 as for folders of pictures, or the shorter side to 256 as for arrays',
  },
  {
    name: 'ridge',
    kind: 'number',
    least: 0,
    default: 1e-5,
    summary: 'added to each variance under the matrix root',
  },
]

function fvmdRecipe(id: string, summary: string, second: SecondField): FvmdRecipe {
  const usual = { windows: 'all', resize: 'squash256-pil', ridge: 1e-5 } as const
  return {
    id,
    summary,
    second,
    ...usual,
    ddof: 1,
    unrootedBelow: 0,
    single: 'error',
    need: needOf({ second, ...usual }),
    settings: {
      second,
      grid: `${GRID}x${GRID}`,
      window: FRAMES,
      ...usual,
      covariance: '1/(N-1)',
      root: 'eigenvalues',
      dtype: 'float64-of-float32',
    },
    choosable,
  }
}

const recipes: readonly FvmdRecipe[] = [
  fvmdRecipe(
    'as-released',
    'the released code: velocity, and velocity without its first step where the paper has acceleration',
    'repeated-velocity',
  ),
  fvmdRecipe('paper', 'velocity and acceleration, as the paper writes', 'acceleration'),
]

function needOf({ second, windows, resize }: Pick<FvmdRecipe, 'second' | 'windows' | 'resize'>): TrackedRowsNeed {
  return {
    network: 'tracklets',
    checkpoints: [],
    preprocessing: resize,
    variant: `motion-histogram-${second}.${windows}-windows-${FRAMES}`,
    dimension: DIMENSION,
    windows: { resize, grid: GRID, margin: MARGIN, frames: FRAMES, stride: windows === 'all' ? 1 : FRAMES },
  }
}

export const fvmdSpec = distanceMetric<FvmdRecipe>(
  {
    id: 'fvmd',
    title: 'Fréchet video motion distance (FVMD)',
    label: { short: 'FVMD', long: 'Fréchet video motion distance', decimals: 1 },
    group: 'motion',
    cost: {
      secondsPerClip: 0.89,
      measured: 'a window of 16 frames of 240×427 with its tracks by lucas-kanade, one core; bench/trackers.md',
    },
    range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    version: 1,
    sees: 'Whether points of a grid move, as a set, as fast and in the directions in which those of the reference do.',
    misses:
      'How anything looks, and which clip belongs to which reference; a still point that jitters counts as much as one that creeps, and at few clips it is mostly their number.',
    defaultRecipe: 'as-released',
    recipes,
    matches: 'fvmd (ljh0v0/FVMD-frechet-video-motion-distance) on the same tracks',
    cite: 'Liu et al., Fréchet Video Motion Distance: A Metric for Evaluating Motion Consistency in Videos, 2024',
  },
  { ...ridgeFrechet, onlyNamed: true },
  { ask: needOf, rows: (window, { second }) => motionHistogram(window, second) },
)
