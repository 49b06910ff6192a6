import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  chooseRecipes,
  distance,
  distancesOfDimension,
  type FeatureMatrix,
  findDistance,
  scoreDistance,
} from '@kinemetric/metrics'
import { describe, expect, test } from 'vitest'
import { randomFeatures } from '../../features/formula-features.ts'

interface Golden {
  values: {
    fd: number
    fdEfficient: number
    kd60: number
    kd50: number
    subsets: { mean: number; std: number; first: number }
  }
}
const { values: golden }: Golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'goldens', 'dinov2.json'), 'utf8'),
)

function rows(count: number, value: (i: number, j: number) => number): FeatureMatrix {
  const data = Float64Array.from({ length: count * 8 }, (_, at) => value(Math.floor(at / 8), at % 8))
  return { data, rows: count, dimension: 8 }
}

const x = rows(60, (i, j) => Math.sin(0.7 * i + 1.3 * j + 0.01 * i * j) + 0.1 * j)
const y = (count: number) => rows(count, (i, j) => 1.1 * Math.cos(0.9 * i + 0.4 * j + 0.02 * i * j) + 0.12 * j + 0.05)

const alone = { interval: false, floor: false, extrapolation: false, influential: 0 } as const

async function scoreOf(metric: string, recipe: string, generated: FeatureMatrix, reference: FeatureMatrix) {
  return scoreDistance(findDistance(metric), generated, reference, { ...alone, recipe })
}

const relative = (found: number | null, wanted: number) => Math.abs((found ?? Number.NaN) / wanted - 1)

describe('distances of DINOv2’s rows are dgm-eval’s, within 1e-9', () => {
  test('Fréchet, from either of its two roots', async () => {
    const { value } = await scoreOf('fd-dinov2', 'dgm-eval', x, y(60))
    expect(relative(value, golden.fd)).toBeLessThan(1e-9)
    expect(relative(value, golden.fdEfficient)).toBeLessThan(1e-9)
  })

  test('kernel, of all pairs', async () => {
    expect(relative((await scoreOf('kd-dinov2', 'full', x, y(60))).value, golden.kd60)).toBeLessThan(1e-9)
    expect(relative((await scoreOf('kd-dinov2', 'full', x, y(50))).value, golden.kd50)).toBeLessThan(1e-9)
  })

  test('kernel, of subsets as it draws them: the reference’s first', async () => {
    const { mean, std, first } = golden.subsets
    // 10 subsets of 20 from seed 13579, where x is the real set.
    const ten = await scoreOf('kd-dinov2', 'dgm-eval+subsets-10+subsetSize-20', y(60), x)
    expect(relative(ten.value, mean)).toBeLessThan(1e-9)
    expect(relative(ten.details?.subsetSd ?? null, std)).toBeLessThan(1e-9)
    expect(ten.signature).toContain('|subsets:10|subsetSize:20|draws:randomstate-13579-reference-first|')
    const one = await scoreOf('kd-dinov2', 'dgm-eval+subsets-1+subsetSize-20', y(60), x)
    expect(relative(one.value, first)).toBeLessThan(1e-9)
    const swapped = await scoreOf('kd-dinov2', 'dgm-eval+subsets-1+subsetSize-20', x, y(60))
    expect(relative(swapped.value, first)).toBeGreaterThan(1e-3)
  })

  test('with fewer rows than a subset has, all of them, and the score says so', async () => {
    const { warnings } = await scoreOf('kd-dinov2', 'dgm-eval', y(50), x)
    expect(warnings).toContain('subsets of 50 rows in place of 1000: no more are there')
  })
})

describe('whose rows they are', () => {
  test('other networks’ are taken where that is allowed, with their dimension in the signature', async () => {
    const metrics = chooseRecipes([findDistance('fd-dinov2'), findDistance('kd-dinov2')], [])
    await expect(distance({ data: x }, { data: y(60) }, { metrics })).rejects.toThrow(
      'fd-dinov2: generated: expected 1024 dimensions, those of dinov2-vitl14, found 8',
    )
    const scores = await distance({ data: x }, { data: y(60) }, { metrics, ...alone, anyDimension: true })
    expect(scores.map(({ signature }) => /\|dimension:\d+/.exec(signature)?.[0])).toEqual([
      '|dimension:8',
      '|dimension:8',
    ])
  })

  test('they are computed where they are asked for: rows of 1,024 are not theirs alone', () => {
    expect(() => distancesOfDimension(1024, false)).toThrow('expected them to be named for features of 1024 dimensions')
  })

  test('too few rows are an error', async () => {
    const few = randomFeatures(1, 1, 8)
    await expect(scoreOf('fd-dinov2', 'dgm-eval', few, x)).rejects.toThrow(expect.objectContaining({ code: 'too-few' }))
    await expect(scoreOf('kd-dinov2', 'full', few, x)).rejects.toThrow(expect.objectContaining({ code: 'too-few' }))
  })
})
