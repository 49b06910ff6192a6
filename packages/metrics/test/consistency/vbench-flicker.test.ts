import { expect, test } from 'vitest'
import { vbenchFlicker, vbenchFlickerSpec } from '@kinemetric/metrics'
import { sliceFrames } from '@kinemetric/video'
import { golden, goldenVideos } from './golden.ts'

const videos = goldenVideos()
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value / values.length, 0)
const concluding = {
  shown: 'raw',
  extra: {},
  bootstrap: { resamples: 100, level: 0.95 },
  seeds: { bootstrap: 0, points: 0, shuffle: 0 },
  motion: { tracker: 'none', points: 0 },
}

const missing = async () => {
  throw new Error('nothing else is asked for')
}

async function scoreOf(recipe: 'raw' | 'board', values: Record<string, Float64Array | undefined>) {
  const clips = Object.entries(values).map(([clip, own]) => ({
    clip,
    values: own,
    notes: undefined,
    objects: undefined,
  }))
  const found = vbenchFlickerSpec.recipes.find(({ id }) => id === recipe)!
  return vbenchFlickerSpec.conclude({ clips, rows: missing, tracklets: missing }, found, {
    ...concluding,
    shown: recipe,
  })
}

test('each pair of neighbouring frames has what VBench gives it, in float64', () => {
  const values = vbenchFlicker(videos.A)
  golden.flicker.mae_A_per_pair.forEach((mae, t) => expect(values[t]).toBeCloseTo(1 - mae / 255, 6))
  expect(Math.abs(mean(values) - golden.flicker.A_f64)).toBeLessThan(1e-14)
  for (const name of ['A', 'B', 'still'] as const)
    expect(mean(vbenchFlicker(videos[name]))).toBeCloseTo(golden.flicker[name], 6)
})

test('a set has the mean over its videos, of which still ones are named', async () => {
  const { A, B, still } = videos
  const values = { a: vbenchFlicker(A), b: vbenchFlicker(B), 'does-not-move': vbenchFlicker(still) }
  const score = await scoreOf('raw', values)
  expect(score.value).toBeCloseTo(golden.flicker.mean_over_videos, 6)
  expect(score.warnings).toContain(
    'nothing changes in 1 of 3 clips (does-not-move): a still video has the best value, 1, whatever it shows',
  )
})

test('on the board’s scale 0.6293 is 0 and 1 is 1, and less than that is below 0', async () => {
  const raw = mean(vbenchFlicker(videos.A))
  const board = mean(vbenchFlicker(videos.A, { recipe: 'board' }))
  expect(board).toBeCloseTo((raw - 0.6293) / (1 - 0.6293), 12)
  const noise = Array.from({ length: 12 }, (_, i) => [`clip-${i}`, Float64Array.of(-1.6, -1.5 + i / 100)] as const)
  const { value, interval } = await scoreOf('board', Object.fromEntries(noise))
  expect(value).toBeLessThan(-1.5)
  // Not cut off at 0, where the raw value ends.
  expect(interval?.high).toBeLessThan(-1.5)
  expect(interval?.low).toBeGreaterThan((0 - 0.6293) / (1 - 0.6293))
})

test('a video of one frame has no neighbours: it is refused by name', () => {
  expect(() => vbenchFlicker(sliceFrames(videos.A, 0, 1, 1))).toThrow(
    expect.objectContaining({ kind: 'unfit', code: 'too-few', where: 'vbench-flicker', found: '1' }),
  )
})
