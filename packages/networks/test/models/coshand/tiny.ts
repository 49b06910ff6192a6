import { readFileSync } from 'node:fs'

import { hasShared, sharedPath } from '../../../../../test/shared.ts'
import type { Checkpoint } from '../../../src/index.ts'
import { float32Data, type HostTensor } from '../../../src/session/session.ts'
import { goldenTensor, runnerGoldens } from '../runner-goldens.ts'
import { coshandYaml } from './config-yaml.ts'

/** Whether the tiny CosHand of the shared goldens is here. */
export const hasTinyCoshand = hasShared('goldens', 'runners', 'coshand_tiny.ckpt')

export const tinyCoshandPath = (): string => sharedPath('goldens', 'runners', 'coshand_tiny.ckpt')

/** A CosHand of few channels with drawn weights, as the original modules saved it. */
export function tinyCoshand(): Promise<Checkpoint> {
  return runnerGoldens('coshand_tiny.ckpt')
}

/** Arguments of its modules, as its config has them. */
export interface TinyArguments {
  readonly unet: Readonly<Record<string, unknown>>
  readonly vae: Readonly<Record<string, unknown>>
  readonly clip: { readonly heads: number }
  readonly scale_factor: number
}

export function tinyArguments(): TinyArguments {
  const parsed: TinyArguments = JSON.parse(
    readFileSync(sharedPath('goldens', 'runners', 'coshand_tiny_config.json'), 'utf8'),
  )
  return parsed
}

/** The yaml that a CosHand of this size would have beside it; its image tower's heads, which no rule gives, are said. */
export function tinyYaml(): string {
  const { unet, vae, clip, scale_factor } = tinyArguments()
  const target = 'ldm.modules.encoders.modules.FrozenCLIPImageEmbedder'
  return coshandYaml({
    unet,
    vae,
    params: { scale_factor, cond_stage_config: { target, params: { heads: clip.heads } } },
  })
}

/** What the original modules take and give, by name, as float32. */
export async function tinyGolden(): Promise<(name: string) => Promise<HostTensor & { data: Float32Array }>> {
  const golden = await runnerGoldens('coshand_tiny_golden.safetensors')
  return async (name) => {
    const tensor = await goldenTensor(golden, name)
    return { ...tensor, data: float32Data(tensor) }
  }
}

/** The largest difference of two tensors' elements; Infinity where their counts differ or one is not a number. */
export function worstDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Infinity
  let worst = 0
  for (let i = 0; i < found.length; i++) {
    const difference = Math.abs(found[i] - expected[i])
    if (!(difference <= worst)) worst = Number.isNaN(difference) ? Infinity : difference
  }
  return worst
}
