import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  distance,
  type FeatureMatrix,
  findDistance,
  findRecipe,
  scoreDistance,
  statisticsOf,
} from '@kinemetric/metrics'
import { describe, expect, test } from 'vitest'
import { jediSpec } from '../../../src/distribution/jedi/jedi.ts'
import { jediEvaluator } from '../../../src/distribution/jedi/jedi-evaluator.ts'
import { jediInfluences } from '../../../src/distribution/jedi/jedi-influences.ts'
import { jediScore } from '../../../src/distribution/jedi/jedi-score.ts'
import { randomFeatures } from '../../features/formula-features.ts'

const golden: { values: Record<string, number> } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'goldens', 'jedi.json'), 'utf8'),
)

type Formula = (i: number, j: number) => number
const x: Formula = (i, j) => Math.sin(0.7 * i + 1.3 * j + 0.01 * i * j) + 0.1 * j
const y: Formula = (i, j) => 1.1 * Math.cos(0.9 * i + 0.4 * j + 0.02 * i * j) + 0.12 * j + 0.05

function rows(count: number, dimension: number, value: Formula): FeatureMatrix {
  const data = Float64Array.from({ length: count * dimension }, (_, at) =>
    value(Math.floor(at / dimension), at % dimension),
  )
  return { data, rows: count, dimension }
}

const biased = findRecipe(jediSpec)
const unbiased = findRecipe(jediSpec, 'unbiased')

async function valueOf(recipe: typeof biased, a: FeatureMatrix, b: FeatureMatrix): Promise<number> {
  return (await jediScore('jedi', recipe, a, b)).value
}

/** Mean of the kernel by its definition, one pair after the other. */
function plainMean(u: FeatureMatrix, v: FeatureMatrix, leaveOut: boolean): number {
  let [sum, pairs] = [0, 0]
  for (let i = 0; i < u.rows; i++)
    for (let j = 0; j < v.rows; j++) {
      if (leaveOut && i === j) continue
      let dot = 0
      for (let k = 0; k < u.dimension; k++) dot += u.data[i * u.dimension + k] * v.data[j * v.dimension + k]
      sum += (dot / u.dimension) ** 2
      pairs++
    }
  return sum / pairs
}

function plain(a: FeatureMatrix, b: FeatureMatrix, counted: boolean): number {
  return 100 * (plainMean(a, a, !counted) + plainMean(b, b, !counted) - 2 * plainMean(a, b, false))
}

/** The same sets with zeros behind: pairs are then fewer than moments. */
function widened({ data, rows: count, dimension }: FeatureMatrix): FeatureMatrix {
  return rows(count, 80, (i, j) => (j < dimension ? data[i * dimension + j] : 0))
}

/** So many rows a clip. */
function clipped(side: FeatureMatrix, size: number): FeatureMatrix {
  return { ...side, clipOfRow: Int32Array.from({ length: side.rows }, (_, i) => Math.floor(i / size)) }
}

/** Without one clip of two rows, of 24 rows of 6. */
function without(side: FeatureMatrix, clip: number): FeatureMatrix {
  return rows(22, 6, (i, j) => side.data[(i < 2 * clip ? i : i + 2) * 6 + j])
}

describe('JEDi: the numbers of its package', () => {
  const [a, b] = [rows(60, 8, x), rows(60, 8, y)]
  const few = rows(50, 8, y)

  test.each([
    ['jedi_60_60', biased, a, b],
    ['jedi_60_50', biased, a, few],
    ['jedi_unbiased_60_60', unbiased, a, b],
    ['jedi_unbiased_60_50', unbiased, a, few],
    ['jedi_1280d_40_40', biased, rows(40, 1280, x), rows(40, 1280, y)],
  ] as const)('%s', async (name, recipe, own, other) => {
    const expected = golden.values[name]
    expect(Math.abs((await valueOf(recipe, own, other)) / expected - 1)).toBeLessThan(1e-9)
  })

  test('of a set with itself it is 0, by moments and by pairs', async () => {
    expect(golden.values.jedi_XX).toBe(0)
    expect(await valueOf(biased, a, a)).toBe(0)
    const wide = rows(20, 100, x)
    expect(await valueOf(biased, wide, { ...wide })).toBe(0)
  })

  test('`distance` takes rows of any dimension, with interval and floor', async () => {
    const clips = { clipOfRow: Int32Array.from({ length: 60 }, (_, i) => i) }
    const [score] = await distance(
      { data: { ...a, ...clips } },
      { data: { ...b, ...clips } },
      { metrics: [{ metric: findDistance('jedi') }], anyDimension: true },
    )
    const value = score.value!
    expect(value).toBeCloseTo(golden.values.jedi_60_60, 9)
    expect(score.signature).toContain('estimator:biased')
    expect(score.signature).toContain('dimension:8')
    const { interval } = score
    expect(interval).not.toBeNull()
    expect(interval!.low).toBeLessThan(value)
    expect(interval!.high).toBeGreaterThan(value)
    expect(score.details?.floor?.low.mean).toBeLessThan(value)
  })
})

