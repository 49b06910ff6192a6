import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { findTensor } from '../../../src/checkpoints/find-tensor.ts'
import { readTensor } from '../../../src/checkpoints/read-tensor.ts'
import { openCoshandProcess } from '../../../src/open/coshand-process.ts'
import { float32Data, type HostTensor } from '../../../src/session/session.ts'
import { type CoshandModel, openCoshand, readCoshandParts } from '../../../src/models/coshand/open.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { coshandYaml } from './config-yaml.ts'
import { ddim } from './ddim-run.ts'
import {
  hasTinyCoshand,
  tinyArguments,
  tinyCoshand,
  tinyCoshandPath,
  tinyGolden,
  tinyYaml,
  worstDifference,
} from './tiny.ts'

describe.skipIf(!hasTinyCoshand)('CosHand from its checkpoint against the original (tiny weights)', () => {
  let golden: Awaited<ReturnType<typeof tinyGolden>>
  let model: CoshandModel
  let config: string
  beforeAll(async () => {
    golden = await tinyGolden()
    config = join(await temporaryFolder(), 'tiny.yaml')
    await writeFile(config, tinyYaml())
    model = await openCoshand(await readCoshandParts({ coshand: tinyCoshandPath(), config }), { threads: 1 })
  })
  afterAll(() => model.close())

  test('says what a sampler must know', () => {
    expect(model).toMatchObject({
      network: 'coshand',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      scalingFactor: 0.18215,
      sizeMultiple: 64,
      conditioningFrames: 1,
      noiseLevels: { linearStart: 0.00085, linearEnd: 0.012, timesteps: 1000 },
    })
  })

  test('without a picture the token is the projection of zeros, its bias', async () => {
    const checkpoint = await tinyCoshand()
    expect(float32Data(model.nullContext)).toEqual(await readTensor(findTensor(checkpoint, 'cc_projection.bias')))
    expect(model.nullContext.shape).toEqual([1, 24])
  })

  test('in a process of its own it says and gives the same', async () => {
    const apart = await openCoshandProcess({ coshand: tinyCoshandPath(), config }, { threads: 1 })
    const { nullContext, noiseLevels, sizeMultiple, digest, conditioningFrames } = model
    expect(apart).toMatchObject({ nullContext, noiseLevels, sizeMultiple, digest, conditioningFrames })
    expect(float32Data(await apart.embed(await golden('img')))).toEqual(
      float32Data(await model.embed(await golden('img'))),
    )
    await apart.close()
  })

  test('a picture becomes the token that the UNet attends to', async () => {
    const found = await model.embed(await golden('img'))
    expect(found.shape).toEqual([1, 24])
    expect(worstDifference(float32Data(found), (await golden('cc.context')).data)).toBeLessThan(1e-4)
  })

  test('mask, picture and mask become latents, in this order what the UNet sees besides its own', async () => {
    const found = await concatenated(model, golden, ['h0', 'img', 'h1'])
    expect(worstDifference(float32Data(found), (await golden('c_concat')).data)).toBeLessThan(1e-4)
  })

  test.each([5, 50])('from pictures to a picture in %i steps', async (steps) => {
    const { latents, picture } = await made(['h0', 'img', 'h1'], steps)
    expect(worstDifference(latents, (await golden(`ddim.${steps}.out`)).data)).toBeLessThan(1e-3)
    expect(worstDifference(picture, (await golden(`ddim.${steps}.image01`)).data)).toBeLessThan(1e-3)
  })

  test('another order is another picture', async () => {
    const expected = (await golden('ddim.5.image01')).data
    for (const order of [
      ['img', 'h0', 'h1'],
      ['h1', 'img', 'h0'],
    ] as const)
      expect(worstDifference((await made(order, 5)).picture, expected)).toBeGreaterThan(0.01)
  })

  test('with the weights of the last step it is another model, and says so by its digest', async () => {
    const parts = await readCoshandParts({ coshand: tinyCoshandPath(), config })
    const raw = await openCoshand(parts, { weights: 'raw' })
    const { latents } = await made(['h0', 'img', 'h1'], 5, raw)
    await raw.close()
    expect(worstDifference(latents, (await golden('ddim.5.out')).data)).toBeGreaterThan(0.1)
    expect(raw.digest).not.toBe(model.digest)
  })

  test('one network at a time gives the same bytes', async () => {
    const parts = await readCoshandParts({ coshand: tinyCoshandPath(), config })
    const spare = await openCoshand(parts, { oneAtATime: true, threads: 1 })
    expect(await made(['h0', 'img', 'h1'], 5, spare)).toEqual(await made(['h0', 'img', 'h1'], 5))
    await spare.close()
  })

  test('sizes that its levels do not divide are refused, as is anything after closing', async () => {
    const picture: HostTensor = { type: 'float32', data: new Float32Array(3 * 64 * 96), shape: [1, 3, 64, 96] }
    await expect(model.encode(picture)).rejects.toMatchObject({
      code: 'shape-mismatch',
      expected: 'a height and a width that are multiples of 64',
      found: '64×96',
    })
    const closed = await openCoshand(await readCoshandParts({ coshand: tinyCoshandPath(), config }))
    await closed.close()
    await expect(closed.embed(picture)).rejects.toMatchObject({ code: 'closed' })
    await expect(closed.step({})).rejects.toMatchObject({ code: 'closed' })
  })

  test('a config of another size, or heads that nobody gave, are refused before anything is computed', async () => {
    const folder = await temporaryFolder()
    const given = async (name: string, text: string): Promise<unknown> => {
      await writeFile(join(folder, name), text)
      const parts = await readCoshandParts({ coshand: tinyCoshandPath(), config: join(folder, name) })
      return openCoshand(parts).catch((error: unknown) => error)
    }
    expect(await given('full.yaml', coshandYaml())).toMatchObject({
      code: 'wrong-tensors',
      message: expect.stringContaining('mis-shaped'),
    })
    const { unet, vae } = tinyArguments()
    expect(await given('no-heads.yaml', coshandYaml({ unet, vae }))).toMatchObject({ code: 'bad-option' })
    expect(await given('wide.yaml', coshandYaml({ unet: { ...unet, in_channels: 24 }, vae }))).toMatchObject({
      code: 'wrong-tensors',
    })
  })

  /** Latents and picture, [0, 1], that come of masks and a picture in an order, with the original's noise. */
  async function made(
    order: readonly string[],
    steps: number,
    by = model,
  ): Promise<{ latents: Float32Array; picture: Float32Array }> {
    const c_concat = await concatenated(by, golden, order)
    const context = await by.embed(await golden('img'))
    const latents = await ddim(by, golden, steps, { c_concat, context })
    const scaled = { ...latents, data: float32Data(latents).map((value) => value / by.scalingFactor) }
    const picture = float32Data(await by.decode(scaled)).map((value) => Math.min(1, Math.max(0, (value + 1) / 2)))
    return { latents: float32Data(latents), picture }
  }
})

/** Latents of pictures, channels behind one another. */
async function concatenated(
  model: CoshandModel,
  golden: Awaited<ReturnType<typeof tinyGolden>>,
  names: readonly string[],
): Promise<HostTensor> {
  const pictures = await Promise.all(names.map((name) => golden(name)))
  const data = Float32Array.from(pictures.flatMap((picture) => [...picture.data]))
  const encoded = await model.encode({ type: 'float32', data, shape: [names.length, 3, 64, 64] })
  return { ...encoded, shape: [1, 4 * names.length, 8, 8] }
}
