import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { evaluate } from '@kinemetric/evaluation'
import { findDistance, findRecipe, scoreDistance } from '@kinemetric/metrics'
import { openNetwork, writeTorchZip } from '@kinemetric/networks'
import { sliceFrames, writeLossless } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { pattern } from '../../../benchmark/test/small-benchmark.ts'
import { temporaryFolder } from '../../../benchmark/test/temporary-folder.ts'
import { dinoTensors } from '../../../networks/src/models/dino/checkpoint.ts'
import { formulaTensors, transformerRule } from '../../../networks/test/formula-weights.ts'

// DINOv2 with one block of formula weights: the right arithmetic on made-up weights, so that nothing has to be downloaded.
const root = await temporaryFolder()
const weights = join(root, 'dinov2.pth')
const shape = { width: 384, blocks: 1, mlp: 1536, patch: 14, grid: 37 }
await writeTorchZip(weights, formulaTensors(dinoTensors(shape, 'dinov2'), transformerRule))
const frames = 2
const clips = [0, 1, 2].map((index) => ({
  generated: pattern({ frames, phase: index + 0.4 }),
  reference: pattern({ frames, phase: index }),
}))
for (const side of ['generated', 'reference'] as const) {
  await mkdir(join(root, side))
  for (const [index, clip] of clips.entries())
    await writeLossless(join(root, side, `clip-${index}.mkv`), { pixels: clip[side], fps: 6 })
}

test('FD-DINOv2 and KD-DINOv2 of videos are those of the rows of their frames', async () => {
  const { record } = await evaluate({
    reference: { folder: join(root, 'reference') },
    generated: join(root, 'generated'),
    out: join(root, 'results'),
    metrics: ['fd-dinov2:dgm-eval-vits14', 'kd-dinov2:full-vits14'],
    unverifiedCheckpoints: { 'dinov2-vits14': weights },
    cache: false,
    jobs: 1,
  })
  const { need } = findRecipe(findDistance('fd-dinov2'), 'dgm-eval-vits14')
  const { network } = await openNetwork('features', need, { checkpoints: { 'dinov2-vits14': weights } })
  const rowsOf = async (side: 'generated' | 'reference') => {
    const rows: number[] = []
    for (const clip of clips)
      for (let t = 0; t < frames; t++) rows.push(...(await network.extract(sliceFrames(clip[side], t, 1, 1))))
    return { data: Float32Array.from(rows), rows: rows.length / 384, dimension: 384 }
  }
  const sides = [await rowsOf('generated'), await rowsOf('reference')] as const
  await network.close()
  const wanted = await Promise.all(
    record.scores.map(async ({ metric, recipe }) => {
      const alone = { recipe, interval: false, floor: false, extrapolation: false } as const
      return (await scoreDistance(findDistance(metric), ...sides, alone)).value
    }),
  )
  expect(wanted.every(Number.isFinite)).toBe(true)
  for (const [index, score] of record.scores.entries()) {
    // A batch of other frames sums in other vectors: float32 of a network.
    expect(Math.abs((score.value ?? Number.NaN) / (wanted[index] ?? 0) - 1)).toBeLessThan(1e-4)
    expect(score.signature).toContain('|network:dinov2-vits14|resize:pillow-bicubic-bytes|')
    expect(score.details?.sampleSize).toMatchObject({ generated: 6, reference: 6, clips: 3, dimension: 384 })
  }
})
