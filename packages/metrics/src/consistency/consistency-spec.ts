import type { FeatureNeed } from '@kinemetric/networks'
import type { ChoosableSetting } from '../recipes/choosable-setting.ts'
import { meanOfClips } from '../spec/mean-of-clips.ts'
import type { MeasuredClip } from '../spec/measured-set.ts'
import type { MetricSpec } from '../spec/metric-spec.ts'
import { rowConsistency } from './row-consistency.ts'
import { tellOfStill } from './still-clips.ts'
import { onScale, vbenchAveraging, type VbenchRecipe, vbenchRecipes } from './vbench-recipe.ts'

/** A recipe of a dimension that compares a network's rows of a video's frames. */
export interface ConsistencyRecipe extends VbenchRecipe {
  need: FeatureNeed
  /** What counts alike in the set's mean: every pair of frames, so that a longer video weighs more, or every video. */
  average: 'pairs' | 'videos'
}

/** What a dimension says of itself. */
interface ConsistencyWords extends Pick<
  MetricSpec<'video-features', ConsistencyRecipe>,
  'id' | 'title' | 'label' | 'sees' | 'misses' | 'matches'
> {
  need: FeatureNeed
  /** Of the board's normalisation. */
  board: readonly [least: number, most: number]
}

const average: ChoosableSetting = {
  kind: 'word',
  name: 'average',
  summary:
    'what counts alike: every pair of frames, as in one process of VBench, or every video, as its subject consistency in several processes',
  words: ['pairs', 'videos'],
  default: 'pairs',
}

/** A dimension of VBench that is of a network's rows of a video's own frames: all are made alike, of another network's rows each. */
export function consistencySpec({
  need,
  board,
  ...words
}: ConsistencyWords): MetricSpec<'video-features', ConsistencyRecipe> {
  const { network, preprocessing } = need
  const recipes = vbenchRecipes(
    {
      value: `cosines of ${network}’s rows of each frame with the one before it and with the first`,
      settings: { network, preprocessing, of: 'previous-and-first-frame', cosine: 'at-least-0', average: 'pairs' },
      choosable: [average],
      board,
    },
    { need, average: 'pairs' as const },
  )
  const spec: MetricSpec<'video-features', ConsistencyRecipe> = {
    ...words,
    group: 'consistency',
    unit: '',
    better: 'higher',
    range: [0, 1],
    per: 'frame',
    aligned: false,
    version: 1,
    defaultRecipe: 'raw',
    recipes,
    cite: 'Huang et al., VBench: Comprehensive Benchmark Suite for Video Generative Models, CVPR 2024',
    needs: (recipe) => ({ kind: 'video-features', ask: recipe.need }),
    measure: ({ scored, ...rows }, recipe) => {
      const values = rowConsistency(rows, words.id).map((value) => onScale(value, recipe))
      return { series: { frames: scored.slice(1), values }, notes: { pairs: values.length } }
    },
    averaging: vbenchAveraging,
    weigh: (clip, recipe) => (recipe.average === 'pairs' ? pairsOf(clip) : 1),
    conclude: (set, recipe, how) => {
      const clips = Array.from(set.clips, (clip) =>
        recipe.average === 'pairs' ? { ...clip, weight: pairsOf(clip) } : clip,
      )
      return Promise.resolve(tellOfStill(meanOfClips(spec, { ...set, clips }, recipe, how), clips))
    },
  }
  return spec
}

/** Of a clip of which nothing was measured nothing is known. */
function pairsOf({ notes }: MeasuredClip): number | undefined {
  if (typeof notes !== 'object' || notes === null || Array.isArray(notes)) return undefined
  return typeof notes.pairs === 'number' ? notes.pairs : undefined
}
