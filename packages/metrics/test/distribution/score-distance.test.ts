import { describe, expect, test } from 'vitest'
import { fidSpec, fvdSpec, kid, kidSpec, scoreDistance } from '@kinemetric/metrics'
import { clipped } from '../features/clipped-features.ts'

describe('intervals of a distance', () => {
  test('are the same for the same seed, name their method and hold the value', async () => {
    const sides = [clipped(1, 9, 4, 20), clipped(2, 9, 4, 20)] as const
    const options = { interval: { resamples: 60, paired: true } }
    const [first, second] = [
      await scoreDistance(fidSpec, ...sides, options),
      await scoreDistance(fidSpec, ...sides, options),
    ]
    expect(first).toEqual(second)
    expect(first.interval?.method).toBe('bootstrap-recentred, 60 resamples of clips of both sides together, seed 0')
    expect(first.interval?.low).toBeLessThan(first.value ?? 0)
    expect(first.interval?.high).toBeGreaterThan(first.value ?? 0)
    expect(first.details).toMatchObject({ sampleSize: { generated: 36, reference: 36, clips: 9, dimension: 20 } })
  })

  test('end where the definition does: a Fréchet distance is never below 0, a kernel’s may be', async () => {
    const [a, b] = [clipped(1, 9, 4, 20), clipped(2, 9, 4, 20)]
    const zero = { ...b, data: a.data }
    const same = await scoreDistance(fidSpec, a, zero, { interval: { resamples: 60 } })
    expect(same.value).toBeCloseTo(0, 9)
    expect(same.interval?.low).toBe(0)
    const kernel = await scoreDistance(kidSpec, a, zero, { interval: { resamples: 60 } })
    expect(kernel.interval?.low).toBeLessThan(0)
  })

  test('go to the jackknife when resampling is out of reach, and to nothing for one clip', async () => {
    const far = await scoreDistance(kidSpec, clipped(1, 9, 4, 20), clipped(2, 9, 4, 20), {
      interval: { nominalSeconds: 0 },
    })
    expect(far.interval?.method).toBe('infinitesimal-jackknife, clips of each side')
    const one = await scoreDistance(kidSpec, clipped(1, 1, 4, 20), clipped(2, 9, 4, 20))
    expect(one.interval).toBeNull()
    expect(one.warnings).toContain('no interval: an interval over clips needs at least 2 clips; found 1')
  })

  test('are drawn for what the libraries scatter around: the subsets’ score has one too', async () => {
    const { value, interval } = await scoreDistance(kidSpec, clipped(1, 1100, 1, 6), clipped(2, 1000, 1, 6), {
      recipe: 'torch-fidelity',
      interval: { resamples: 60 },
    })
    expect(value).toBe((await kid(clipped(1, 1100, 1, 6), clipped(2, 1000, 1, 6), 'torch-fidelity')).value)
    expect(interval?.low).toBeLessThan(value ?? 0)
  })
})

describe('influential clips', () => {
  test('a clip from elsewhere is found to be the most influential', async () => {
    const a = clipped(1, 30, 2, 10)
    for (let j = 0; j < 20; j++) a.data[2 * 17 * 10 + j] += 3
    const { value, details } = await scoreDistance(fvdSpec, a, clipped(2, 30, 2, 10), {
      interval: false,
      extrapolation: false,
      clipNames: Array.from({ length: 30 }, (_, c) => `clip-${c}`),
    })
    expect(details).toMatchObject({ influenceMethod: 'leave-one-out' })
    expect(details?.influence).toHaveLength(5)
    const [most] = details?.influence ?? []
    expect(most.clip).toBe('clip-17')
    // Without it the distance is smaller.
    expect(most.change).toBeLessThan(0)
    expect(most.without).toBeCloseTo((value ?? Number.NaN) + most.change, 12)
  })
})
