import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { InterdynModel } from '../../../src/models/interdyn/open.ts'
import { float32Data } from '../../../src/session/session.ts'
import { firstFeeds, float, goldenFeeds, tinyModel } from './model.ts'
import { furthest, hasTiny, tinyTensor } from './tiny.ts'

// Goldens: the original pipeline in PyTorch with the same weights, inputs and noise.
describe.skipIf(!hasTiny())('InterDyn on tiny weights', { timeout: 120_000 }, () => {
  let model: InterdynModel
  beforeAll(async () => {
    model = await tinyModel()
  })
  afterAll(() => model.close())

  test('a picture’s row and latents are the original’s, to 1e-4', async () => {
    const picture = await tinyTensor('golden', 'pipe.image01')
    const noise = await tinyTensor('golden', 'pipe.image_noise')
    const signed = picture.data.map((value) => 2 * value - 1)
    const row = await model.embed(float(signed, picture.shape))
    expect(row.shape).toEqual([1, 24])
    expect(furthest(float32Data(row), (await tinyTensor('pipe', 'pipe.image_embeds')).data)).toBeLessThan(1e-4)
    const noisy = signed.map((value, i) => value + 0.02 * noise.data[i])
    const latents = await model.encode(float(noisy, picture.shape))
    expect(furthest(float32Data(latents), (await tinyTensor('golden', 'pipe.image_latents')).data)).toBeLessThan(1e-4)
  })

  test('four steps and the decoder are the original pipeline’s, to 1e-3', async () => {
    const feeds = await firstFeeds()
    let { latents } = feeds
    for (let at = 0; at < 4; at++) {
      const { image_latents, context } = feeds
      latents = await model.step(await goldenFeeds(at, { latents, image_latents, context }))
      const expected = await tinyTensor('pipe', `pipe.latents.${at}`)
      expect(latents.shape).toEqual(expected.shape)
      expect(furthest(float32Data(latents), expected.data), `step ${at}`).toBeLessThan(1e-3)
    }
    const scaled = float32Data(latents).map((value) => value / model.scalingFactor)
    const frames = await model.decode(float(scaled, latents.shape.slice(1)))
    const frames01 = float32Data(frames).map((value) => Math.min(1, Math.max(0, value / 2 + 0.5)))
    expect(furthest(frames01, (await tinyTensor('pipe', 'pipe.frames01')).data)).toBeLessThan(1e-3)
  })
})
