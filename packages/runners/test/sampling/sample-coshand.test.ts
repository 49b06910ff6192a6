import type { HostTensor } from '@kinemetric/networks'
import { describe, expect, test } from 'vitest'
import { ownNoise } from '../../src/noise/noise.ts'
import { type CoshandSettings, sampleCoshand } from '../../src/sampling/sample-coshand.ts'
import { fakeModel, numbersOf } from '../fake-latent-model.ts'

const settings: CoshandSettings = {
  rollout: 'independent',
  guidance: 1.5,
  quantizeFeedback: true,
  sharedNoise: false,
  crossAttention: 'image',
  framesAtOnce: 2,
}
const schedule = [
  { t: 401, a: 0.3, aPrev: 0.6, s: 0.1 },
  { t: 1, a: 0.9, aPrev: 0.99, s: 0.02 },
]
const area = 3 * 64 * 64
const image: HostTensor = {
  type: 'float32',
  data: Float32Array.from({ length: area }, (_, i) => ((i * 7) % 256) / 127.5 - 1),
  shape: [1, 3, 64, 64],
}
/** Frame f is grey of its own level. */
const masks: HostTensor = {
  type: 'float32',
  data: Float32Array.from({ length: 4 * area }, (_, i) => Math.floor(i / area) / 4 - 0.5),
  shape: [4, 3, 64, 64],
}

/** One half of what the picture's channels in c_concat say, and a tenth of the fresh noise: rows do not touch one another. */
function halfPicture({ latents, c_concat: concat, noise }: Readonly<Record<string, HostTensor>>): HostTensor {
  const [size, conditions, fresh] = [numbersOf(latents).length / latents.shape[0], numbersOf(concat), numbersOf(noise)]
  const data = numbersOf(latents).map((_, i) => {
    const row = Math.floor(i / size)
    const at = row * 3 * size + (i % size)
    return 0.4 * conditions[at + size] + 0.1 * conditions[at + 2 * size] + 0.02 * fresh[i]
  })
  return { ...latents, data }
}

/** Of no picture. */
const nullContext: HostTensor = { type: 'float32', data: Float32Array.of(0.25, -0.5), shape: [1, 2] }

/** `unit`: the frames as the dump has them, once they are made. */
function run(changes: Partial<CoshandSettings> = {}, signal = new AbortController().signal) {
  const model = fakeModel(halfPicture)
  const kept = new Map<string, HostTensor>()
  const steps: [number, number][] = []
  const noise = ownNoise({ seed: 0, method: 'coshand', clip: 'a', sample: 0 })
  const result = sampleCoshand(model, { image, masks, nullContext }, { ...settings, ...changes }, schedule, {
    noise,
    signal,
    onStep: (done, total) => steps.push([done, total]),
    note: () => undefined,
    keep: (name, tensor) => kept.set(name, tensor),
  })
  const unit = result.then(() => numbersOf(kept.get('frames')!))
  return { model, kept, steps, noise, result, unit }
}

/** The same without a dump. */
function runBare(changes: Partial<CoshandSettings>) {
  const model = fakeModel(halfPicture)
  const noise = ownNoise({ seed: 0, method: 'coshand', clip: 'a', sample: 0 })
  const signal = new AbortController().signal
  const bare = { noise, signal, onStep: () => undefined, note: () => undefined, keep: undefined }
  const result = sampleCoshand(model, { image, masks, nullContext }, { ...settings, ...changes }, schedule, bare)
  return { model, result }
}

test.each([
  ['independent', true, 'decodeBytes'],
  ['autoregressive', true, 'decodeBytes'],
  ['autoregressive', false, 'decode'],
] as const)(
  '%s, fed back as 8 bits: %s; without a dump the frames are the same and cross by %s',
  async (rollout, quantizeFeedback, call) => {
    const { model, result } = runBare({ rollout, quantizeFeedback })
    expect(await result).toEqual(await run({ rollout, quantizeFeedback }).result)
    expect(model.calls.filter((name) => name.startsWith('decode'))).toEqual([1, 2, 3].map(() => `${call} 1×4×8×8`))
  },
)

