import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findDistance, findMetric, findRecipe, gridQueries, scoreDistance, trackedFrames } from '@kinemetric/metrics'
import { openNetwork } from '@kinemetric/networks'
import { type FrameArray, frameArray, writeLossless } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'
import { evaluate, FeatureCache, verifyResults } from '../src/index.ts'

const [height, width, frames] = [64, 96, 16]
const speeds = { slow: 1, fast: 2, still: 0.5 }

/** A bright disc that moves over a textured ground. */
function scene(speed: number, ground: number): FrameArray {
  const pixels = new Uint8Array(frames * height * width * 3)
  for (let t = 0, i = 0; t < frames; t++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, i += 3) {
        const [u, v] = [x - 30 - speed * t, y - 32]
        const disc = 160 + 40 * Math.sin(1.1 * u + 0.4 * v)
        pixels.fill(Math.round(u * u + v * v < 144 ? disc : ground + 80 + 20 * Math.sin(0.5 * x + 0.7 * y)), i, i + 3)
      }
  return frameArray(pixels, frames, height, width)
}

const sides = { generated: 10, reference: 0 }

test('FVMD by Lucas-Kanade is that of the tracks themselves, and its record is made anew of the rows that were kept', async () => {
  const root = await temporaryFolder()
  for (const [side, ground] of Object.entries(sides)) {
    await mkdir(join(root, side))
    for (const [id, speed] of Object.entries(speeds))
      await writeLossless(join(root, side, `${id}.mkv`), { pixels: scene(speed, ground), fps: 6 })
  }
  const cache = join(root, 'cache')
  const { record } = await evaluate({
    reference: { folder: join(root, 'reference') },
    generated: join(root, 'generated'),
    protocol: 'as-is',
    out: join(root, 'results'),
    cache,
    tracker: 'lucas-kanade',
    metrics: ['fvmd'],
  })

  const metric = findMetric('fvmd')
  const { network: tracker } = await openNetwork('tracklets', { network: 'lucas-kanade' })
  const rowsOf = async (ground: number) => {
    const data: number[] = []
    for (const speed of Object.values(speeds)) {
      const small = trackedFrames(scene(speed, ground), 'squash256-pil')
      const tracks = await tracker.track(small, gridQueries({ grid: 20, margin: 8 }, { width: 256, height: 256 }))
      data.push(...(metric.rows?.(tracks, findRecipe(metric)) ?? []))
    }
    return { data: Float32Array.from(data), rows: 3, dimension: 1024 }
  }
  const [generated, reference] = [await rowsOf(sides.generated), await rowsOf(sides.reference)]
  await tracker.close()
  const alone = { interval: false, floor: false, extrapolation: false } as const
  const { value } = await scoreDistance(findDistance('fvmd'), generated, reference, alone)

  const [score] = record.scores
  expect(score).toMatchObject({ metric: 'fvmd', recipe: 'as-released/tracker:lucas-kanade', n: 3 })
  expect(value).toBeGreaterThan(0)
  expect(score.value).toBeCloseTo(value ?? Number.NaN, 9)

  const found = await verifyResults(join(root, 'results'), {
    pairs: true,
    store: new FeatureCache(cache, undefined, () => undefined),
  })
  expect(found.wrong).toEqual([])
  expect(JSON.stringify(found.unchecked)).not.toContain('fvmd')
})
