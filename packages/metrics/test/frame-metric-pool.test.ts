import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import { createFrameMetricPool, MetricError, psnr, ssim } from '@kinemetric/metrics'
import { noisyClip } from './golden-clips.ts'

const clips = { generated: noisyClip([7, 30, 41], 1), reference: noisyClip([7, 30, 41], 2, 90) }
const plan = { psnr: ['frame-mean', 'pooled'], ssim: ['gaussian-valid', 'uniform-7'] } as const

describe('createFrameMetricPool', () => {
  it.each([1, 2, 3])('gives exactly the numbers of psnr and ssim on %i threads', async (threads) => {
    await using pool = createFrameMetricPool({ threads })
    const { generated, reference } = clips
    const many = await Promise.all([1, 2, 3].map(() => pool.measure(generated, reference, plan)))
    for (const measured of many) {
      for (const recipe of plan.psnr) expect(measured.psnr[recipe]).toEqual(psnr(generated, reference, { recipe }))
      for (const recipe of plan.ssim) expect(measured.ssim[recipe]).toEqual(ssim(generated, reference, { recipe }))
    }
  })

  it('leaves the caller’s frames as they are, and takes views and shared memory', async () => {
    await using pool = createFrameMetricPool({ threads: 2 })
    const { generated, reference } = clips
    const before = generated.data.slice()
    const shared = new Uint8Array(new SharedArrayBuffer(generated.data.length))
    shared.set(generated.data)
    const expected = ssim(generated, reference)
    const measured = await pool.measure(ndarray(shared, generated.shape), reference, { ssim: ['gaussian-valid'] })
    expect(measured.ssim['gaussian-valid']).toEqual(expected)
    const view = await pool.measure(generated.lo(1), reference.lo(1), { ssim: ['gaussian-valid'] })
    expect(view.ssim['gaussian-valid']).toEqual(expected.slice(1))
    expect(generated.data).toEqual(before)
    expect(view.psnr).toEqual({})
  })

  it('does not block the main event loop', async () => {
    await using pool = createFrameMetricPool({ threads: 1 })
    const [a, b] = [noisyClip([13, 256, 384], 1), noisyClip([13, 256, 384], 2)]
    await pool.measure(a, b, { ssim: ['gaussian-valid'] })
    let longest = 0
    let last = performance.now()
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 1)
    const start = performance.now()
    const measuring = pool.measure(a, b, { ssim: ['gaussian-valid', 'gaussian-reflect', 'gaussian-zero-pad'] })
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
    // @ts-expect-error not a recipe
    await expect(pool.measure(tiny, tiny, { ssim: ['wang'] })).rejects.toThrow("found 'wang'")
    const measured = await pool.measure(generated, reference, plan)
    expect(measured.psnr.pooled).toHaveLength(7)
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
    await expect(pool.measure(clips.generated, clips.reference, plan)).rejects.toThrow(MetricError)
    await pool.close()
  })

  it('refuses a number of threads that is none', () => {
    expect(() => createFrameMetricPool({ threads: 0 })).toThrow('expected a whole number of threads from 1; found 0')
  })
})
