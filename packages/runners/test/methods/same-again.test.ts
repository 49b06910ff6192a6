import { join } from 'node:path'
import type { Manifest } from '@kinemetric/benchmark'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { hasTinyModels, writeTinyCoshand, writeTinyInterdyn } from '../../../../test/tiny-models.ts'
import { findMethod, runMethod } from '../../src/index.ts'
import { maskManifest } from '../mask-manifest.ts'
import { merge, runShards } from '../sharded-run.ts'
import { treeOf } from '../tree-of.ts'
import { framesOf as framesIn, writeOwnNoise } from './own-noise.ts'

const { folder, manifest } = await maskManifest(['a', 'b'], [64, 64], 3)
// Rates of steps are kept there.
vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))

const framesOf = (out: string, clip: string, sample: number) => framesIn(join(folder, out), clip, sample)

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

  const sharded = process.env.KINEMETRIC_FULL === '1' ? ['interdyn', 'coshand-autoregressive'] : ['interdyn']
  test.each(sharded)('%s: shards merged are the run of all clips, to the byte', async (id) => {
    const asked = {
      method: await findMethod(id),
      // The names are of different shards of two.
      manifest: { ...manifest, clips: [a, { ...b, id: 'c' }] },
      config: { steps: 2 },
      native: { checkpoints: checkpoints[id], unverified: true, threads: 1 },
    }
    await runMethod({ ...asked, out: join(folder, `${id}-whole`) })
    await runShards(2, (index) => join(folder, `${id}-${index}`), asked)
    const merged = await merge([join(folder, `${id}-1`), join(folder, `${id}-2`)], join(folder, `${id}-merged`))
    expect(merged).toMatchObject({ counts: { ok: 2, failed: 0 } })
    const tree = await treeOf(join(folder, `${id}-whole`))
    expect(Object.keys(tree)).toHaveLength(2 * 4 + 1)
    expect(await treeOf(join(folder, `${id}-merged`))).toEqual(tree)
    // Each had a clip.
    for (const index of [1, 2]) expect(Object.keys(await treeOf(join(folder, `${id}-${index}`)))).toHaveLength(4 + 1)
  })

  test('noise that lacks a stream, or has one in another shape, fails its clip with the names', async () => {
    const one = await writeOwnNoise(join(folder, 'lacking'), 'interdyn', 'a', { image_noise: [3, 64, 64] })
    const lacking = await run('interdyn', 'out-lacking', [a, b], 1, { noise: one })
    expect(lacking.failures).toMatchObject([
      { clip: 'a', message: expect.stringMatching(/a tensor latents.*found image_noise/) },
      { clip: 'b', message: expect.stringMatching(/the noise of b, sample 0/) },
    ])
    const other = await writeOwnNoise(join(folder, 'other'), 'interdyn', 'a', {
      image_noise: [3, 64, 64],
      latents: [3, 4, 8, 9],
    })
    const { failures } = await run('interdyn', 'out-other', [a], 1, { noise: other })
    expect(failures[0].message).toMatch(/latents of shape \[3, 4, 8, 8\].*\[3, 4, 8, 9\]/)
  })
})
