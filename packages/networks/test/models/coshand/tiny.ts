import { readFileSync } from 'node:fs'

import { hasShared, sharedPath } from '../../../../../test/shared.ts'
import { type Checkpoint, openCheckpoint } from '../../../src/index.ts'
import { findTensor } from '../../../src/checkpoints/find-tensor.ts'
import { readTensor } from '../../../src/checkpoints/read-tensor.ts'
import type { HostTensor } from '../../../src/session/session.ts'

/** Whether the tiny CosHand of the shared goldens is here. */
export const hasTinyCoshand = hasShared('goldens', 'runners', 'coshand_tiny.ckpt')

export const tinyCoshandPath = (): string => sharedPath('goldens', 'runners', 'coshand_tiny.ckpt')

/** A CosHand of few channels with drawn weights, as the original modules saved it. */
export function tinyCoshand(): Promise<Checkpoint> {
  return openCheckpoint(tinyCoshandPath())
}

/** Arguments of its modules, as its config has them. */
export interface TinyArguments {
  readonly unet: Readonly<Record<string, unknown>>
  readonly vae: Readonly<Record<string, unknown>>
  readonly scale_factor: number
}

export function tinyArguments(): TinyArguments {
  const parsed: TinyArguments = JSON.parse(
    readFileSync(sharedPath('goldens', 'runners', 'coshand_tiny_config.json'), 'utf8'),
  )
  return parsed
}

/** What the original modules take and give, by name, as float32. */
export async function tinyGolden(): Promise<(name: string) => Promise<HostTensor & { data: Float32Array }>> {
  const golden = await openCheckpoint(sharedPath('goldens', 'runners', 'coshand_tiny_golden.safetensors'))
  return async (name) => {
    const reference = findTensor(golden, name)
    return { type: 'float32', data: await readTensor(reference), shape: reference.shape }
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
