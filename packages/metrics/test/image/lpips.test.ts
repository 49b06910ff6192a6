import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findRecipe, lpips, lpipsSpec, scoreClips } from '@kinemetric/metrics'
import { openNetwork } from '@kinemetric/networks'
import { readImage, type FrameArray } from '@kinemetric/video'
import { hasShared, sharedPath } from '../../../../test/shared.ts'
import { noisyClip } from './golden-clips.ts'

/** A network that answers what it is told. */
const answering = (values: number[]) => ({ distance: async () => Float32Array.from(values) })

describe('lpips', () => {
  const clip = noisyClip([2, 40, 40], 1)

  it('returns the network’s value of each frame', async () => {
    expect([...(await lpips(clip, clip, { network: answering([0.5, 0.25]) }))]).toEqual([0.5, 0.25])
  })

  it('refuses clips that cannot be compared and recipes that are none, before the network runs', async () => {
    const network = {
      distance: () => {
        throw new Error('the network ran')
      },
    }
    await expect(lpips(clip, clip.lo(1), { network })).rejects.toThrow('lpips: expected generated and reference frames')
    await expect(lpips(clip, clip, { network, recipe: 'resnet' })).rejects.toThrow("found 'resnet'")
  })

  it('refuses values that are none', async () => {
    await expect(lpips(clip, clip, { network: answering([0.1, Number.NaN]) })).rejects.toThrow(
      'lpips: expected 2 finite values of the network, found NaN at frame 1',
    )
    await expect(lpips(clip, clip, { network: answering([0.1]) })).rejects.toMatchObject({
      kind: 'unfit',
      code: 'not-finite',
      found: '1 values',
    })
  })
})

const image = (name: string): Promise<FrameArray> => readImage(sharedPath('data', 'lpips-pairs', `${name}.png`))

const haveWeights = hasShared('weights', 'alexnet-features.pth') && hasShared('weights', 'squeezenet1_1-features.pth')

describe.skipIf(!haveWeights)('lpips with the published weights', () => {
  const options = { searchPath: [sharedPath('weights')], threads: 1 }
  const open = async (recipe: string) => {
    const { network } = await openNetwork('distance', findRecipe(lpipsSpec, recipe).need, options)
    return {
      network,
      measure: (generated: FrameArray, reference: FrameArray) => lpips(generated, reference, { recipe, network }),
      close: () => network.close(),
    }
  }
  const pairs: [string, string][] = [
    ['ex_ref', 'ex_p0'],
    ['ex_ref', 'ex_p1'],
  ]

  it.skipIf(!hasShared('data', 'lpips-pairs'))(
    'gives the published distances of the package’s own images',
    async () => {
      // Origin and tolerance (1e-4: float32 networks, another convolution library) stand in expected.json.
      const expected = JSON.parse(readFileSync(sharedPath('data', 'lpips-pairs', 'expected.json'), 'utf8'))
      for (const net of ['alex', 'squeeze']) {
        const metric = await open(net)
        for (const [one, other] of pairs) {
          const [value] = await metric.measure(await image(one), await image(other))
          expect(Math.abs(value - expected[net][`${one}/${other}`])).toBeLessThan(expected.tolerance)
          const [backward] = await metric.measure(await image(other), await image(one))
          expect(Math.abs(value - backward)).toBeLessThan(1e-6)
        }
        await metric.close()
      }
    },
  )

  it.skipIf(!hasShared('data', 'lpips-pairs'))('gives those of the first release, version 0.0', async () => {
    const expected = JSON.parse(readFileSync(sharedPath('data', 'lpips-pairs', 'expected.json'), 'utf8'))
    for (const net of ['alex', 'squeeze']) {
      const metric = await open(`v0.0-${net}`)
      expect(metric.network.network).toBe(`lpips-v0.0-${net}`)
      for (const [one, other] of pairs) {
        const [value] = await metric.measure(await image(one), await image(other))
        expect(Math.abs(value - expected['v0.0'][net][`${one}/${other}`])).toBeLessThan(1e-5)
      }
      await metric.close()
    }
  })

  it.each(['alex', 'alex-spatial', 'torchmetrics-alex', 'squeeze', 'squeeze-spatial', 'torchmetrics-squeeze'])(
    'is 0 for equal frames and larger for stronger noise with %s',
    async (recipe) => {
      const metric = await open(recipe)
      const reference = noisyClip([2, 64, 96], 1, 0)
      const [weak, strong] = [20, 120].map((strength) => noisyClip([2, 64, 96], 5, strength))
      expect([...(await metric.measure(reference, reference))]).toEqual([0, 0])
      const near = await metric.measure(weak, reference)
      const far = await metric.measure(strong, reference)
      near.forEach((value, t) => expect(value).toBeLessThan(far[t]))
      await metric.close()
    },
  )

  it('gives nearly, but not exactly, the same with the other epsilon and with the mean of the map', async () => {
    const [a, b] = [noisyClip([1, 64, 96], 1), noisyClip([1, 64, 96], 2, 160)]
    const values = []
    for (const recipe of ['alex', 'alex-spatial', 'torchmetrics-alex']) {
      values.push((await lpips(a, b, { ...options, recipe }))[0])
    }
    expect(new Set(values).size).toBeGreaterThan(1)
    for (const value of values) expect(Math.abs(value / values[0] - 1)).toBeLessThan(0.05)
  })

  it('has a map whose mean is the spatial value', async () => {
    const metric = await open('alex-spatial')
    const [a, b] = [noisyClip([2, 64, 96], 1), noisyClip([2, 64, 96], 2, 160)]
    const values = await metric.measure(a, b)
    const map = (await metric.network.map?.(a, b)) ?? new Float32Array(0)
    expect(map).toHaveLength(2 * 64 * 96)
    for (let t = 0; t < 2; t++) {
      const mean = map.subarray(t * 64 * 96, (t + 1) * 64 * 96).reduce((sum, value) => sum + value, 0) / (64 * 96)
      expect(Math.abs(mean - values[t])).toBeLessThan(1e-6)
    }
    await metric.close()
  })

  it('refuses frames too small for the network’s layers', async () => {
    const small = noisyClip([1, 20, 64], 1)
    await expect(lpips(small, small, options)).rejects.toThrow(/expected frames of at least 31.31\b.*found 20.64\b/)
  })

  it('says by the network’s digest which weights a score is of', async () => {
    const { network, close } = await open('alex')
    expect(network.digest).toMatch(/^[0-9a-f]{64}\+[0-9a-f]{64}$/)
    const weights = network.digest.replaceAll(/([0-9a-f]{12})[0-9a-f]*/g, '$1')
    const score = scoreClips(lpipsSpec, 'alex', [Float64Array.of(0.1)], { extra: { weights } })
    expect(score.signature).toMatch(/\|weights:[0-9a-f]{12}\+[0-9a-f]{12}\|/)
    await close()
  })
})
