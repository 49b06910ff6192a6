import { openCheckpoint } from '../../src/checkpoints/open-checkpoint.ts'
import { findTensor } from '../../src/checkpoints/find-tensor.ts'
import { readTensor } from '../../src/checkpoints/read-tensor.ts'
import { hasShared, sharedPath } from '../../../../test/shared.ts'

const folder = ['goldens', 'sam2']

/** A reduced SAM 2.1 with formula weights, and what the original modules (facebookresearch/sam2 at 2b90b9f, float32 on a CPU) make of a video with it. */
export const hasSam2Goldens = hasShared(...folder, 'sam2.1_tiny_golden.pt')

export const sam2Checkpoint = sharedPath(...folder, 'sam2.1_tiny_golden.pt')

/** Sizes of that network. */
export const reducedConfig = {
  where: 'reduced',
  json: {
    image_size: 256,
    trunk: {
      embed_dim: 8,
      num_heads: 1,
      stages: [1, 2, 7, 2],
      global_att_blocks: [5, 7, 9],
      window_spec: [8, 4, 14, 7],
      window_pos_embed_bkg_spatial_size: [7, 7],
    },
    d_model: 64,
    mem_dim: 16,
    memory_attention_ffn: 128,
  },
}

const goldens = hasSam2Goldens
  ? await openCheckpoint(sharedPath(...folder, 'sam2.1_tiny_golden.safetensors'))
  : undefined

/** A golden's numbers, integers and bytes too. */
export function golden(name: string): Promise<Float32Array> {
  return readTensor(findTensor(goldens!, name))
}

export function goldenShape(name: string): readonly number[] {
  return findTensor(goldens!, name).shape
}

/** The largest absolute difference; Infinity where lengths differ or a number is none. */
export function worst(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Infinity
  let largest = 0
  for (let i = 0; i < found.length; i++) {
    const difference = Math.abs(found[i] - expected[i])
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference
  }
  return largest
}
