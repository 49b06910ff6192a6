import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openCheckpoint, openInterdynProcess, readTensor } from '@kinemetric/networks'
import { readFrames } from '@kinemetric/video'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { sharedPath } from '../../../../test/shared.ts'
import { hasTinyModels, writeTinyInterdyn } from '../../../../test/tiny-models.ts'
import { findMethod, runMethod } from '../../src/index.ts'
import { eulerConfigSchema, eulerSchedule } from '../../src/sampling/euler-schedule.ts'
import { sampleInterdyn } from '../../src/sampling/sample-interdyn.ts'
import { floats } from '../../src/sampling/tensors.ts'
import { furthest } from '../furthest.ts'
import { maskManifest } from '../mask-manifest.ts'
import { expectDump, framesOf, writeOwnNoise } from './own-noise.ts'

const { folder, manifest } = await maskManifest(['b c'], [64, 128], 3)
// Rates of steps are kept there.
vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))

async function golden(file: string, name: string): Promise<Float32Array> {
  const { tensors } = await openCheckpoint(sharedPath('goldens', 'runners', `interdyn_tiny_${file}.safetensors`))
  return readTensor(tensors.get(name)!)
}

describe.skipIf(!hasTinyModels())('on tiny weights', { timeout: 120_000 }, () => {
  let checkpoints: { svd: string; interdyn: string }
  beforeAll(async () => {
    checkpoints = await writeTinyInterdyn(join(folder, 'weights'))
  })
  const run = async (out: string, config = {}, native = {}, samples = 1) =>
    runMethod({
      method: await findMethod('interdyn'),
      manifest,
      samples,
      out: join(folder, out),
      config: { steps: 2, ...config },
      native: { checkpoints, unverified: true, threads: 1, ...native },
    })

  // Goldens: the original pipeline in PyTorch with the same weights, inputs and noise.
  test('the loop is the original pipeline, to 1e-3', async () => {
    const scheduler: unknown = JSON.parse(
      await readFile(join(checkpoints.svd, 'scheduler/scheduler_config.json'), 'utf8'),
    )
    const model = await openInterdynProcess(checkpoints, { threads: 1 })
    const noise: Record<string, Float32Array> = {
      image_noise: await golden('golden', 'pipe.image_noise'),
      latents: await golden('golden', 'pipe.latent_noise'),
    }
    const kept = new Map<string, ArrayLike<number>>()
    const control = await golden('golden', 'fwd.cond')
    await sampleInterdyn(
      model,
      {
        image: floats(
          (await golden('golden', 'pipe.image01')).map((x) => 2 * x - 1),
          [1, 3, 64, 128],
        ),
        control: { type: 'uint8', data: Uint8Array.from(control, (x) => (x > 0 ? 255 : 0)), shape: [3, 3, 64, 128] },
      },
      { fps: 6, motionBucket: 40, noiseAug: 0.02, minGuidance: 1, maxGuidance: 3, controlScale: 1 },
      eulerSchedule(eulerConfigSchema.parse(scheduler), 4),
      {
        noise: { algorithm: 'given', draw: async (stream) => noise[stream] },
        signal: new AbortController().signal,
        onStep: () => undefined,
        note: () => undefined,
        keep: (name, { data }) => data instanceof Float32Array && kept.set(name, data),
      },
    ).finally(() => model.close())
    expect(furthest(kept.get('image_embeds')!, await golden('pipe', 'pipe.image_embeds'))).toBeLessThan(1e-4)
    expect(furthest(kept.get('image_latents')!, await golden('golden', 'pipe.image_latents'))).toBeLessThan(1e-4)
    for (const step of [0, 1, 2, 3])
      expect(furthest(kept.get(`latents/${step}`)!, await golden('pipe', `pipe.latents.${step}`))).toBeLessThan(1e-3)
    expect(furthest(kept.get('frames')!, await golden('pipe', 'pipe.frames01'))).toBeLessThan(1e-3)
  })

  test('a clip becomes samples; what was drawn and what nothing vouches for is said', async () => {
    expect(await run('first', {}, {}, 2)).toEqual({ done: 2, resumed: 0, samples: 2, failures: [] })
    const sample = await readFrames(join(folder, 'first', 'b c', 's1'))
    expect(sample.pixels.shape).toEqual([3, 64, 128, 3])
    const item: unknown = JSON.parse(await readFile(join(folder, 'first', 'b c', 's1', 'item.json'), 'utf8'))
    expect(item).toMatchObject({
      status: 'ok',
      frameIsInput: [false, false, false],
      noise: { algorithm: 'philox4x32-10/box-muller@1', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })

    // Its own noise of one of them, given by the names of its streams, makes the same frames: one sample of two.
    const video = [3, 4, 8, 16]
    const streams = { image_noise: [3, 64, 128], latents: video }
    const noise = await writeOwnNoise(join(folder, 'noise'), 'interdyn', 'b c', streams)
    const dump = join(folder, 'dump')
    expect(await run('given', {}, { noise, dump })).toMatchObject({ done: 1, failures: [] })
    expect(framesOf(join(folder, 'given'), 'b c', 0)).toHaveLength(3)
    expect(framesOf(join(folder, 'given'), 'b c', 0)).toEqual(framesOf(join(folder, 'first'), 'b c', 0))
    await expectDump(dump, 'b c', {
      image_embeds: [24],
      image_latents: [4, 8, 16],
      'latents/0': video,
      'latents/1': video,
      frames: [3, 3, 64, 128],
    })
  })
})
