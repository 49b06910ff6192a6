import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { hasTinyModels, writeTinyInterdyn } from '../../../../test/tiny-models.ts'
import { findMethod, runMethod } from '../../src/index.ts'
import { maskManifest } from '../mask-manifest.ts'
import { writeOwnNoise } from './own-noise.ts'

const { folder, manifest } = await maskManifest(['a', 'b'], [64, 64], 3)
// Rates of steps are kept there.
vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))

const forget = (out: string, clip: string) => rm(join(folder, out, clip), { recursive: true })

describe.skipIf(!hasTinyModels())('a run of InterDyn goes on', { timeout: 120_000 }, () => {
  let checkpoints: { svd: string; interdyn: string }
  beforeAll(async () => {
    checkpoints = await writeTinyInterdyn(join(folder, 'weights'))
  })
  const run = async (out: string, native = {}) =>
    runMethod({
      method: await findMethod('interdyn'),
      manifest,
      out: join(folder, out),
      config: { steps: 2 },
      native: { checkpoints, unverified: true, threads: 1, ...native },
    })

  test('but not with another schedule, nor with pixels that are normalised otherwise', async () => {
    await run('configs')
    await forget('configs', 'a')
    const scheduler = join(checkpoints.svd, 'scheduler', 'scheduler_config.json')
    const before = await readFile(scheduler, 'utf8')
    await writeFile(scheduler, JSON.stringify({ ...JSON.parse(before), sigma_max: 80 }))
    await expect(run('configs')).rejects.toThrow(
      /expected the weights that the clips there were made with, found others/,
    )
    await writeFile(scheduler, before)
    const extractor = join(checkpoints.svd, 'feature_extractor')
    await mkdir(extractor)
    const half = [0.5, 0.5, 0.5]
    await writeFile(join(extractor, 'preprocessor_config.json'), JSON.stringify({ image_mean: half, image_std: half }))
    await expect(run('configs')).rejects.toMatchObject({ code: 'bad-output-folder' })
    await rm(extractor, { recursive: true })
    expect(await run('configs')).toEqual({ done: 2, resumed: 1, failures: [] })
    const { weights }: { weights: { id: string }[] } = JSON.parse(
      await readFile(join(folder, 'configs', 'run.json'), 'utf8'),
    )
    expect(weights.map(({ id }) => id)).toContain('svd/scheduler/scheduler_config.json')
  })

  test('but not with other noise than it began with, which no dump is written over', async () => {
    const noise = join(folder, 'noise')
    const streams = { image_noise: [3, 64, 64], latents: [3, 4, 8, 8] }
    for (const clip of ['a', 'b']) await writeOwnNoise(noise, 'interdyn', clip, streams)
    const file = join(noise, 'a', '0.safetensors')
    const before = await readFile(file)
    await expect(run('given', { noise, dump: noise })).rejects.toMatchObject({ code: 'bad-option' })
    expect(await readFile(file)).toEqual(before)
    await run('given', { noise })
    await forget('given', 'a')
    await expect(run('given')).rejects.toThrow(/the run of the same noise to go on with/)
    await writeOwnNoise(noise, 'coshand-independent', 'b', streams)
    await expect(run('given', { noise })).rejects.toThrow(/the run of the same noise .*b, sample 0/)
    await writeOwnNoise(noise, 'interdyn', 'b', streams)
    expect(await run('given', { noise })).toEqual({ done: 2, resumed: 1, failures: [] })
    const { noise: kept, environment } = JSON.parse(await readFile(join(folder, 'given', 'run.json'), 'utf8'))
    expect(kept).toEqual({ algorithm: 'given' })
    expect(environment).toMatchObject({ code: { name: 'kinemetric' }, onnxruntime: '1.30.0', threads: 1 })
  })

  test('and one that was refused leaves nothing that the next would have to be like', async () => {
    await expect(run('refused', { unverified: false })).rejects.toThrow(/--unverified/)
    expect((await readdir(join(folder, 'refused'))).filter((name) => name !== '.lock')).toEqual([])
    expect(await run('refused')).toMatchObject({ done: 2, resumed: 0 })
  })
})
