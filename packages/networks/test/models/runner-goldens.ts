import { readRawJson } from '@kinemetric/files'

import { openCheckpoint } from '../../src/checkpoints/open-checkpoint.ts'
import { readTensor } from '../../src/checkpoints/read-tensor.ts'
import { findTensor } from '../../src/checkpoints/find-tensor.ts'
import type { Checkpoint } from '../../src/checkpoints/tensors/tensor-reference.ts'
import { float32Data, type HostTensor } from '../../src/session/session.ts'
import { sharedPath } from '../../../../test/shared.ts'

/** A file of the generators' goldens: tiny networks with random weights, and what the original modules make of them. */
export async function runnerGoldens(file: string): Promise<Checkpoint> {
  return openCheckpoint(sharedPath('goldens', 'runners', file))
}

/** A tensor of one of them as it is fed. */
export async function goldenTensor(checkpoint: Checkpoint, name: string): Promise<HostTensor> {
  const reference = findTensor(checkpoint, name)
  return { type: 'float32', data: await readTensor(reference), shape: reference.shape }
}

/** The largest absolute difference. Infinity where shapes differ or a number is none. */
export function farthest(found: HostTensor, expected: HostTensor): number {
  if (found.shape.join() !== expected.shape.join()) return Infinity
  const [a, b] = [float32Data(found), float32Data(expected)]
  return a.reduce(
    (worst, value, i) => Math.max(worst, Number.isNaN(value - b[i]) ? Infinity : Math.abs(value - b[i])),
    0,
  )
}

/** Names and shapes of the tensors of a real file, whose values are not here. */
export async function tensorList(file: string): Promise<unknown> {
  return readRawJson(sharedPath('spec', 'tensors', file))
}
