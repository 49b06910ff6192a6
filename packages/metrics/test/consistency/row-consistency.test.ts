import { describe, expect, test } from 'vitest'
import { findMetric, findRecipe, type MeasuredClip, rowConsistency } from '@kinemetric/metrics'
import { vbenchSubjectSpec } from '../../src/consistency/vbench-subject.ts'
import { golden, goldenRows } from './golden.ts'

const rows = goldenRows()
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value / values.length, 0)
const scored = (count: number) => Array.from({ length: count }, (_, t) => t)

const missing = async () => {
  throw new Error('nothing else is asked for')
}

/** What the metric makes of the golden's videos. */
async function score(recipeId: string, videos: readonly Float32Array[] = rows) {
  const recipe = findRecipe(vbenchSubjectSpec, recipeId)
  const clips = videos.map((own, i): MeasuredClip => {
    const found = vbenchSubjectSpec.measure!({ rows: own, dimension: 24, scored: scored(own.length / 24) }, recipe)
    return { clip: `v${i}`, values: found.series?.values, notes: found.notes, objects: undefined }
  })
  const conclude = await vbenchSubjectSpec.conclude({ clips, rows: missing, tracklets: missing }, recipe, {
    shown: recipe.id,
    extra: {},
    bootstrap: { resamples: 100, level: 0.95 },
    seeds: { bootstrap: 0, points: 0, shuffle: 0 },
    motion: { tracker: 'none', points: 0 },
  })
  return { conclude, weights: clips.map((clip) => vbenchSubjectSpec.weigh!(clip, recipe)) }
}

const refused = (own: Float32Array) => () => rowConsistency({ rows: own, dimension: 2 }, 'vbench-subject')

describe('consistency of rows', () => {
  test('each video has what VBench’s functions give it of the same rows', () => {
    rows.forEach((own, i) =>
      expect(mean(rowConsistency({ rows: own, dimension: 24 }, 'x'))).toBeCloseTo(golden.consistency.per_video[i], 6),
    )
  })

  test('rows that point away from one another count 0, not less', () => {
    const away = Float32Array.of(1, 0, -1, 0, 0, 1)
    expect([...rowConsistency({ rows: away, dimension: 2 }, 'x')]).toEqual([0, 0])
  })

  test('one frame, and rows that are not finite, are refused by name', () => {
    expect(refused(Float32Array.of(1, 0))).toThrow(
      expect.objectContaining({ kind: 'unfit', code: 'too-few', where: 'vbench-subject', found: '1' }),
    )
    expect(refused(Float32Array.of(1, 0, NaN, 1))).toThrow(
      expect.objectContaining({ kind: 'unfit', code: 'not-finite', found: 'NaN in frame 1' }),
    )
  })
})

describe('a set', () => {
  test('is averaged over pairs unless videos are asked for, as one process of VBench and several do', async () => {
    const { single_process_mean_over_pairs: pairs, multi_process_mean_over_videos_subject: videos } = golden.consistency
    const byPairs = await score('raw')
    expect(byPairs.conclude.value).toBeCloseTo(pairs, 6)
    expect(byPairs.weights).toEqual([15, 4, 8, 1])
    const byVideos = await score('raw+average-videos')
    expect(byVideos.conclude.value).toBeCloseTo(videos, 6)
    expect(byVideos.weights).toEqual([1, 1, 1, 1])
    expect(byPairs.conclude.signature).toContain('|average:pairs|')
    expect(byVideos.conclude.signature).toContain('|average:videos|')
  })

  test('has the board’s number beside the raw one', async () => {
    const { value } = (await score('board')).conclude
    expect(value).toBeCloseTo((golden.consistency.single_process_mean_over_pairs - 0.1462) / (1 - 0.1462), 6)
    expect(findRecipe(findMetric('vbench-background'), 'board').settings.scale).toBe('board-0.2615-1')
  })

  test('names videos in which nothing changes', async () => {
    const still = Float32Array.from({ length: 3 * 24 }, (_, i) => Math.cos(i % 24))
    expect((await score('raw', [...rows, still])).conclude.warnings).toContain(
      'nothing changes in 1 of 5 clips (v4): a still video has the best value, 1, whatever it shows',
    )
  })
})
