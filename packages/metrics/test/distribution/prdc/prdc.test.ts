import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  distance,
  type DistanceMetric,
  type FeatureMatrix,
  findDistance,
  findRecipe,
  scoreDistance,
} from '@kinemetric/metrics'
import { describe, expect, test } from 'vitest'
import { nearestRows } from '../../../src/distribution/neighbours/nearest-rows.ts'
import { knownBalls } from '../../../src/distribution/prdc/known-balls.ts'
import { precisionSpec } from '../../../src/distribution/prdc/precision.ts'
import { prdcEvaluator } from '../../../src/distribution/prdc/prdc-evaluator.ts'
import { densityRecipes, precisionRecipes, type PrdcRecipe } from '../../../src/distribution/prdc/prdc-recipe.ts'
import { prdcScore } from '../../../src/distribution/prdc/prdc-score.ts'
import { type PrdcShare, prdcShares } from '../../../src/distribution/prdc/prdc-shares.ts'
import { seededRandom } from '../../../src/intervals/seeded-random.ts'
import { clipped, repeated } from '../../features/clipped-features.ts'
import { randomFeatures } from '../../features/formula-features.ts'
import { prdcInputs } from './prdc-inputs.ts'

type Values = Partial<Record<keyof typeof prdcShares, number>>

const golden: Record<'formula' | 'grid', { k: Record<string, Record<string, Values>> }> & { radii: number[] } =
  JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'goldens', 'prdc.json'), 'utf8'))

const shares: [string, PrdcShare][] = Object.entries(prdcShares)

function withK(id: string, k: number): PrdcRecipe {
  return findRecipe(precisionSpec, `${id}+k-${k}`)
}

function metrics(...ids: string[]): { metric: DistanceMetric }[] {
  return ids.map((id) => ({ metric: findDistance(id) }))
}

/** Every so many rows a clip. */
function clips(side: FeatureMatrix, rowsOfClip: number): FeatureMatrix {
  return { ...side, clipOfRow: Int32Array.from({ length: side.rows }, (_, i) => Math.floor(i / rowsOfClip)) }
}

/** Rows of two dimensions that a generator of random numbers says, of whole 1,024ths so that distances are exact. */
function planar(rows: number, seed: number) {
  const random = seededRandom(seed)
  const data = Float32Array.from({ length: 2 * rows }, () => random.below(1024 * 60) / 1024)
  return { data, rows, dimension: 2 }
}

describe('precision, recall, density, coverage: the numbers of the codes they are named after', () => {
  for (const input of ['formula', 'grid'] as const)
    for (const [k, recipes] of Object.entries(golden[input].k))
      for (const [id, values] of Object.entries(recipes))
        test(`${input}, k = ${k}, ${id}`, async () => {
          const { generated, reference } = prdcInputs[input]
          for (const [name, share] of shares) {
            const expected = Object.entries(values).find(([key]) => key === name)?.[1]
            if (expected === undefined) continue
            const { value } = await prdcScore(name, share, withK(id, Number(k)), generated, reference)
            // Whole counts over whole counts; torch's are of float32.
            expect(Math.abs(value - expected), name).toBeLessThan(id === 'clovaai' ? 1e-12 : 1e-7)
          }
        })

  test('radii', async () => {
    const { distances, count } = await nearestRows(prdcInputs.formula.reference, 6, 'squares-float32')
    expect(Array.from(golden.radii, (_, i) => distances[i * count + 5])).toEqual(golden.radii)
  })
})

