import type { HostTensor } from '@kinemetric/networks'
import { expect, test } from 'vitest'
import { ownNoise } from '../../src/noise/noise.ts'
import { sampleInterdyn } from '../../src/sampling/sample-interdyn.ts'
import { fakeModel, numbersOf } from '../fake-latent-model.ts'

const settings = { fps: 6, motionBucket: 40, noiseAug: 0.25, minGuidance: 1, maxGuidance: 3, controlScale: 0.5 }
const schedule = { sigmas: Float32Array.of(8, 2, 0), initialScale: 10 }
const image: HostTensor = { type: 'float32', data: new Float32Array(3 * 64 * 128).fill(0.5), shape: [1, 3, 64, 128] }
const control: HostTensor = { type: 'uint8', data: new Uint8Array(3 * 3 * 64 * 128), shape: [3, 3, 64, 128] }

/** Halves the latents in the first step, and is the picture's latents times 0.5 in the last. */
function halve({
  latents,
  image_latents: picture,
  sigma_next: next,
}: Readonly<Record<string, HostTensor>>): HostTensor {
  if (numbersOf(next)[0] > 0) return { ...latents, data: numbersOf(latents).map((x) => x / 2) }
  const one = numbersOf(picture)
  return { ...latents, data: numbersOf(latents).map((_, i) => one[i % one.length] / 2) }
}

function run(step = halve, signal = new AbortController().signal, said?: readonly string[], dumps = true) {
  const fake = fakeModel(step)
  const model = {
    ...fake,
    decode: async (latents: HostTensor) => ({ ...(await fake.decode(latents)), notes: said }),
    decodeBytes: async (latents: HostTensor) => ({ ...(await fake.decodeBytes(latents)), notes: said }),
  }
  const kept = new Map<string, HostTensor>()
  const steps: number[] = []
  const notes: string[] = []
  const noise = ownNoise({ seed: 0, method: 'interdyn', clip: 'a', sample: 0 })
  const result = sampleInterdyn(model, { image, control }, settings, schedule, {
    noise,
    signal,
    onStep: (done) => steps.push(done),
    note: (sentence) => notes.push(sentence),
    keep: dumps ? (name, tensor) => kept.set(name, tensor) : undefined,
  })
  return { model, kept, steps, notes, noise, result }
}

test('embeds the clean picture, encodes the noisy one, steps, decodes what the scaling factor leaves', async () => {
  const { model, kept, steps, noise, result } = run()
  const made = await result
  expect(model.calls).toEqual(['embed 1×3×64×128', 'encode 1×3×64×128', 'step', 'step', 'decode 3×4×8×16'])
  expect(steps).toEqual([1, 2])
  // The latents are half the picture's, the scaling factor is one half: the frames are the noisy picture's block means.
  const blocks = numbersOf(kept.get('image_latents')!)
  const frames = kept.get('frames')!
  expect(frames.shape).toEqual([3, 3, 64, 128])
  expect(made.shape).toEqual([3, 64, 128, 3])
  for (const frame of [0, 1, 2]) {
    const unit = numbersOf(frames)[frame * 3 * 64 * 128]
    expect(unit).toBeCloseTo(Math.min(1, blocks[0] * 0.5 + 0.5), 6)
    expect(made.get(frame, 0, 0, 0)).toBe(Math.floor(Math.fround(unit * 255)))
  }
  expect(numbersOf(kept.get('image_embeds')!)[1]).toBe(0.5 * 3 * 64 * 128)
  const imageNoise = await noise.draw('image_noise', [3, 64, 128])
  let mean = 0
  for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) mean += imageNoise[y * 128 + x] / 64
  expect(blocks[0]).toBeCloseTo(0.5 + 0.25 * mean, 5)
})

test('feeds what the step graph takes', async () => {
  const { model, kept, noise, result } = run()
  await result
  const [first, last] = model.fed
  expect(Object.fromEntries(Object.entries(first).map(([name, { shape }]) => [name, shape]))).toEqual({
    latents: [1, 3, 4, 8, 16],
    image_latents: [1, 4, 8, 16],
    context: [1, 2],
    control: [3, 3, 64, 128],
    guidance: [3],
    fps: [],
    motion_bucket: [],
    noise_aug: [],
    control_scale: [],
    sigma: [],
    sigma_next: [],
  })
  expect([...numbersOf(first.guidance)]).toEqual([1, 2, 3])
  expect(['fps', 'motion_bucket', 'noise_aug', 'control_scale'].map((name) => numbersOf(first[name])[0])).toEqual([
    6, 40, 0.25, 0.5,
  ])
  expect([first, last].map((feeds) => [numbersOf(feeds.sigma)[0], numbersOf(feeds.sigma_next)[0]])).toEqual([
    [8, 2],
    [2, 0],
  ])
  const drawn = await noise.draw('latents', [3, 4, 8, 16])
  expect(numbersOf(first.latents)).toEqual(drawn.map((x) => x * 10))
  expect(numbersOf(last.latents)).toEqual(drawn.map((x) => (x * 10) / 2))
  expect([...kept.keys()]).toEqual(['image_embeds', 'image_latents', 'latents/0', 'latents/1', 'frames'])
  expect(kept.get('latents/1')!.shape).toEqual([3, 4, 8, 16])
})

test('numbers that run away end the sample with the step', async () => {
  const broken = run(({ latents }) => ({
    ...latents,
    data: numbersOf(latents).map((x, i) => (i === 7 ? Infinity : x)),
  }))
  await expect(broken.result).rejects.toMatchObject({ kind: 'unfit', code: 'not-finite' })
  await expect(broken.result).rejects.toThrow(/latents after step 1 of 2, found Infinity/)
  expect(broken.model.calls).not.toContain('decode 3×4×8×16')
})

test('an abort ends it before the next step', async () => {
  const controller = new AbortController()
  const { model, result } = run((feeds) => {
    controller.abort(new Error('enough'))
    return halve(feeds)
  }, controller.signal)
  await expect(result).rejects.toThrow('enough')
  expect(model.calls.filter((call) => call === 'step')).toHaveLength(1)
})

test('what there is to say of decoding is noted', async () => {
  for (const dumps of [true, false]) {
    const { notes, result } = run(halve, undefined, ['decoded in float32: numbers overflowed in float16'], dumps)
    await result
    expect(notes).toEqual(['decoded in float32: numbers overflowed in float16'])
  }
})

test('without a dump the frames are the same, and cross as 8 bits', async () => {
  const { model, result } = run(halve, undefined, undefined, false)
  expect(await result).toEqual(await run().result)
  expect(model.calls.at(-1)).toBe('decodeBytes 3×4×8×16')
})
