import { describe, expect, test } from 'vitest'
import { fid, fidSpec, fvdSpec, kid, kidSpec, scoreDistance } from '@kinemetric/metrics'
import { clipped } from '../features/clipped-features.ts'

// Frames of one clip that are nearly equal: as many independent rows as clips, however many frames there are.
const alike = (seed: number, clips: number, frames: number, dimension: number) => {
  const one = clipped(seed, clips, 1, dimension)
  const noise = clipped(seed + 100, clips, frames, dimension)
  return {
    ...noise,
    data: noise.data.map(
      (value, i) => one.data[noise.clipOfRow[Math.floor(i / dimension)] * dimension + (i % dimension)] + 0.01 * value,
    ),
  }
}

const width = async (frames: number) => {
  const { details } = await scoreDistance(fidSpec, alike(1, 20, frames, 3), alike(2, 20, frames, 3))
  return details?.error?.se ?? 0
}

describe('intervals of a distance', () => {
  const sides = [clipped(1, 9, 4, 20), clipped(2, 9, 4, 20)] as const

  test('leave out each clip, name their method and hold the value', async () => {
    const first = await scoreDistance(fidSpec, ...sides, { interval: { paired: true } })
    expect(first).toEqual(await scoreDistance(fidSpec, ...sides, { interval: { paired: true } }))
    expect(first.interval?.method).toBe('jackknife')
    expect(first.interval?.low).toBeLessThan(first.value ?? 0)
    expect(first.interval?.high).toBeGreaterThan(first.value ?? 0)
    expect(first.details).toMatchObject({
      sampleSize: { generated: 36, reference: 36, clips: 9, dimension: 20, rowsPerDimension: 1.8 },
      error: { units: 9, method: 'jackknife', sides: 'both sides together' },
    })
    const apart = await scoreDistance(fidSpec, ...sides)
    expect(apart.details?.error).toMatchObject({ sides: 'each side in turn' })
  })

  test('end where the definition does: a Fréchet distance is never below 0, a kernel’s may be', async () => {
    const [a, b] = sides
    const near = { ...b, data: a.data.map((value, i) => value + 0.01 * Math.sin(i)) }
    const same = await scoreDistance(fidSpec, a, near)
    expect(same.interval?.low).toBe(0)
    const kernel = await scoreDistance(kidSpec, a, near)
    expect(kernel.interval?.low).toBeLessThan(0)
  })

  test('go to influences when leaving out is out of reach, and to nothing for few clips', async () => {
    const far = await scoreDistance(fidSpec, ...sides, { interval: { nominalSeconds: 0 } })
    expect(far.interval?.method).toBe('jackknife-influence')
    const few = await scoreDistance(kidSpec, clipped(1, 4, 4, 20), clipped(2, 9, 4, 20))
    expect(few.interval).toBeNull()
    expect(few.warnings).toContain('no interval: n = 4: too few for an interval')
    const one = await scoreDistance(kidSpec, clipped(1, 1, 4, 20), clipped(2, 9, 4, 20))
    expect(one.interval).toBeNull()
  })

  test('are drawn for what the libraries scatter around: the subsets’ score has one too, and their spread is no error', async () => {
    const { value, interval, details } = await scoreDistance(kidSpec, clipped(1, 1100, 1, 6), clipped(2, 1000, 1, 6), {
      recipe: 'torch-fidelity',
    })
    expect(value).toBe((await kid(clipped(1, 1100, 1, 6), clipped(2, 1000, 1, 6), 'torch-fidelity')).value)
    expect(interval?.low).toBeLessThan(value ?? 0)
    expect(details?.subsetSd).toBeGreaterThan(0)
    expect((details?.error?.se ?? 0) / (details?.subsetSd ?? 0)).toBeGreaterThan(2)
  })

  test('reproduce the recentred bootstrap by name', async () => {
    const { interval } = await scoreDistance(fidSpec, ...sides, { interval: { kind: 'bootstrap', resamples: 60 } })
    expect(interval?.method).toBe('bootstrap-recentred, 60 resamples of clips of each side, seed 0')
  })
})