describe('blocks and sides', () => {
  test('neighbours are the same to the bit by blocks of any size, and of rows that lie in files', async () => {
    const side = randomFeatures(3, 130, 24)
    const whole = await nearestRows(side, 9, 'float32')
    expect(await nearestRows(side, 9, 'float32', { blockRows: 17 })).toEqual(whole)
    const stored = {
      rows: side.rows,
      dimension: side.dimension,
      read: (start: number, end: number) => Promise.resolve(side.data.slice(start * 24, end * 24)),
      pick: () => Promise.reject(new Error('nobody asks')),
    }
    expect(await nearestRows(stored, 9, 'float32', { blockRows: 50 })).toEqual(whole)
  })

  test('more rows than a block has are counted as one by one', async () => {
    const [many, few] = [planar(2100, 1), planar(40, 2)]
    const away = (i: number, j: number, side = many) =>
      Math.fround(Math.hypot(many.data[2 * i] - side.data[2 * j], many.data[2 * i + 1] - side.data[2 * j + 1]))
    const radii = Float64Array.from({ length: many.rows }, (_, i) => {
      const own = Float64Array.from({ length: many.rows }, (_other, j) => away(i, j))
      return own.toSorted()[1]
    })
    const inside = Array.from({ length: few.rows }, (_, j) => radii.some((radius, i) => away(i, j, few) <= radius))
    const expected = inside.filter(Boolean).length / few.rows
    expect(expected).toBeGreaterThan(0.1)
    expect(expected).toBeLessThan(0.9)
    const recipe = withK('torch-fidelity', 1)
    expect((await prdcScore('p', prdcShares.precision, recipe, few, many)).value).toBe(expected)
    expect((await prdcScore('r', prdcShares.recall, recipe, many, few)).value).toBe(expected)
  })

  test('exchanging the sides exchanges precision and recall', async () => {
    const { generated, reference } = prdcInputs.grid
    for (const recipe of precisionRecipes) {
      const there = await prdcScore('p', prdcShares.precision, recipe, generated, reference)
      const back = await prdcScore('r', prdcShares.recall, recipe, reference, generated)
      expect(there.value).toBe(back.value)
    }
  })

  test('neighbours far from the origin keep their distances', async () => {
    const near = randomFeatures(5, 40, 6)
    const far = { ...near, data: Float64Array.from(near.data, (value) => value + 1e7) }
    const [a, b] = [await nearestRows(near, 6, 'float32'), await nearestRows(far, 6, 'float32')]
    expect(b.indices).toEqual(a.indices)
    for (const [i, distance] of a.distances.entries()) expect(b.distances[i]).toBeCloseTo(distance, 6)
  })
})

describe('leaving out clips', () => {
  const [a, b] = [clips(prdcInputs.formula.generated, 5), clips(prdcInputs.formula.reference, 6)]

  for (const recipe of precisionRecipes)
    test(`is computing the number of the rows that are left (${recipe.id})`, async () => {
      const balls = await knownBalls(recipe, a, b)
      for (const [name, share] of shares) {
        const evaluator = prdcEvaluator(share, recipe.k, balls)
        for (const side of ['generated', 'reference', 'both'] as const) {
          const without = evaluator?.withoutEach?.(side) ?? []
          expect(without).toHaveLength(20)
          // It moves: a number that no clip changes would agree with anything.
          expect(new Set(without).size, name).toBeGreaterThan(1)
          for (const clip of [0, 4, 11]) {
            const weights = Float64Array.from({ length: 20 }, (_, c) => (c === clip ? 0 : 1))
            const left = side === 'reference' ? a : repeated(a, weights)
            const theirs = side === 'generated' ? b : repeated(b, weights)
            const { value } = await prdcScore(name, share, recipe, left, theirs)
            expect(without[clip], `${name} without ${clip}, ${side}`).toBe(value)
          }
        }
      }
    })

  test('gives intervals and influential clips; halves of the reference give no floor, and exchanges no test', async () => {
    const spec = findDistance('precision')
    const score = await scoreDistance(spec, a, b)
    expect(score.interval?.method).toBe('jackknife')
    expect(score.interval?.high).toBeLessThanOrEqual(1)
    expect(score.details?.influence).toHaveLength(5)
    expect(score.details?.noFloor).toContain('wider balls')
    expect(await spec.distance.exchangeEvaluator('precision', findRecipe(spec), a, b)).toContain('exchange')
  })

  test('clips of very many rows leave the number without an interval, and say so', async () => {
    const few = clipped(3, 6, 70, 3)
    const score = await scoreDistance(findDistance('recall'), few, few)
    expect(score.value).toBe(1)
    expect(score.interval).toBeNull()
    expect(score.warnings?.join()).toContain('to leave out each clip in turn')
  })
})

