import { statSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { isIdle } from '../../../src/models/svd/tensors.ts'
import { readNetworks } from '../../../src/models/interdyn/open.ts'
import { stepGraph } from '../../../src/models/interdyn/step.ts'
import { tinyNetworks } from './forward.ts'
import { hasTiny, tinyCheckpoint, tinyConfigs } from './tiny.ts'

describe.skipIf(!hasTiny())('InterDyn’s files', () => {
  test('are referred to where they lie, but for what has no effect', async () => {
    const networks = await tinyNetworks()
    const asked = new Set<string>()
    const noted = { ...networks, unet: (name: string) => (asked.add(name), networks.unet(name)) }
    const arithmetic = { dtype: 'float32', fusedAttention: true } as const
    const graph = stepGraph(noted, { samples: 1, frames: 3, height: 8, width: 16 }, arithmetic)
    const { tensors, path } = await tinyCheckpoint('unet')
    expect([...tensors.keys()].filter((name) => !asked.has(name)).toSorted()).toEqual(
      [...tensors.keys()].filter(isIdle).toSorted(),
    )
    expect(graph.externalFiles).toContain(path)
    const inFile = graph.externalRanges.filter(({ file }) => file === path)
    expect(Math.max(...inFile.map(({ offset, byteLength }) => offset + byteLength))).toBeLessThanOrEqual(
      statSync(path).size,
    )
    expect(graph.bytes.length).toBeLessThan(1.2e6)
  })

  test('in one another’s place, and SVD-XT’s, are refused by name', async () => {
    const configs = tinyConfigs()
    const [unet, controlnet, vae] = [
      { config: configs.unet, checkpoint: await tinyCheckpoint('unet') },
      { config: configs.controlnet, checkpoint: await tinyCheckpoint('controlnet') },
      { config: configs.vae, checkpoint: await tinyCheckpoint('vae') },
    ]
    refused({ unet: { ...unet, config: { ...configs.unet, num_frames: 25 } }, controlnet }, '25 frames')
    refused({ unet: controlnet, controlnet }, 'ControlNet')
    refused({ unet, controlnet: unet }, 'UNet')
    refused({ unet: vae, controlnet }, 'VAE')
    expect(() =>
      readNetworks({ unet: { ...unet, config: { ...configs.unet, layers_per_block: 1 } }, controlnet }),
    ).toThrow(expect.objectContaining({ code: 'wrong-checkpoint' }))
    const wider = { cross_attention_dim: 32 }
    expect(() =>
      readNetworks({
        unet: { ...unet, config: { ...configs.unet, ...wider } },
        controlnet: { ...controlnet, config: { ...configs.controlnet, ...wider } },
      }),
    ).toThrow(expect.objectContaining({ code: 'wrong-tensors', message: expect.stringContaining('attn2.to_v') }))
  })
})

function refused(parts: Parameters<typeof readNetworks>[0], found: string): void {
  expect(() => readNetworks(parts)).toThrow(
    expect.objectContaining({ code: 'wrong-checkpoint', found: expect.stringContaining(found) }),
  )
}
