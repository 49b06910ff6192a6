import { afterAll, beforeAll, expect, test } from 'vitest'

import { type Autoencoder, diffusersAutoencoder, ldmAutoencoder } from '../../../src/models/autoencoder/autoencoder.ts'
import {
  type LatentDecoder,
  openDecoder,
  openEncoder,
  type PictureEncoder,
} from '../../../src/models/autoencoder/open.ts'
import { float32Data, type HostTensor } from '../../../src/session/session.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { farthest } from '../runner-goldens.ts'
import { framesJson, ldmDdconfig, temporalJson } from './configs.ts'
import { formulaAutoencoder, formulaInput } from './formula.ts'

const widths = [32, 64]
let video: Autoencoder
let pictures: Autoencoder
// Opened once: making a session takes longer than a run at these sizes.
let open: { videos: LatentDecoder; half: LatentDecoder; encoder: PictureEncoder; decoder: LatentDecoder }
beforeAll(async () => {
  const folder = await temporaryFolder()
  video = diffusersAutoencoder(await formulaAutoencoder(folder, temporalJson(widths)), temporalJson(widths))
  pictures = diffusersAutoencoder(await formulaAutoencoder(folder, framesJson(widths)), framesJson(widths))
  open = {
    videos: await openDecoder(video),
    half: await openDecoder(video, { dtype: 'float16' }),
    encoder: await openEncoder(pictures),
    decoder: await openDecoder(pictures),
  }
})
afterAll(async () => {
  for (const session of Object.values(open)) await session.close()
})

test('three ways of naming are one network', async () => {
  const folder = await temporaryFolder()
  const deprecated = await formulaAutoencoder(folder, framesJson(widths), 'diffusers-deprecated')
  const ldm = await formulaAutoencoder(folder, framesJson(widths), 'ldm', 'first_stage_model.')
  const others = [
    diffusersAutoencoder(deprecated, framesJson(widths)),
    ldmAutoencoder(ldm, { ddconfig: ldmDdconfig(32, [1, 2]), scalingFactor: 0.18215, where: 'config.yaml' }),
  ]
  const [picture, latents] = [formulaInput('picture', [1, 3, 16, 24]), formulaInput('latents', [1, 4, 8, 12])]
  const expected = [await open.encoder.run(picture), await open.decoder.run(latents)]
  for (const other of others) {
    const [encoder, decoder] = [await openEncoder(other), await openDecoder(other)]
    expect([await encoder.run(picture), await decoder.run(latents)]).toEqual(expected)
    await encoder.close()
    await decoder.close()
  }
})

test('pictures that come together come out as each by itself', async () => {
  const four = formulaInput('pictures', [4, 3, 16, 8])
  const latents = formulaInput('latents', [4, 4, 6, 10])
  const { encoder, decoder } = open
  expect(await encoder.run(four)).toEqual(await eachAlone(four, (one) => encoder.run(one)))
  expect(await decoder.run(latents)).toEqual(await eachAlone(latents, (one) => decoder.run(one)))
})

test('a video has any number of frames and any size', async () => {
  for (const [count, height, width] of [
    [1, 4, 4],
    [2, 5, 3],
    [7, 4, 6],
  ]) {
    const frames = await open.videos.run(formulaInput('latents', [count, 4, height, width]))
    expect(frames.shape).toEqual([count, 3, 2 * height, 2 * width])
  }
})

test('a video whose frames are computed a few at a time is the same', async () => {
  const latents = formulaInput('latents', [5, 4, 4, 6])
  // Two frames of the widest map of the last level, one of those before.
  const sparing = await openDecoder(video, { numbersAtOnce: 2 * 64 * 8 * 12 })
  const apart = farthest(await sparing.run(latents), await open.videos.run(latents))
  await sparing.close()
  expect(apart).toBeLessThan(1e-5)
})

