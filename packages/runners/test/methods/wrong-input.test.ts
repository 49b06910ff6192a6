import { rename, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { hasTinyModels, writeTinyInterdyn } from '../../../../test/tiny-models.ts'
import { findMethod, runMethod } from '../../src/index.ts'
import { maskManifest } from '../mask-manifest.ts'

const { folder, manifest } = await maskManifest(['a'], [64, 64], 3)
const odd = await maskManifest(['a'], [64, 96], 3)
vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))

describe.skipIf(!hasTinyModels())('what is wrong is said before the first step', { timeout: 120_000 }, () => {
  let checkpoints: { svd: string; interdyn: string }
  beforeEach(async () => {
    await rm(join(folder, 'weights'), { recursive: true, force: true })
    checkpoints = await writeTinyInterdyn(join(folder, 'weights'))
  })
  const run = async (of = manifest, config = {}) => {
    const steps: number[] = []
    const out = join(folder, `out-${Math.random()}`)
    const native = { checkpoints: { ...checkpoints }, unverified: true, threads: 1 }
    const onProgress = ({ step }: { step?: { done: number } | undefined }) => step && steps.push(step.done)
    const method = await findMethod('interdyn')
    const begun = runMethod({ method, manifest: of, out, config: { steps: 2, ...config }, native, onProgress })
    const message = await begun.then(
      ({ failures }) => failures.map((failure) => failure.message).join(),
      (error: Error) => error.message,
    )
    expect(steps).toEqual([])
    return message
  }

  test.each(['svd/unet', 'svd/vae', 'svd/image_encoder', 'interdyn/controlnet'])(
    '%s without its config.json, or without its weights',
    async (part) => {
      const config = join(folder, 'weights', part, 'config.json')
      await rename(config, `${config}.away`)
      expect(await run()).toContain(part)
    },
  )

  test.each(['svd/unet', 'svd/vae', 'interdyn/controlnet'])('weights of %s that are cut short', async (part) => {
    const file = join(folder, 'weights', part, 'diffusion_pytorch_model.safetensors')
    await truncate(file, 5000)
    const message = await run()
    expect(message).toContain('diffusion_pytorch_model.safetensors')
    expect(message).toMatch(/expected .*found /)
  })

  test('a size, a number of steps, a control of another length', async () => {
    expect(await run(odd.manifest)).toMatch(/multiples of 64.*64×96/)
    expect(await run(manifest, { steps: 1 })).toMatch(/set steps: expected a whole number from 2 to 1000, found 1/)
    await rm(join(manifest.root, 'a', 'control', 'frame_0002.png'))
    expect(await run()).toMatch(/control/)
  })
})