describe('what is refused, and what is said', () => {
  const { generated, reference } = prdcInputs.formula

  test('fewer rows than k + 1', async () => {
    const short = { data: generated.data.slice(0, 5 * 8), rows: 5, dimension: 8 }
    const options = { metrics: metrics('precision'), anyDimension: true }
    await expect(distance({ data: short }, { data: reference }, options)).rejects.toMatchObject({
      code: 'too-few',
      expected: 'at least 6 rows of features',
    })
    await expect(distance({ data: generated }, { data: short }, options)).rejects.toMatchObject({ code: 'too-few' })
  })

  test('rows that are all the same have balls without extent, which is said', async () => {
    const constant = { data: new Float32Array(80).fill(0.5), rows: 10, dimension: 8 }
    const data = { data: constant }
    const chosen = [...metrics('precision', 'recall'), { metric: findDistance('recall'), recipe: 'torch-fidelity' }]
    const scores = await distance(data, data, { metrics: chosen, anyDimension: true })
    expect(scores.map(({ value }) => value)).toEqual([0, 0, 1])
    for (const { details } of scores) expect(details?.flags?.join()).toMatch(/every row equals \d others or more/)
  })

  test('values that are not finite, and those that float16 cannot hold', async () => {
    const options = { metrics: metrics('coverage'), anyDimension: true }
    const wrong = { ...generated, data: generated.data.map((value, i) => (i === 17 ? Number.NaN : value)) }
    await expect(distance({ data: wrong }, { data: reference }, options)).rejects.toMatchObject({ code: 'not-finite' })
    const large = { ...generated, data: generated.data.map((value) => 200 * value) }
    const half = withK('stylegan-f16', 3)
    await expect(prdcScore('p', prdcShares.precision, half, large, reference)).rejects.toMatchObject({
      code: 'not-finite',
    })
  })

  test('sides of other dimensions, or of two encoders', async () => {
    const options = { metrics: metrics('precision'), anyDimension: true }
    const other = { data: new Float32Array(70), rows: 10, dimension: 7 }
    await expect(distance({ data: other }, { data: reference }, options)).rejects.toMatchObject({
      code: 'shape-mismatch',
    })
    const [one, two] = ['encoder-a', 'encoder-b'].map((network) => ({ network, preprocessing: 'own' }))
    const asked = distance({ data: generated, origin: one }, { data: reference, origin: two }, options)
    await expect(asked).rejects.toMatchObject({ code: 'recipe-mismatch' })
  })

  test('another encoder needs the word of the caller, and stands in the signature', async () => {
    const origin = { network: 'encoder-a', preprocessing: 'own' }
    const sides = [
      { data: generated, origin },
      { data: reference, origin },
    ] as const
    const chosen = { metrics: metrics('density') }
    await expect(distance(...sides, chosen)).rejects.toMatchObject({ code: 'recipe-mismatch' })
    const [score] = await distance(...sides, { ...chosen, anyDimension: true })
    expect(score.signature).toContain('|dimension:8|features:encoder-a.own|')
    // Other metrics are of their own network's features.
    const kid = distance(...sides, { metrics: metrics('kid'), anyDimension: true })
    await expect(kid).rejects.toMatchObject({ code: 'recipe-mismatch' })
  })

  test('density and coverage are of one code alone', () => {
    expect(densityRecipes.map(({ id }) => id)).toEqual(['clovaai'])
  })
})
