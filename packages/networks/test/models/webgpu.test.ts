import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { frameArray, sliceFrames } from '@kinemetric/video'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { hasShared, sharedPath } from '../../../../test/shared.ts'
import { i3dTensors } from '../../src/models/i3d/tensors.ts'
import { inceptionTensors } from '../../src/models/inception/tensors.ts'
import { openCheckpoint, writeSafetensors, type Provider } from '../../src/index.ts'
import { openI3d } from '../../src/models/i3d/open.ts'
import { openInception } from '../../src/models/inception/open.ts'
import { openLpips } from '../../src/models/lpips/open.ts'
import { formulaTensors } from '../formula-weights.ts'
import { goldenA, goldenB } from '../golden-frames.ts'
import { hasSoftwareVulkan, useSoftwareVulkan } from '../session/software-vulkan.ts'

const full = process.env.KINEMETRIC_FULL === '1'
if (!full) console.warn('skipped: Inception and I3D on WebGPU take minutes in software (KINEMETRIC_FULL=1 runs them)')

/**
 * The networks on WebGPU against the same networks on the CPU. SwiftShader computes as a graphics card would, only
 * slowly, so this is about the graphs (every operator has a kernel, or falls back, with the right result), not speed.
 */
describe.skipIf(!hasSoftwareVulkan())('on WebGPU (software Vulkan)', { timeout: 1_800_000 }, () => {
  let folder: string
  beforeAll(() => {
    useSoftwareVulkan()
    folder = mkdtempSync(join(tmpdir(), 'kinemetric-webgpu-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.skipIf(!hasShared('weights', 'alexnet-features.pth'))('LPIPS alex', async () => {
    const backbone = await openCheckpoint(sharedPath('weights', 'alexnet-features.pth'))
    const heads = await openCheckpoint(sharedPath('weights', 'lpips-v0.1-alex.pth'))
    const apart = await difference(async (provider) => {
      const lpips = await openLpips('alex', { backbone, heads }, { provider })
      // Three frames of two videos, one of which stands still, and of the reference: seven frames for six pairs.
      const still = [0, 1, 2].flatMap(() => [...goldenA.data.subarray(0, 64 * 96 * 3)])
      const videos = [goldenA, frameArray(Uint8Array.from(still), 3, 64, 96)]
      const values = await lpips.distances(videos, goldenB)
      await lpips.close()
      return Float32Array.from(values.flatMap((list) => [...list]))
    })
    expect(apart).toBeLessThan(1e-4)
  })

  test.skipIf(!full)('Inception', async () => {
    const file = join(folder, 'inception.safetensors')
    await writeSafetensors(file, formulaTensors(inceptionTensors('pytorch-fid')))
    const apart = await difference(async (provider) => {
      const inception = await openInception(await openCheckpoint(file), { preprocessing: 'half-pixel', provider })
      const row = await inception.extract(sliceFrames(goldenA, 0, 1, 1))
      await inception.close()
      return row
    })
    expect(apart).toBeLessThan(1e-4)
  })

  test.skipIf(!full)('I3D', async () => {
    // The bytes of three frames of 64×96 are those of nine of 64×32.
    const nine = frameArray(goldenA.data, 9, 64, 32)
    const file = join(folder, 'i3d.safetensors')
    await writeSafetensors(file, formulaTensors(i3dTensors('pytorch-i3d')))
    const apart = await difference(async (provider) => {
      const i3d = await openI3d(await openCheckpoint(file), {
        preprocessing: 'squash-tf1',
        batchNormEpsilon: 1e-3,
        provider,
      })
      const row = await i3d.extract(nine)
      await i3d.close()
      return row
    })
    expect(apart).toBeLessThan(1e-4)
  })
})

/** How far the GPU's result is from the CPU's, relative to its length. */
async function difference(run: (provider: Provider) => Promise<Float32Array>): Promise<number> {
  const [cpu, gpu] = [await run('cpu'), await run('webgpu')]
  return Math.hypot(...cpu.map((value, i) => value - gpu[i])) / Math.hypot(...cpu)
}
