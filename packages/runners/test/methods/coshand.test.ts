import { join } from 'node:path'
import { type HostTensor, openCheckpoint, openCoshandProcess, readTensor } from '@kinemetric/networks'
import { contiguous, type FrameArray, readFrames } from '@kinemetric/video'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sharedPath } from '../../../../test/shared.ts'
import { hasTinyModels, writeTinyCoshand } from '../../../../test/tiny-models.ts'
import { findMethod, runMethod } from '../../src/index.ts'
import { ddimSchedule } from '../../src/sampling/ddim-schedule.ts'
import { sampleCoshand } from '../../src/sampling/sample-coshand.ts'
import { shiftedCrop } from '../../src/sampling/shifted-crop.ts'
import { floats } from '../../src/sampling/tensors.ts'
import { ownNoise } from '../../src/noise/noise.ts'
import { numbersOf } from '../fake-latent-model.ts'
import { furthest } from '../furthest.ts'
import { maskManifest } from '../mask-manifest.ts'
import { expectDump, framesOf, writeOwnNoise } from './own-noise.ts'

const { folder, manifest } = await maskManifest(['a'], [64, 64], 3)
// Rates of steps are kept there.
vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))

const outOf = (id: string, config = {}) => join(folder, `${id}-${JSON.stringify(config)}`)

async function golden(name: string): Promise<Float32Array> {
  const { tensors } = await openCheckpoint(sharedPath('goldens', 'runners', 'coshand_tiny_golden.safetensors'))
  return readTensor(tensors.get(name)!)
}

