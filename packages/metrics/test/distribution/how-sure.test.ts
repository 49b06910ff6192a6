import { kvdSpec } from '../../src/distribution/kvd.ts'
import { fvdSpec } from '../../src/distribution/fvd.ts'
import { fidSpec } from '../../src/distribution/fid.ts'
import { kidSpec } from '../../src/distribution/kid.ts'
import { describe, expect, test } from 'vitest'
import { fvd, kid, kvd, pairedTest, scoreDistance, type FeatureMatrix } from '@kinemetric/metrics'
import { distanceInterval } from '../../src/intervals/distance-interval.ts'
import { extrapolate } from '../../src/intervals/extrapolation.ts'
import { selectRows } from '../../src/features/feature-matrix.ts'
import { frechetEvaluator } from '../../src/distribution/frechet/frechet-evaluator.ts'
import { frechetInfluence } from '../../src/distribution/frechet/frechet-gradient.ts'
import { fvdRecipes } from '../../src/distribution/fvd.ts'
import { jackknifeInterval } from '../../src/intervals/jackknife-interval.ts'
import { kernelSums, mmdOfSums } from '../../src/distribution/kernel/kernel-distance.ts'
import { kernelEvaluator } from '../../src/distribution/kernel/kernel-evaluator.ts'
import { kernelInfluence } from '../../src/distribution/kernel/kernel-influence.ts'
import { kvdRecipes } from '../../src/distribution/kvd.ts'
import { squareRoots } from '../../src/linear-algebra/square-roots.ts'
import { multiply } from '../../src/linear-algebra/multiply.ts'
import { randomFeatures } from '../features/formula-features.ts'

function clipped(seed: number, clips: number, rows: number, dimension: number, mean = 0): FeatureMatrix {
  const features = randomFeatures(seed, clips * rows, dimension, mean)
  return { ...features, clipOfRow: Int32Array.from({ length: clips * rows }, (_, i) => Math.floor(i / rows)) }
}

/** Rows of the clips as often as the weights say. */
function repeated(features: FeatureMatrix, weights: ArrayLike<number>): FeatureMatrix {
  const rows: number[] = []
  for (let i = 0; i < features.rows; i++) {
    const clip = features.clipOfRow === undefined ? i : features.clipOfRow[i]
    for (let k = 0; k < weights[clip]; k++) rows.push(i)
  }
  return { ...selectRows(features, rows), clipOfRow: undefined }
}

describe('a distance as a function of clip weights', () => {
  // Fewer rows than dimensions on both sides, on one, and on none; the three ways of the evaluator.
  for (const [clipsA, clipsB, rows, dimension] of [
    [10, 12, 3, 80],
    [10, 60, 3, 80],
    [60, 10, 3, 80],
    [50, 60, 2, 12],
  ]) {
    for (const recipe of [fvdRecipes[0], fvdRecipes[1]]) {
      test(`${clipsA * rows} and ${clipsB * rows} rows of ${dimension}, ${recipe.id}: is the distance of the repeated rows`, async () => {
        const a = clipped(1, clipsA, rows, dimension)
        const b = clipped(2, clipsB, rows, dimension, 0.2)
        const wa = Float64Array.from({ length: clipsA }, (_, c) => (c * 7) % 3)
        const wb = Float64Array.from({ length: clipsB }, (_, c) => (c * 5 + 1) % 3)
        const wanted = (await fvd(repeated(a, wa), repeated(b, wb), recipe.id)).value
        const both = await frechetEvaluator(recipe, a, b, true)
        // Roots of the Gram matrix's zeros: 1e-8 of the largest.
        expect(Math.abs((await both.value(wa, wb)) / wanted - 1)).toBeLessThan(1e-7)
        const fixed = await frechetEvaluator(recipe, a, b, false)
        expect(Math.abs((await fixed.value(wa)) / (await fvd(repeated(a, wa), b, recipe.id)).value - 1)).toBeLessThan(
          1e-7,
        )
      })
    }
  }

  test('of a kernel: leaving clips out is leaving their rows out, and copies of a clip make no pairs', async () => {
    const a = clipped(1, 12, 3, 8)
    const b = clipped(2, 9, 2, 8, 0.3)
    const evaluator = await kernelEvaluator(kvdRecipes[0], a, b)
    const wa = Float64Array.from({ length: 12 }, (_, c) => (c % 4 === 0 ? 0 : 1))
    expect(await evaluator.value(new Float64Array(12).fill(1))).toBeCloseTo((await kvd(a, b)).value, 12)
    expect(await evaluator.value(wa)).toBeCloseTo((await kvd(repeated(a, wa), b)).value, 12)
    const without = evaluator.withoutEach?.()
    for (const c of [0, 5, 11]) {
      const weights = Float64Array.from({ length: 12 }, (_, k) => (k === c ? 0 : 1))
      expect(without?.[c]).toBeCloseTo((await kvd(repeated(a, weights), b)).value, 12)
    }
  })
})

