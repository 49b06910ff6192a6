import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  createFrameMetricPool,
  findMetric,
  findRecipe,
  lpipsSpec,
  psnr,
  psnrSpec,
  type RegionAsk,
  regionOf,
  regionPixels,
  ssim,
  ssimSpec,
} from '@kinemetric/metrics'
import { assert, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dilated } from '../../../src/image/region/region.ts'
import { goldenClips } from '../golden-clips.ts'

interface Golden {
  region: Partial<RegionAsk>
  pixels: number[]
  psnr: (number | null)[]
  ssim: (number | null)[]
  'psnr-y': (number | null)[]
}

const { a: clipA, b: clipB } = goldenClips()
const golden: { regions: Golden[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'goldens', 'regions.json'), 'utf8'),
)
const shape = { frames: 3, height: 64, width: 96 }
const places = Array.from({ length: 3 * 64 * 96 }, (_, at) => [
  Math.floor(at / 6144),
  Math.floor(at / 96) % 64,
  at % 96,
])
const masks = {
  object: Uint8Array.from(places, ([t, y, x]) => ((x - 30 - 40 * t) ** 2 + (y - 20) ** 2 <= 121 ? 1 : 0)),
  driver: Uint8Array.from(places, ([t, y, x]) =>
    t > 0 && Math.abs(x - 50) <= 9 && Math.abs(y - 40 + 5 * t) <= 6 ? 1 : 0,
  ),
}

const nameOf = (recipe: string, region: Partial<RegionAsk>) =>
  [recipe, ...Object.entries(region).map(([name, value]) => `${name}-${value}`)].join('+')

const near = (found: Float64Array, expected: readonly (number | null)[]) =>
  found.length === expected.length &&
  expected.every((value, t) => (value === null ? Number.isNaN(found[t]) : Math.abs(found[t] - value) < 1e-9))

describe('a part of each frame', () => {
  for (const { region, ...expected } of golden.regions)
    test(`has the values that NumPy gives it: ${nameOf('', region)}`, () => {
      const ask = regionOf(findRecipe(psnrSpec, nameOf('frame-mean', region)))
      const pixels = regionPixels(ask!, masks, shape)
      const counts = [0, 1, 2].map((t) =>
        pixels.subarray(t * 6144, (t + 1) * 6144).reduce((sum, each) => sum + each, 0),
      )
      expect(counts).toEqual(expected.pixels)
      const of = (recipe: string) => ({ recipe: nameOf(recipe, region), region: pixels })
      expect(psnr(clipA, clipB, of('frame-mean-inf'))).toSatisfy((found: Float64Array) => near(found, expected.psnr))
      expect(ssim(clipA, clipB, of('gaussian-valid'))).toSatisfy((found: Float64Array) => near(found, expected.ssim))
      const luma = psnr(clipA, clipB, of('y-matlab-u8+crop-4'))
      expect(luma).toSatisfy((found: Float64Array) => near(found, expected['psnr-y']))
    })

  test('of all pixels is the whole frame, for every recipe that has parts', () => {
    const all = new Uint8Array(places.length).fill(1)
    for (const { id } of psnrSpec.recipes.filter((recipe) => recipe.choosable?.length !== 0))
      for (const [t, value] of psnr(clipA, clipB, { recipe: id }).entries())
        expect(psnr(clipA, clipB, { recipe: `${id}+inside-object`, region: all })[t], id).toBeCloseTo(value, 9)
    for (const { id } of ssimSpec.recipes)
      for (const [t, value] of ssim(clipA, clipB, { recipe: id }).entries())
        expect(ssim(clipA, clipB, { recipe: `${id}+inside-object`, region: all })[t], id).toBeCloseTo(value, 9)
  })

  test('is measured in threads as here, each metric in its own region', async () => {
    const choices = golden.regions.flatMap(({ region }) => {
      const recipe = findRecipe(psnrSpec, nameOf('frame-mean', region))
      return [{ metric: psnrSpec, recipe, region: regionPixels(regionOf(recipe)!, masks, shape) }]
    })
    const pool = createFrameMetricPool({ threads: 2 })
    const found = await pool.measure(clipA, clipB, [...choices, { metric: psnrSpec, recipe: findRecipe(psnrSpec) }])
    await pool.close()
    for (const [i, { recipe, region }] of choices.entries())
      expect(found[i]).toEqual(psnr(clipA, clipB, { recipe: recipe.id, region }))
    expect(found.at(-1)).toEqual(psnr(clipA, clipB))
  })

  test('is asked for by settings, of the default recipe where none is named', () => {
    expect(findRecipe(psnrSpec, 'inside-object+dilate-8').id).toBe('frame-mean+inside-object+dilate-8')
    expect(regionOf(findRecipe(ssimSpec, 'outside-driver'))).toEqual({
      inside: undefined,
      outside: 'driver',
      dilate: 0,
    })
    expect(regionOf(findRecipe(psnrSpec))).toBeUndefined()
    expect(regionOf(findRecipe(lpipsSpec, 'alex-spatial+inside-object'))?.inside).toBe('object')
    expect(() => findRecipe(lpipsSpec, 'alex+inside-object')).toThrow(/settings that the recipe alex has: none/)
    expect(() => findRecipe(psnrSpec, 'pooled+inside-object')).toThrow(
      "psnr: expected settings that the recipe pooled has: none, found 'pooled+inside-object'",
    )
    expect(() => findRecipe(findMetric('ms-ssim'), 'inside-object')).toThrow(/one of the recipes/)
    expect(() => findRecipe(psnrSpec, 'inside-hand')).toThrow(/one of frame, object, driver for inside/)
    expect(() => regionOf(findRecipe(psnrSpec, 'dilate-3'))).toThrow(/inside or outside, whose masks dilate is of/)
    expect(() => regionOf(findRecipe(psnrSpec, 'inside-object+outside-object'))).toThrow(/of different masks/)
    expect(() => psnr(clipA, clipB, { recipe: 'inside-object' })).toThrow(/the pixels of its region, found none/)
    expect(() => psnr(clipA, clipB, { region: masks.object })).toThrow(/it is of whole frames, found one/)
    expect(() => psnr(clipA, clipB, { recipe: 'inside-object', region: new Uint8Array(5) })).toThrow(/3×64×96/)
  })

  test('is made wider by all pixels within a distance', () => {
    assert(
      property(
        integer({ min: 0, max: 6 }),
        integer({ min: 0, max: 2 ** 30 }),
        integer({ min: 0, max: 2 ** 30 }),
        (radius, a, b) => {
          const [height, width] = [7, 9]
          const mask = Uint8Array.from({ length: 63 }, (_, i) =>
            ((i < 31 ? a >> i : b >> (i - 31)) & 7) === 7 ? 1 : 0,
          )
          const found = dilated(mask, height, width, radius)
          for (let i = 0; i < 63; i++) {
            const [y, x] = [Math.floor(i / 9), i % 9]
            const reached = [...mask.keys()].some(
              (j) => mask[j] === 1 && (Math.floor(j / 9) - y) ** 2 + ((j % 9) - x) ** 2 <= radius ** 2,
            )
            expect(found[i]).toBe(reached ? 1 : 0)
          }
        },
      ),
      { seed: 3, numRuns: 60 },
    )
  })
})
