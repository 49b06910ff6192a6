import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest } from '@kinemetric/benchmark'
import { openCheckpoint, readTensor, writeSafetensors } from '@kinemetric/networks'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { hasTinyModels, writeTinyCoshand, writeTinyInterdyn } from '../../../../test/tiny-models.ts'
import { findMethod, runMethod } from '../../src/index.ts'
import { ownNoise } from '../../src/noise/noise.ts'
import { maskManifest } from '../mask-manifest.ts'

const { folder, manifest } = await maskManifest(['a', 'b'], [64, 64], 3)
// Rates of steps are kept there.
vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))

/** sha256 of every frame of a sample. */
function framesOf(out: string, clip: string, sample: number): string[] {
  const at = join(folder, out, clip, `s${sample}`)
  const frames = readdirSync(at).filter((name) => name.endsWith('.png'))
  return frames.sort().map((name) =>
    createHash('sha256')
      .update(readFileSync(join(at, name)))
      .digest('hex'),
  )
}

async function shapesOf(out: string, clip: string): Promise<Record<string, readonly number[]>> {
  const { tensors } = await openCheckpoint(join(folder, out, clip, '0.safetensors'))
  return Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))
}

const latent = [4, 8, 8]
const video = [3, ...latent]
// CosHand's sampler leaves the noisier of two steps out.
const streams = {
  interdyn: { image_noise: [3, 64, 64], latents: video },
  'coshand-autoregressive': { 'latents/1': latent, 'ddim/1/0': latent, 'latents/2': latent, 'ddim/2/0': latent },
}
const frames = [3, 3, 64, 64]
const masked = [12, 8, 8]
const context = [1, 24]
const dumped = {
  interdyn: { image_embeds: [24], image_latents: latent, 'latents/0': video, 'latents/1': video, frames },
  'coshand-autoregressive': {
    'context/1': context,
    'c_concat/1': masked,
    'latents/1/0': latent,
    'context/2': context,
    'c_concat/2': masked,
    'latents/2/0': latent,
    frames,
  },
}

/** Writes our own noise of clip a as noise that is given. */
async function writeOwnNoise(to: string, method: keyof typeof streams, shapes: Record<string, readonly number[]>) {
  const own = ownNoise({ seed: 0, method, clip: 'a', sample: 0 })
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>()
  for (const [name, shape] of Object.entries(shapes)) tensors.set(name, { shape, data: await own.draw(name, shape) })
  await writeSafetensors(join(folder, to, 'a', '0.safetensors'), tensors)
  return join(folder, to)
}

describe.skipIf(!hasTinyModels())('on tiny weights', { timeout: 240_000 }, () => {
  const checkpoints: Record<string, Record<string, string>> = {}
  beforeAll(async () => {
    checkpoints.interdyn = { ...(await writeTinyInterdyn(join(folder, 'weights'))) }
    checkpoints['coshand-autoregressive'] = { coshand: await writeTinyCoshand(join(folder, 'weights')) }
  })
  const run = async (id: string, out: string, clips = manifest.clips, samples = 1, native = {}) =>
    runMethod({
      method: await findMethod(id),
      manifest: { ...manifest, clips } satisfies Manifest,
      out: join(folder, out),
      config: { steps: 2 },
      samples,
      native: { checkpoints: checkpoints[id], unverified: true, threads: 1, ...native },
    })
  const [a, b] = manifest.clips

  test.each(['interdyn', 'coshand-autoregressive'] as const)(
    '%s: its own noise, given by the names of its streams, makes the same frames; the dump has what it went through',
    async (id) => {
      await run(id, `${id}-own`, [a])
      const noise = await writeOwnNoise(`${id}-noise`, id, streams[id])
      const dump = join(folder, `${id}-dump`)
      expect(await run(id, `${id}-given`, [a], 1, { noise, dump })).toMatchObject({ done: 1, failures: [] })
      expect(framesOf(`${id}-own`, 'a', 0)).toHaveLength(3)
      expect(framesOf(`${id}-given`, 'a', 0)).toEqual(framesOf(`${id}-own`, 'a', 0))
      expect(await shapesOf(`${id}-dump`, 'a')).toEqual(dumped[id])
      const { tensors } = await openCheckpoint(join(dump, 'a', '0.safetensors'))
      const pixels = await readTensor(tensors.get('frames')!)
      expect(Math.min(...pixels)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...pixels)).toBeLessThanOrEqual(1)
    },
  )

  // A minute.
  test.runIf(process.env.KINEMETRIC_FULL === '1').each(['interdyn', 'coshand-autoregressive'] as const)(
    '%s: the same seed makes the same frames in any order of clips, of a part alone, and of one sample or two',
    async (id) => {
      expect(await run(id, `${id}-two`, [a, b], 2)).toMatchObject({ done: 4, failures: [] })
      await run(id, `${id}-turned`, [b, a])
      await run(id, `${id}-part`, [b])
      expect(framesOf(`${id}-two`, 'a', 0)).toHaveLength(3)
      for (const clip of ['a', 'b']) expect(framesOf(`${id}-turned`, clip, 0)).toEqual(framesOf(`${id}-two`, clip, 0))
      expect(framesOf(`${id}-part`, 'b', 0)).toEqual(framesOf(`${id}-two`, 'b', 0))
      expect(framesOf(`${id}-two`, 'a', 1)[1]).not.toBe(framesOf(`${id}-two`, 'a', 0)[1])
    },
  )

  test('noise that lacks a stream, or has one in another shape, fails its clip with the names', async () => {
    const one = await writeOwnNoise('lacking', 'interdyn', { image_noise: [3, 64, 64] })
    const lacking = await run('interdyn', 'out-lacking', [a, b], 1, { noise: one })
    expect(lacking.failures).toMatchObject([
      { clip: 'a', message: expect.stringMatching(/a tensor latents.*found image_noise/) },
      { clip: 'b', message: expect.stringMatching(/the noise of b, sample 0/) },
    ])
    const other = await writeOwnNoise('other', 'interdyn', { image_noise: [3, 64, 64], latents: [3, 4, 8, 9] })
    const { failures } = await run('interdyn', 'out-other', [a], 1, { noise: other })
    expect(failures[0].message).toMatch(/latents of shape \[3, 4, 8, 8\].*\[3, 4, 8, 9\]/)
  })
})