describe('squareRoots', () => {
  test('square to the matrix and invert it', async () => {
    const x = randomFeatures(1, 90, 60)
    const m = await multiply(
      { data: x.data as Float64Array, rows: 90, columns: 60 },
      { data: x.data as Float64Array, rows: 90, columns: 60 },
      { transposeA: true },
    )
    const { root, inverseRoot } = await squareRoots(m)
    const squared = await multiply(root, root)
    const unit = await multiply(root, inverseRoot)
    const largest = Math.max(...m.data)
    for (let i = 0; i < 3600; i++) {
      expect(Math.abs(squared.data[i] - m.data[i])).toBeLessThan(1e-12 * largest)
      expect(Math.abs(unit.data[i] - (i % 61 === 0 ? 1 : 0))).toBeLessThan(1e-9)
    }
  })
})

describe('influence', () => {
  for (const [rows, others, dimension] of [
    [300, 200, 6],
    [40, 200, 80],
    [40, 50, 80],
    [200, 30, 80],
  ]) {
    test(`to first order is the derivative of the distance: ${rows} and ${others} rows of ${dimension}`, async () => {
      const a = randomFeatures(1, rows, dimension)
      const b = randomFeatures(2, others, dimension, 0.2)
      const recipe = fvdRecipes[0]
      const influence = await frechetInfluence(recipe, a, b)
      expect(Math.abs(influence.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-9 * rows)
      // A difference quotient around the uniform weights: row i counts 1 ± h. The evaluator's rounding, 2e-8, is divided by h.
      const evaluator = await frechetEvaluator(recipe, a, b, false)
      const h = 1e-3
      for (const i of [0, 1, 2]) {
        const at = async (weight: number) =>
          evaluator.value(Float64Array.from({ length: rows }, (_, k) => (k === i ? weight : 1)))
        const derivative = ((await at(1 + h)) - (await at(1 - h))) / (2 * h)
        expect(Math.abs(derivative - influence[i] / rows)).toBeLessThan(5e-5 + 1e-4 * Math.abs(derivative))
      }
    })
  }

  test('holds for a spectrum that falls over ten decades', async () => {
    const falling = (seed: number, shift: number) => {
      const features = randomFeatures(seed, 400, 20, shift)
      return { ...features, data: features.data.map((value, i) => value * 10 ** (-(i % 20) / 4)) }
    }
    const [a, b] = [falling(1, 0), falling(2, 0.2)]
    const influence = await frechetInfluence(fvdRecipes[0], a, b)
    const evaluator = await frechetEvaluator(fvdRecipes[0], a, b, false)
    for (const i of [0, 1, 2]) {
      const at = async (weight: number) =>
        evaluator.value(Float64Array.from({ length: 400 }, (_, k) => (k === i ? weight : 1)))
      const derivative = ((await at(1.001)) - (await at(0.999))) / 0.002
      expect(Math.abs(derivative - influence[i] / 400)).toBeLessThan(1e-5 + 1e-3 * Math.abs(derivative))
    }
  })

  test('is the same in blocks of any size', async () => {
    for (const [rows, dimension] of [
      [300, 6],
      [40, 80],
    ]) {
      const [a, b] = [randomFeatures(1, rows, dimension), randomFeatures(2, 50, dimension, 0.2)]
      const whole = await frechetInfluence(fvdRecipes[0], a, b)
      const blocks = await frechetInfluence(fvdRecipes[0], a, b, 7)
      blocks.forEach((value, i) => expect(value).toBeCloseTo(whole[i], 9))
    }
  })

  test('of a kernel sums to nothing and is twice the projection', async () => {
    const a = randomFeatures(1, 40, 5)
    const b = randomFeatures(2, 30, 5, 0.3)
    const sums = await kernelSums(a, b)
    const { generated, reference } = kernelInfluence(sums)
    expect(Math.abs(generated.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-10)
    expect(Math.abs(reference.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-10)
    // Leaving a row out changes a U-statistic by −ψ/(m − 2), exactly, on its own side.
    const all = mmdOfSums(sums)
    const without = (
      await kvd(
        repeated(
          a,
          Float64Array.from({ length: 40 }, (_, i) => (i === 3 ? 0 : 1)),
        ),
        b,
      )
    ).value
    expect(without - all).toBeCloseTo(-generated[3] / 38, 1)
  })

  test('a clip from elsewhere is found to be the most influential', async () => {
    const a = clipped(1, 30, 2, 10)
    for (let j = 0; j < 20; j++) a.data[2 * 17 * 10 + j] += 3
    const { details } = await scoreDistance(fvdSpec, a, clipped(2, 30, 2, 10), {
      interval: false,
      extrapolation: false,
      clipNames: Array.from({ length: 30 }, (_, c) => `clip-${c}`),
    })
    const influence = details?.influence as unknown as { method: string; clips: { clip: string; change: number }[] }
    expect(influence.method).toBe('leave-one-out')
    expect(influence.clips).toHaveLength(5)
    expect(influence.clips[0].clip).toBe('clip-17')
    expect(influence.clips[0].change).toBeGreaterThan(0)
  })
})

describe('intervals', () => {
  // The distance's expectation at this size, from many fresh samples; an interval of 90% should hold it about nine times in
  // ten. 60 trials: between 46 and 60 is within three standard deviations.
  test('of both kinds cover the expectation of the distance at this number of clips', async () => {
    const [clips, dimension] = [60, 3]
    const sample = (seed: number) => randomFeatures(seed, clips, dimension, seed % 2 === 0 ? 0.2 : 0)
    const recipe = fvdRecipes[0]
    let expectation = 0
    for (let k = 0; k < 300; k++) expectation += (await fvd(sample(2 * k + 1001), sample(2 * k + 2000))).value / 300
    const covered = { bootstrap: 0, jackknife: 0 }
    for (let k = 0; k < 60; k++) {
      const [a, b] = [sample(2 * k + 5001), sample(2 * k + 6000)]
      const { value } = await fvd(a, b)
      const { interval } = await distanceInterval(await frechetEvaluator(recipe, a, b, true), value, {
        resamples: 200,
        level: 0.9,
        seed: k,
      })
      const other = jackknifeInterval(
        value,
        { features: a, influence: await frechetInfluence(recipe, a, b) },
        { features: b, influence: await frechetInfluence(recipe, b, a) },
        { level: 0.9 },
      ).interval
      if (interval !== null && interval.low <= expectation && expectation <= interval.high) covered.bootstrap++
      if (other !== null && other.low <= expectation && expectation <= other.high) covered.jackknife++
    }
    expect(covered.bootstrap).toBeGreaterThanOrEqual(46)
    expect(covered.jackknife).toBeGreaterThanOrEqual(46)
  })

  test('are the same for the same seed, name their method and hold the value', async () => {
    const score = () =>
      scoreDistance(fidSpec, clipped(1, 9, 4, 20), clipped(2, 9, 4, 20), { interval: { resamples: 60, paired: true } })
    const [first, second] = [await score(), await score()]
    expect(first).toEqual(second)
    expect(first.interval?.method).toBe('bootstrap-recentred, 60 resamples of clips of both sides together, seed 0')
    expect(first.interval?.low).toBeLessThan(first.value ?? 0)
    expect(first.interval?.high).toBeGreaterThan(first.value ?? 0)
    expect(first.details).toMatchObject({ clips: 9, rows: { generated: 36, reference: 36 } })
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

describe('extrapolate', () => {
  test('comes closer to the distance of the distributions than the score does', async () => {
    // One distribution on both sides: the distance is 0, and all of the score is bias.
    const [clips, dimension] = [400, 10]
    const evaluator = await frechetEvaluator(
      fvdRecipes[0],
      randomFeatures(1, clips, dimension),
      randomFeatures(2, 20_000, dimension),
      false,
    )
    const { value } = await fvd(randomFeatures(1, clips, dimension), randomFeatures(2, 20_000, dimension))
    const infinite = await extrapolate(evaluator, { repeats: 5 })
    expect(Math.abs(infinite.value)).toBeLessThan(value / 4)
    expect(infinite.curve).toHaveLength(15)
    expect(infinite.curve.at(-1)).toEqual({ clips, value: expect.closeTo(value, 9) as number })
    expect(infinite.slope).toBeGreaterThan(0)
    expect(infinite.fit).toBeGreaterThan(0.9)
  })

  test('needs four clips', async () => {
    const evaluator = await frechetEvaluator(fvdRecipes[0], randomFeatures(1, 3, 2), randomFeatures(2, 30, 2), false)
    await expect(extrapolate(evaluator)).rejects.toThrow('expected at least 4 clips; found 3')
  })
})

describe('pairedTest', () => {
  const reference = clipped(2, 40, 2, 6)

  test('the exchange’s p is uniform when the methods are alike and small when one is worse', async () => {
    let below = 0
    for (let k = 0; k < 30; k++) {
      const { pValue } = await pairedTest(fvdSpec, clipped(100 + k, 40, 2, 6), clipped(200 + k, 40, 2, 6), reference, {
        resamples: 40,
      })
      if (pValue < 0.5) below++
    }
    // Three standard deviations of 30 coin throws.
    expect(Math.abs(below - 15)).toBeLessThan(9)
    for (const metric of ['fvd', 'kvd']) {
      const worse = await pairedTest(metric, clipped(1, 40, 2, 6, 0.3), clipped(3, 40, 2, 6), reference, {
        resamples: 100,
      })
      expect(worse.pValue).toBeLessThan(0.02)
      expect(worse.interval?.low).toBeGreaterThan(0)
      expect(worse.difference).toBeCloseTo(worse.first - worse.second, 12)
    }
  })

  test('gives the two scores themselves', async () => {
    const [a, b] = [clipped(1, 40, 2, 6, 0.3), clipped(3, 40, 2, 6)]
    const result = await pairedTest(fvdSpec, a, b, reference, { resamples: 50 })
    expect(result.first).toBeCloseTo((await fvd(a, reference)).value, 9)
    expect(result.second).toBeCloseTo((await fvd(b, reference)).value, 9)
    const kernel = await pairedTest(kvdSpec, a, b, reference, { resamples: 50 })
    expect(kernel.second).toBeCloseTo((await kvd(b, reference)).value, 9)
  })

  test('a method against itself has p = 1 and no difference', async () => {
    const a = clipped(1, 40, 2, 6)
    const { difference, pValue } = await pairedTest(fvdSpec, a, a, reference, { resamples: 50 })
    expect(difference).toBe(0)
    expect(pValue).toBe(1)
  })

  test('other clips are refused', async () => {
    await expect(pairedTest(fvdSpec, clipped(1, 40, 2, 6), clipped(1, 39, 2, 6), reference)).rejects.toThrow(
      'expected the same clips of both methods; found 40 and 39 clips',
    )
  })
})