describe('JEDi by moments, by pairs, by statistics', () => {
  const [a, b] = [randomFeatures(1, 30, 12), randomFeatures(2, 25, 12)]

  test.each([
    ['counted', biased],
    ['left out', unbiased],
  ] as const)('pairs of a row with itself %s', async (_, recipe) => {
    const expected = plain(a, b, recipe === biased)
    expect(await valueOf(recipe, a, b)).toBeCloseTo(expected, 10)
    const wide = (await valueOf(recipe, widened(a), widened(b))) * (80 / 12) ** 2
    expect(wide).toBeCloseTo(expected, 10)
  })

  test('statistics hold all that the kernel sees, and say when they do not', async () => {
    const expected = plain(a, b, true)
    for (const ddof of [0, 1] as const) {
      const statistics = (await statisticsOf(b)).gaussian(ddof)
      const { value } = await jediScore('jedi', biased, a, statistics)
      expect(value).toBeCloseTo(expected, 10)
      await expect(jediScore('jedi', unbiased, a, statistics)).rejects.toMatchObject({ code: 'bad-option' })
    }
  })

  test('WorldArena prints another number of the same', async () => {
    const { value, details } = await jediScore('jedi', findRecipe(jediSpec, 'worldarena'), a, b)
    expect(value).toBeCloseTo(plain(a, b, true), 10)
    expect(details.worldArena).toBeCloseTo(Math.exp(-0.4 * value), 12)
  })

  test('bad input is named', async () => {
    await expect(valueOf(biased, a, randomFeatures(3, 5, 7))).rejects.toMatchObject({ code: 'shape-mismatch' })
    await expect(valueOf(unbiased, a, randomFeatures(3, 1, 12))).rejects.toMatchObject({ code: 'too-few' })
  })
})

describe('JEDi of clips that count more or less', () => {
  const [a, b] = [clipped(randomFeatures(4, 24, 6), 2), clipped(randomFeatures(5, 24, 6), 2)]

  for (const recipe of [biased, unbiased])
    test(`${recipe.id}: without each clip, and weights`, async () => {
      const evaluator = (await jediEvaluator(recipe, a, b))!
      const ones = new Float64Array(12).fill(1)
      expect(await evaluator.value(ones)).toBeCloseTo(await valueOf(recipe, a, b), 9)
      for (const side of ['generated', 'reference', 'both'] as const) {
        const values = evaluator.withoutEach!(side)
        for (const clip of [0, 5, 11]) {
          const left = side === 'reference' ? a : without(a, clip)
          const right = side === 'generated' ? b : without(b, clip)
          const expected = await valueOf(recipe, left, right)
          expect(values[clip]).toBeCloseTo(expected, 9)
          const weights = ones.with(clip, 0)
          const [own, other] = [side === 'reference' ? ones : weights, side === 'generated' ? ones : weights]
          expect(await evaluator.value(own, other)).toBeCloseTo(expected, 9)
        }
      }
    })

  test('a clip twice counts twice where pairs with itself count', async () => {
    const evaluator = (await jediEvaluator(biased, a, b))!
    const weights = new Float64Array(12).fill(1).with(3, 2)
    const twice = rows(26, 6, (i, j) => a.data[(i < 24 ? i : i - 24 + 6) * 6 + j])
    expect(await evaluator.value(weights)).toBeCloseTo(await valueOf(biased, twice, b), 9)
  })

  test('influences are what leaving out a row does, to first order', async () => {
    const many = randomFeatures(6, 400, 5)
    // Of another scale: between two samples of one distribution what is of first order goes to 0.
    const near = randomFeatures(7, 300, 5)
    const others = { ...near, data: near.data.map((value) => 1.5 * value + 0.2) }
    const { generated, reference } = await jediInfluences(many, others)
    const evaluator = (await jediEvaluator(biased, many, others))!
    const whole = await valueOf(biased, many, others)
    for (const [side, influences] of [
      ['generated', generated],
      ['reference', reference!],
    ] as const) {
      const left = evaluator.withoutEach!(side).map((value) => (whole - value) * (influences.length - 1))
      const scale = Math.max(...influences.map(Math.abs))
      for (const [i, value] of influences.entries()) expect(Math.abs(left[i] - value)).toBeLessThan(0.05 * scale)
    }
  })

  test('of very many clips the interval comes of influences', async () => {
    const score = await scoreDistance(
      jediSpec,
      clipped(randomFeatures(8, 4200, 3), 1),
      clipped(randomFeatures(9, 4200, 3), 1),
      { floor: false },
    )
    expect(score.interval).not.toBeNull()
    expect(score.details?.error?.method).toBe('jackknife-influence')
  })
})