test('frames of a video see one another: two videos are never one call', async () => {
  const both = formulaInput('two videos', [6, 4, 4, 4])
  const [first, second] = [part(both, 0, 3), part(both, 3, 3)]
  const together = await open.videos.run(both)
  const alone = await open.videos.run(first)
  expect(farthest(part(together, 0, 3), alone)).toBeGreaterThan(1e-3)
  // A session keeps nothing of the video before.
  await open.videos.run(second)
  expect(await open.videos.run(first)).toEqual(alone)
})

test('a decoder of one block a level passes its attention by', async () => {
  const json = { ...temporalJson(widths), layers_per_block: 1 }
  const checkpoint = await formulaAutoencoder(await temporaryFolder(), json)
  const autoencoder = diffusersAutoencoder(checkpoint, json)
  const withoutAttention: Autoencoder = {
    ...autoencoder,
    tensor: (name) => {
      if (name.startsWith('decoder.mid_block.attentions')) throw new Error(`${name} is read`)
      return autoencoder.tensor(name)
    },
  }
  const decoder = await openDecoder(withoutAttention)
  const frames = await decoder.run(formulaInput('latents', [2, 4, 4, 4]))
  await decoder.close()
  expect(frames.shape).toEqual([2, 3, 8, 8])
})

test('attention spelled out is the fused one', async () => {
  const latents = formulaInput('latents', [2, 4, 9, 7])
  const spelled = await openDecoder(video, { fusedAttention: false })
  const apart = farthest(await spelled.run(latents), await open.videos.run(latents))
  await spelled.close()
  expect(apart).toBeLessThan(1e-4)
})

test('float16 is near float32', async () => {
  const latents = formulaInput('latents', [2, 4, 4, 4])
  const frames = await open.half.run(latents)
  expect(frames.notes).toBeUndefined()
  const apart = farthest(frames, await open.videos.run(latents))
  expect(apart).toBeGreaterThan(0)
  expect(apart).toBeLessThan(0.05)
})

test('what overflows float16 is decoded in float32, that clip alone, and a note says so', async () => {
  const latents = formulaInput('latents', [2, 4, 4, 4])
  const large = { ...latents, data: float32Data(latents).map((value) => value * 1e5) }
  const frames = await open.half.run(large)
  const notes = ['decoded in float32: numbers overflowed in float16']
  expect(frames).toEqual({ ...(await open.videos.run(large)), notes })
  expect((await open.half.run(latents)).notes).toBeUndefined()
})

test('what is not finite in float32 either is refused', async () => {
  const latents = formulaInput('latents', [1, 4, 4, 4])
  float32Data(latents)[5] = NaN
  for (const decoder of [open.videos, open.half])
    await expect(decoder.run(latents)).rejects.toMatchObject({ code: 'not-finite' })
})

test('shapes that it cannot take are refused before anything runs', async () => {
  for (const shape of [
    [1, 3, 15, 16],
    [1, 3, 16, 15],
    [1, 4, 16, 16],
    [0, 3, 16, 16],
    [3, 16, 16],
  ])
    await expect(open.encoder.run(formulaInput('picture', shape))).rejects.toMatchObject({
      code: 'shape-mismatch',
      expected: 'float32 [count, 3, height, width], height and width multiples of 2',
    })
  // Samples of a clip are decoded one after the other by who has them.
  const samples = formulaInput('latents', [1, 2, 4, 4, 4])
  await expect(open.videos.run(samples)).rejects.toMatchObject({ code: 'shape-mismatch' })
})

/** Some of a tensor along its first axis. */
function part({ type, data, shape }: HostTensor, first: number, count: number): HostTensor {
  const size = data.length / shape[0]
  return { type, data: data.slice(first * size, (first + count) * size), shape: [count, ...shape.slice(1)] }
}

async function eachAlone(tensor: HostTensor, run: (one: HostTensor) => Promise<HostTensor>): Promise<HostTensor> {
  const results: HostTensor[] = []
  for (let i = 0; i < tensor.shape[0]; i++) results.push(await run(part(tensor, i, 1)))
  const data = Float32Array.from(results.flatMap((result) => [...float32Data(result)]))
  return { type: 'float32', data, shape: [results.length, ...results[0].shape.slice(1)] }
}
