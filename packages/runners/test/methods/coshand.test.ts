import { join } from 'node:path'
import { openCheckpoint, openCoshandProcess, readTensor } from '@kinemetric/networks'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { sharedPath } from '../../../../test/shared.ts'
import { hasTinyModels, writeTinyCoshand } from '../../../../test/tiny-models.ts'
import { findMethod, runMethod } from '../../src/index.ts'
import { ddimSchedule } from '../../src/sampling/ddim-schedule.ts'
import { sampleCoshand } from '../../src/sampling/sample-coshand.ts'
import { floats } from '../../src/sampling/tensors.ts'
import { furthest } from '../furthest.ts'
import { maskManifest } from '../mask-manifest.ts'

const { folder, manifest } = await maskManifest(['a'], [64, 64], 3)
// Rates of steps are kept there.
vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))

async function golden(name: string): Promise<Float32Array> {
  const { tensors } = await openCheckpoint(sharedPath('goldens', 'runners', 'coshand_tiny_golden.safetensors'))
  return readTensor(tensors.get(name)!)
}

describe.skipIf(!hasTinyModels())('on tiny weights', { timeout: 240_000 }, () => {
  let coshand: string
  beforeAll(async () => {
    coshand = await writeTinyCoshand(join(folder, 'weights'))
  })

  // Goldens: the original sampler and modules in PyTorch with the same weights, inputs and noise.
  test.each([5, 50])('the loop of %i steps is the original, to 1e-3', async (steps) => {
    const model = await openCoshandProcess({ coshand }, { threads: 1 })
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
    ).finally(() => model.close())
    expect(furthest(kept.get('context/1')!, await golden('cc.context'))).toBeLessThan(1e-4)
    expect(furthest(kept.get('c_concat/1')!, await golden('c_concat'))).toBeLessThan(1e-4)
    expect(furthest(kept.get(`latents/1/${schedule.length - 1}`)!, await golden(`ddim.${steps}.out`))).toBeLessThan(
      1e-3,
    )
    const made = Array.from(kept.get('frames')!).slice(3 * 64 * 64)
    expect(furthest(made, await golden(`ddim.${steps}.image01`))).toBeLessThan(1e-3)
  })

  test('both rollouts run over a manifest; a config given by hand, and steps that the original dies of', async () => {
    const run = async (id: string, config = {}, checkpoints = {}) =>
      runMethod({
        method: await findMethod(id),
        manifest,
        out: join(folder, `${id}-${JSON.stringify(config)}`),
        config: { steps: 2, ...config },
        native: { checkpoints: { coshand, ...checkpoints }, unverified: true, threads: 1 },
      })
    for (const id of ['coshand-independent', 'coshand-autoregressive'])
      expect(await run(id)).toEqual({ done: 1, resumed: 0, failures: [] })
    await expect(run('coshand-independent', { steps: 27 })).rejects.toThrow(/stride, 37 of 1000.*found 27/)
    await expect(run('coshand-independent', { rollout: 'autoregressive' })).rejects.toThrow(
      /set rollout: expected independent/,
    )
    const absent = run('coshand-independent', { seed: 1 }, { 'coshand-config': join(folder, 'none.yaml') })
    await expect(absent).rejects.toThrow(/none\.yaml/)
  })
})