describe('units of a distance', () => {
  test('rows that name no clips have no interval, floor or extrapolation; saying that they are clips gives them', async () => {
    const [a, b] = [alike(1, 20, 4, 3), alike(2, 20, 4, 3)]
    const bare = await scoreDistance(fidSpec, { ...a, clipOfRow: undefined }, { ...b, clipOfRow: undefined })
    expect(bare.interval).toBeNull()
    expect(bare.warnings).toContain('no interval: rows name no clips')
    expect(bare.details).not.toHaveProperty('floor')
    expect(bare.details).not.toHaveProperty('extrapolation')
    expect(bare.details?.sampleSize).not.toHaveProperty('clips')
    const half = await scoreDistance(fidSpec, a, { ...b, clipOfRow: undefined })
    expect(half.warnings).toContain('no interval: rows of the reference name no clips')
    const said = await scoreDistance(
      fidSpec,
      { ...a, clipOfRow: undefined },
      { ...b, clipOfRow: undefined },
      { rowsAreClips: true },
    )
    expect(said.details?.error?.units).toBe(80)
    expect(said.details?.floor?.units).toBe(80)
    expect(said.value).toBe(bare.value)
  })

  test('frames of a clip are left out together: their number makes no interval narrower', async () => {
    const [few, many] = [await width(2), await width(16)]
    expect(Math.abs(many / few - 1)).toBeLessThan(0.1)
  })

  test('clips of one video are one unit, and influences stay those of clips', async () => {
    const [a, b] = [clipped(1, 12, 2, 3), clipped(2, 12, 2, 3)]
    const byVideo = (side: typeof a) => ({ ...side, clipOfRow: side.clipOfRow.map((clip) => clip >> 1) })
    const score = await scoreDistance(fidSpec, a, b, { byUnit: { generated: byVideo(a), reference: byVideo(b) } })
    expect(score.details).toMatchObject({
      units: 6,
      sampleSize: { clips: 12 },
      error: { units: 6 },
      floor: { units: 6 },
    })
    expect(score.details?.influence?.map(({ clip }) => Number(clip)).some((clip) => clip > 5)).toBe(true)
  })
})

describe('the floor', () => {
  test('marks a value that a second sample of the reference would have, and says what is not known of it', async () => {
    const same = await scoreDistance(fidSpec, clipped(1, 60, 1, 4), clipped(2, 60, 1, 4))
    expect(same.details?.floor).toMatchObject({ kind: 'halves', splits: 20, units: 60, atFloor: true })
    expect(same.details?.floor?.low).toEqual(same.details?.floor?.high)
    const other = await scoreDistance(fidSpec, clipped(1, 60, 1, 4, 2), clipped(2, 60, 1, 4))
    expect(other.details?.floor?.atFloor).toBe(false)
    const few = await scoreDistance(fidSpec, clipped(1, 10, 1, 8), clipped(2, 10, 1, 8))
    expect(few.details?.floor?.text).toMatch(/^[\d.]+–[\d.]+$/)
    expect(few.details?.floor?.high.mean).toBeCloseTo(2 * (few.details?.floor?.low.mean ?? 0), 12)
    const none = await scoreDistance(fidSpec, clipped(1, 10, 1, 8), clipped(2, 3, 1, 8))
    expect(none.details?.noFloor).toBe('n = 3: too few to be halved')
    const kernel = await scoreDistance(kidSpec, clipped(1, 10, 1, 8), clipped(2, 10, 1, 8))
    expect(kernel.details?.floor?.low.mean).toBe(0)
  })
})

describe('the floor of further real clips', () => {
  const [a, b] = [clipped(1, 12, 1, 4), clipped(2, 12, 1, 4)]

  test('is their distance from the reference, of as many as it has', async () => {
    const further = clipped(3, 12, 1, 4)
    const { details } = await scoreDistance(fidSpec, a, b, { floorFrom: further })
    const { value } = await fid(further, b)
    expect(details?.floor).toMatchObject({ kind: 'further', splits: 1, low: { mean: expect.closeTo(value, 9) } })
    const many = await scoreDistance(fidSpec, a, b, { floorFrom: clipped(3, 60, 1, 4) })
    expect(many.details?.floor).toMatchObject({ kind: 'further', splits: 20, units: 12 })
    expect(many.details?.floor?.low.q95).toBeGreaterThan(many.details?.floor?.low.mean ?? Number.NaN)
  })

  test('needs as many clips as the reference has, and their names', async () => {
    const few = await scoreDistance(fidSpec, a, b, { floorFrom: clipped(3, 11, 1, 4) })
    expect(few.details?.noFloor).toBe('11 further clips are fewer than the 12 of the reference')
    const unnamed = await scoreDistance(fidSpec, a, b, { floorFrom: { ...clipped(3, 12, 1, 4), clipOfRow: undefined } })
    expect(unnamed.details?.noFloor).toBe('rows of the further clips name no clips')
  })
})

describe('the extrapolation', () => {
  test('is made where there are four rows a dimension, else its reason stands there', async () => {
    const enough = await scoreDistance(fvdSpec, clipped(1, 40, 1, 5), clipped(2, 40, 1, 5))
    expect(enough.details?.extrapolation?.ns[0]).toBe(10)
    const few = await scoreDistance(fvdSpec, clipped(1, 19, 1, 5), clipped(2, 19, 1, 5), { extrapolation: true })
    expect(few.details).not.toHaveProperty('extrapolation')
    expect(few.details?.noExtrapolation).toBe('19 rows are fewer than 4 × 5 dimensions')
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
