import { readFileSync } from 'node:fs'
import ndarray from 'ndarray'
import { expect, test } from 'vitest'
import { createFrameMetricPool, findMetric, findRecipe, scoreClips } from '@kinemetric/metrics'
import type { FrameArray } from '@kinemetric/video'
import { msSsimSpec } from '../../src/image/ms-ssim.ts'
import { eachFrame } from '../../src/image/each-frame.ts'
import { noisyClip } from './golden-clips.ts'

interface Golden {
  tolerance: number
  cases: {
    height: number
    width: number
    strength: number
    sums: [reference: number, generated: number]
    'wang-2003': number
    torchmetrics: number
  }[]
}

// Origin, input formula, tolerance and its reason stand in the file.
const golden: Golden = JSON.parse(readFileSync(new URL('../goldens/ms-ssim.json', import.meta.url), 'utf8'))

function formulaFrames(height: number, width: number, s: number): { generated: FrameArray; reference: FrameArray } {
  const reference = new Uint8Array(height * width * 3)
  const generated = new Uint8Array(reference.length)
  let i = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++, i++) {
        reference[i] = Math.floor(127.5 + 100 * Math.sin(0.11 * x + 0.07 * y + 0.9 * c) + 0.5)
        const value =
          reference[i] + s * Math.sin(0.23 * x - 0.17 * y + 0.5 * c) + 0.4 * s * Math.cos(1.7 * x * y * 0.001 + c)
        generated[i] = Math.min(255, Math.max(0, Math.floor(value + 0.5)))
      }
    }
  }
  const shape = [1, height, width, 3]
  return { generated: ndarray(generated, shape), reference: ndarray(reference, shape) }
}

function sum(frames: FrameArray): number {
  return frames.data.reduce((total, value) => total + value, 0)
}

test.each(golden.cases)(
  'agrees with its references: $height × $width, strength $strength',
  ({ height, width, strength, sums, ...values }) => {
    const { generated, reference } = formulaFrames(height, width, strength)
    expect([sum(reference), sum(generated)]).toEqual(sums)
    for (const recipe of msSsimSpec.recipes) {
      const [value] = eachFrame(msSsimSpec, generated, reference, recipe)
      const expected = recipe.id === 'torchmetrics' ? values.torchmetrics : values['wang-2003']
      expect(Math.abs(value - expected)).toBeLessThan(golden.tolerance)
    }
  },
)

test('an image and itself are 1; too small frames are refused with the size that is needed', () => {
  const clip = noisyClip([1, 176, 180], 7)
  for (const recipe of msSsimSpec.recipes) expect(eachFrame(msSsimSpec, clip, clip, recipe)[0]).toBe(1)
  const small = noisyClip([1, 175, 300], 7)
  expect(() => eachFrame(msSsimSpec, small, small, findRecipe(msSsimSpec))).toThrow(
    expect.objectContaining({ code: 'too-small', found: '175x300' }),
  )
})

test('frames whose structure is opposed have no root under Wang’s recipe and are refused, also out of a worker thread; torchmetrics takes them for 0', async () => {
  const { generated, reference } = formulaFrames(176, 192, 0)
  for (const [i, value] of generated.data.entries()) generated.data[i] = 255 - value
  const [metric, wang] = [msSsimSpec, findRecipe(msSsimSpec)]
  const refused = expect.objectContaining({ kind: 'unfit', code: 'not-finite', where: 'ms-ssim' })
  expect(() => eachFrame(metric, generated, reference, wang)).toThrow(refused)
  await using pool = createFrameMetricPool({ threads: 1 })
  await expect(pool.measure(generated, reference, [{ metric, recipe: wang }])).rejects.toThrow(refused)
  expect(eachFrame(metric, generated, reference, findRecipe(metric, 'torchmetrics'))[0]).toBe(0)
})

test('is found by its id alone: the pool measures it beside others, and a set is scored', async () => {
  const metric = findMetric('ms-ssim')
  const { generated, reference } = formulaFrames(176, 192, 12)
  await using pool = createFrameMetricPool({ threads: 1 })
  const [found] = await pool.measure(generated, reference, [{ metric, recipe: findRecipe(metric) }])
  expect(Math.abs(found[0] - golden.cases[0]['wang-2003'])).toBeLessThan(golden.tolerance)
  const score = scoreClips(metric, undefined, [found, found])
  expect(score).toMatchObject({ metric: 'ms-ssim', label: { short: 'MS-SSIM' }, value: found[0], n: 2 })
  expect(score.signature).toContain('|scales:0.0448-0.2856-0.3001-0.2363-0.1333|')
})