describe.skipIf(!hasTinyModels())('on tiny weights', { timeout: 240_000 }, () => {
  let coshand: string
  let model: Awaited<ReturnType<typeof openCoshandProcess>>
  beforeAll(async () => {
    coshand = await writeTinyCoshand(join(folder, 'weights'))
    model = await openCoshandProcess({ coshand }, { threads: 1 })
  })
  afterAll(() => model?.close())

  const run = async (id: string, config = {}, checkpoints = {}, native = {}, out = outOf(id, config)) =>
    runMethod({
      method: await findMethod(id),
      manifest,
      out,
      config: { steps: 2, ...config },
      native: { checkpoints: { coshand, ...checkpoints }, unverified: true, threads: 1, ...native },
    })

  // Goldens: the original sampler and modules in PyTorch with the same weights, inputs and noise.
  test.each([5, 50])('the loop of %i steps is the original, to 1e-3', async (steps) => {
    const fresh = await golden(`ddim.${steps}.noise`)
    const start = await golden(`ddim.${steps}.xT`)
    const kept = new Map<string, ArrayLike<number>>()
    const [h0, h1] = [await golden('h0'), await golden('h1')]
    const schedule = ddimSchedule({ linearStart: 0.00085, linearEnd: 0.012, timesteps: 1000 }, steps)
    await sampleCoshand(
      model,
      {
        image: floats(await golden('img'), [1, 3, 64, 64]),
        masks: floats(Float32Array.of(...h0, ...h1), [2, 3, 64, 64]),
        nullContext: model.nullContext,
      },
      {
        rollout: 'independent',
        guidance: 1.5,
        quantizeFeedback: true,
        sharedNoise: false,
        crossAttention: 'image',
        framesAtOnce: 1,
      },
      schedule,
      {
        noise: {
          algorithm: 'given',
          draw: async (stream) => {
            const step = Number(/^ddim\/1\/(\d+)$/.exec(stream)?.[1] ?? -1)
            return step < 0 ? start : fresh.subarray(step * 256, (step + 1) * 256)
          },
        },
        signal: new AbortController().signal,
        onStep: () => undefined,
        note: () => undefined,
        keep: (name, { data }) => data instanceof Float32Array && kept.set(name, data),
      },
    )
    expect(furthest(kept.get('context/1')!, await golden('cc.context'))).toBeLessThan(1e-4)
    expect(furthest(kept.get('c_concat/1')!, await golden('c_concat'))).toBeLessThan(1e-4)
    expect(furthest(kept.get(`latents/1/${schedule.length - 1}`)!, await golden(`ddim.${steps}.out`))).toBeLessThan(
      1e-3,
    )
    const made = Array.from(kept.get('frames')!).slice(3 * 64 * 64)
    expect(furthest(made, await golden(`ddim.${steps}.image01`))).toBeLessThan(1e-3)
  })

  test('both rollouts run over a manifest; a config given by hand, and steps that the original dies of', async () => {
    for (const id of ['coshand-independent', 'coshand-autoregressive'])
      expect(await run(id)).toEqual({ done: 1, resumed: 0, failures: [] })
    await expect(run('coshand-independent', { steps: 27 })).rejects.toThrow(/stride, 37 of 1000.*found 27/)
    await expect(run('coshand-independent', { rollout: 'autoregressive' })).rejects.toThrow(
      /set rollout: expected independent/,
    )
    const absent = run('coshand-independent', { seed: 1 }, { 'coshand-config': join(folder, 'none.yaml') })
    await expect(absent).rejects.toThrow(/none\.yaml/)
  })

  test('its own noise, given by the names of its streams, makes the same frames; the dump has what it went through', async () => {
    const id = 'coshand-autoregressive'
    await run(id)
    const latent = [4, 8, 8]
    // Its sampler leaves the noisier of two steps out.
    const streams = { 'latents/1': latent, 'ddim/1/0': latent, 'latents/2': latent, 'ddim/2/0': latent }
    const noise = await writeOwnNoise(join(folder, 'noise'), id, 'a', streams)
    const dump = join(folder, 'dump')
    const out = join(folder, 'given')
    expect(await run(id, {}, {}, { noise, dump }, out)).toMatchObject({ done: 1, failures: [] })
    const given = framesOf(out, 'a', 0)
    expect(given).toHaveLength(3)
    expect(given).toEqual(framesOf(outOf(id), 'a', 0))
    const masked = [12, 8, 8]
    const context = [1, 24]
    await expectDump(dump, 'a', {
      'context/1': context,
      'c_concat/1': masked,
      'latents/1/0': latent,
      'context/2': context,
      'c_concat/2': masked,
      'latents/2/0': latent,
      frames: [3, 3, 64, 64],
    })
  })

  // No golden of a rollout exists: it is held against pairs of frames, each made alone and fed back by hand. With the same arithmetic both are the same to the
  // last bit; between implementations they would not be (a value on the other side of an 8-bit step grows from frame to frame).
  test('the autoregressive rollout is single frames after one another, each fed back as 8 bits', async () => {
    const [frames, area] = [4, 3 * 64 * 64]
    const noise = ownNoise({ seed: 0, method: 'coshand-autoregressive', clip: 'a', sample: 0 })
    const levels = (frame: number) => Float32Array.from({ length: area }, (_, i) => (i % 64 < 8 * frame + 8 ? 1 : -1))
    const image = floats(await golden('img'), [1, 3, 64, 64])
    const schedule = ddimSchedule({ linearStart: 0.00085, linearEnd: 0.012, timesteps: 1000 }, 4)
    /** The frames as the dump has them. */
    const sample = async (
      rollout: 'independent' | 'autoregressive',
      picture: typeof image,
      masks: Float32Array[],
      streamOf = (name: string) => name,
    ) => {
      const kept = new Map<string, HostTensor>()
      await sampleCoshand(
        model,
        {
          image: picture,
          masks: floats(Float32Array.from(masks.flatMap((mask) => [...mask])), [masks.length, 3, 64, 64]),
          nullContext: model.nullContext,
        },
        {
          rollout,
          guidance: 1.5,
          quantizeFeedback: true,
          sharedNoise: false,
          crossAttention: 'image',
          framesAtOnce: 1,
        },
        schedule,
        {
          noise: { algorithm: 'own', draw: async (stream, shape) => noise.draw(streamOf(stream), shape) },
          signal: new AbortController().signal,
          onStep: () => undefined,
          note: () => undefined,
          keep: (name, tensor) => kept.set(name, tensor),
        },
      )
      return { data: numbersOf(kept.get('frames')!) }
    }
    const masks = Array.from({ length: frames }, (_, frame) => levels(frame))
    const rolled = await sample('autoregressive', image, masks)
    let picture = image
    for (let frame = 1; frame < frames; frame++) {
      const pair = [masks[frame - 1], masks[frame]]
      const made = await sample('independent', picture, pair, (name) => name.replace(/\/1(?=\/|$)/, `/${frame}`))
      const alone = made.data.slice(area)
      expect(furthest(alone, rolled.data.slice(frame * area, (frame + 1) * area))).toBe(0)
      picture = floats(
        alone.map((x) => 2 * Math.fround(Math.trunc(Math.fround(x * 255)) / 255) - 1),
        [1, 3, 64, 64],
      )
    }
    const independent = await sample('independent', image, masks)
    expect(furthest(independent.data.slice(0, 2 * area), rolled.data.slice(0, 2 * area))).toBe(0)
    expect(furthest(independent.data.slice(2 * area), rolled.data.slice(2 * area))).toBeGreaterThan(0.01)
  })

  test('legacyShift50 cuts the picture that was given, and what is made of it is another', async () => {
    const made: FrameArray[] = []
    for (const config of [{}, { legacyShift50: true }]) {
      await run('coshand-independent', config)
      made.push((await readFrames(join(outOf('coshand-independent', config), 'a', 's0'))).pixels)
    }
    const [plain, shifted] = made
    expect(shifted.shape).toEqual(plain.shape)
    const { pixels: input } = await readFrames(join(manifest.root, 'a', 'image'))
    expect(contiguous(plain.hi(1, 64, 64, 3)).data).toEqual(contiguous(input).data)
    const given = shiftedCrop(input)
    expect(contiguous(shifted.hi(1, 64, 64, 3)).data).toEqual(given.data)
    expect(furthest(contiguous(shifted.lo(1)).data, contiguous(plain.lo(1)).data)).toBeGreaterThan(0)
  })
})