describe('independent', () => {
  test('encodes the picture once, each mask once; frames go in runs of about one length', async () => {
    const { model, steps, result } = run()
    expect((await result).shape).toEqual([4, 64, 64, 3])
    expect(model.calls.filter((call) => call.startsWith('encode'))).toHaveLength(5)
    expect(model.calls.filter((call) => call.startsWith('embed'))).toHaveLength(1)
    expect(model.fed.map(({ latents }) => latents.shape[0])).toEqual([2, 2, 1, 1])
    expect(steps).toEqual([
      [2, 6],
      [4, 6],
      [5, 6],
      [6, 6],
    ])
  })

  test('frame 0 is the picture itself; what is made does not depend on how many frames are made at once', async () => {
    const one = run({ framesAtOnce: 1 })
    const { data } = await one.result
    const levels = Uint8Array.from({ length: area }, (_, i) => (i * 7) % 256)
    expect((await one.unit).subarray(0, area)).toEqual(Float32Array.from(levels, (level) => level / 255))
    expect(Array.from({ length: area / 3 }, (_, i) => data[3 * i])).toEqual([...levels.subarray(0, area / 3)])
    for (const framesAtOnce of [2, 3, 64]) expect(await run({ framesAtOnce }).unit).toEqual(await one.unit)
  })

  test('feeds mask, picture, target mask, in that order, and each frame its own noise', async () => {
    const { model, kept, noise, result } = run()
    await result
    const shapes = Object.entries(model.fed[0]).map(([name, { shape }]) => [name, shape])
    expect(Object.fromEntries(shapes)).toEqual({
      latents: [2, 4, 8, 8],
      c_concat: [2, 12, 8, 8],
      context: [2, 2],
      noise: [2, 4, 8, 8],
      t: [],
      a: [],
      a_prev: [],
      s: [],
      guidance: [],
    })
    expect(['t', 'a', 'a_prev', 's'].map((name) => numbersOf(model.fed[0][name])[0])).toEqual(
      [401, 0.3, 0.6, 0.1].map(Math.fround),
    )
    const levels = (frame: number) => [0, 4 * 64, 8 * 64].map((at) => numbersOf(kept.get(`c_concat/${frame}`)!)[at])
    const [mask, picture, target] = levels(3)
    expect([mask, target]).toEqual([expect.closeTo(-0.5, 6), expect.closeTo(0.25, 6)])
    expect(picture).not.toBeCloseTo(mask, 3)
    const drawn = await noise.draw('latents/2', [4, 8, 8])
    expect(numbersOf(model.fed[0].latents).subarray(4 * 64)).toEqual(drawn)
    expect(numbersOf(model.fed[3].noise)).toEqual(await noise.draw('ddim/3/1', [4, 8, 8]))
    expect([...kept.keys()].filter((name) => /\/2(\/|$)/.test(name))).toEqual([
      'context/2',
      'c_concat/2',
      'latents/2/0',
      'latents/2/1',
    ])
    expect(kept.get('context/2')!.shape).toEqual([1, 2])
    expect(kept.get('latents/2/1')!.shape).toEqual([4, 8, 8])
  })

  test('shared noise is that of frame 1; cross-attention of null sees the row of no picture, and nothing is embedded', async () => {
    const { model, noise, result } = run({ sharedNoise: true, crossAttention: 'null' })
    await result
    expect(numbersOf(model.fed[2].latents)).toEqual(await noise.draw('latents/1', [4, 8, 8]))
    expect(numbersOf(model.fed[3].noise)).toEqual(await noise.draw('ddim/1/1', [4, 8, 8]))
    expect(numbersOf(model.fed[0].context)).toEqual(Float32Array.of(0.25, -0.5, 0.25, -0.5))
    expect(model.calls.filter((call) => call.startsWith('embed'))).toEqual([])
  })
})

describe('autoregressive', () => {
  test('each frame is made of the one before and its mask, embedded and encoded anew; the last one is not', async () => {
    const { model, kept, unit } = run({ rollout: 'autoregressive' })
    const data = await unit
    expect(model.fed.map(({ latents }) => latents.shape[0])).toEqual([1, 1, 1, 1, 1, 1])
    expect(model.calls.filter((call) => call.startsWith('embed'))).toHaveLength(3)
    expect(model.calls.filter((call) => call.startsWith('encode'))).toHaveLength(4 + 3)
    expect(numbersOf(kept.get('c_concat/3')!)[0]).toBeCloseTo(0, 6)
    // The picture of frame 3 is frame 2 as 8 bits have it: its blocks are even, so that its latents are its levels.
    const level = Math.floor(Math.fround(data[2 * area] * 255)) / 255
    expect(numbersOf(kept.get('c_concat/3')!)[4 * 64]).toBeCloseTo(2 * level - 1, 5)
  })

  test('without quantizeFeedback the picture is what was made, to the last bit', async () => {
    const { kept, unit } = run({ rollout: 'autoregressive', quantizeFeedback: false })
    const data = await unit
    expect(numbersOf(kept.get('c_concat/3')!)[4 * 64]).toBeCloseTo(2 * data[2 * area] - 1, 6)
    const cut = Math.floor(data[2 * area] * 255) / 255
    expect(Math.abs(numbersOf(kept.get('c_concat/3')!)[4 * 64] - (2 * cut - 1))).toBeGreaterThan(1e-5)
  })

  test('frame 1 is that of the independent rollout, the others are not', async () => {
    const independent = await run().unit
    const data = await run({ rollout: 'autoregressive' }).unit
    expect(data.subarray(0, 2 * area)).toEqual(independent.subarray(0, 2 * area))
    expect(data.subarray(2 * area, 3 * area)).not.toEqual(independent.subarray(2 * area, 3 * area))
  })
})
