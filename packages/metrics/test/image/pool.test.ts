import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import {
  createFrameMetricPool,
  findRecipe,
  lpipsSpec,
  psnr,
  psnrSpec,
  ssim,
  ssimSpec,
  type FrameMetricChoice,
  type MetricSpec,
  type RecipeInfo,
} from '@kinemetric/metrics'
import { noisyClip } from './golden-clips.ts'

const clips = { generated: noisyClip([7, 30, 41], 1), reference: noisyClip([7, 30, 41], 2, 90) }
const [frameMean, pooled] = ['frame-mean', 'pooled'].map((id) => choice(psnrSpec, id))
const [valid, uniform] = ['gaussian-valid', 'uniform-7'].map((id) => choice(ssimSpec, id))
const plan: FrameMetricChoice[] = [frameMean, pooled, valid, uniform]

function choice<R extends RecipeInfo>(metric: MetricSpec<'frames', R>, id: string): FrameMetricChoice<R> {
  return { metric, recipe: findRecipe(metric, id) }
}

describe('createFrameMetricPool', () => {
  it.each([1, 2, 3])(
    'gives exactly the numbers of psnr and ssim on %i threads, in the order asked for',
    async (threads) => {
      await using pool = createFrameMetricPool({ threads })
      const { generated, reference } = clips
      const expected = [
        psnr(generated, reference, { recipe: 'frame-mean' }),
        psnr(generated, reference, { recipe: 'pooled' }),
        ssim(generated, reference, { recipe: 'gaussian-valid' }),
        ssim(generated, reference, { recipe: 'uniform-7' }),
      ]
      const many = await Promise.all([1, 2, 3].map(() => pool.measure(generated, reference, plan)))
      for (const measured of many) expect(measured).toEqual(expected)
      const backwards = await pool.measure(generated, reference, plan.toReversed())
      expect(backwards).toEqual(expected.toReversed())
    },
  )

  it('leaves the caller’s frames as they are, and takes views and shared memory', async () => {
    await using pool = createFrameMetricPool({ threads: 2 })
    const { generated, reference } = clips
    const before = generated.data.slice()
    const shared = new Uint8Array(new SharedArrayBuffer(generated.data.length))
    shared.set(generated.data)
    const expected = ssim(generated, reference)
    expect(await pool.measure(ndarray(shared, generated.shape), reference, [valid])).toEqual([expected])
    expect(await pool.measure(generated.lo(1), reference.lo(1), [valid])).toEqual([expected.slice(1)])
    expect(generated.data).toEqual(before)
  })

  it('does not block the main event loop', async () => {
    await using pool = createFrameMetricPool({ threads: 1 })
    const [a, b] = [noisyClip([13, 256, 384], 1), noisyClip([13, 256, 384], 2)]
    await pool.measure(a, b, [valid])
    let longest = 0
    let last = performance.now()
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 1)
    const start = performance.now()
    const recipes = ['gaussian-valid', 'gaussian-reflect', 'gaussian-zero-pad'].map((id) => choice(ssimSpec, id))
    const measuring = pool.measure(a, b, recipes)
    last = performance.now()
    await measuring
    clearInterval(timer)
    expect(longest).toBeLessThan((performance.now() - start) / 2)
  })

  it('rejects what psnr and ssim refuse, and goes on', async () => {
    await using pool = createFrameMetricPool({ threads: 1 })
    const { generated, reference } = clips
    await expect(pool.measure(generated, reference.lo(1), plan)).rejects.toThrow('found generated [7, 30, 41, 3]')
    const tiny = noisyClip([2, 8, 8], 1)
    await expect(pool.measure(tiny, tiny, plan)).rejects.toThrow('expected frames of at least 11x11 pixels')
    const measured = await pool.measure(generated, reference, plan)
    expect(measured[1]).toHaveLength(7)
  })

  it('rejects a metric without frames and a recipe that is none of the metric’s, and goes on', async () => {
    await using pool = createFrameMetricPool({ threads: 1 })
    const { generated, reference } = clips
    const network = { metric: lpipsSpec, recipe: findRecipe(lpipsSpec) }
    await expect(pool.measure(generated, reference, [network])).rejects.toMatchObject({
      kind: 'input',
      code: 'bad-option',
    })
    const unknown = { metric: ssimSpec, recipe: { ...findRecipe(ssimSpec), id: 'wang' } }
    await expect(pool.measure(generated, reference, [unknown])).rejects.toThrow(
      'ssim: expected one of the recipes gaussian-valid',
    )
    expect(await pool.measure(generated, reference, [frameMean])).toEqual([psnr(generated, reference)])
  })

  it('ends what is waiting when it is closed, and refuses new clips', async () => {
    const pool = createFrameMetricPool({ threads: 1 })
    const waiting = [1, 2, 3].map(() => pool.measure(clips.generated, clips.reference, plan))
    const outcomes = Promise.allSettled(waiting)
    await pool.close()
    for (const outcome of await outcomes) {
      expect(outcome.status).toBe('rejected')
      expect(outcome).toHaveProperty('reason.code', 'closed')
    }
    await expect(pool.measure(clips.generated, clips.reference, plan)).rejects.toMatchObject({
      kind: 'broken',
      code: 'closed',
    })
    await pool.close()
  })

  it('refuses a number of threads that is none', () => {
    expect(() => createFrameMetricPool({ threads: 0 })).toThrow('expected a whole number of threads from 1, found 0')
  })
})
