import { expectTensors } from '../../checkpoints/expect-tensors.ts'
import { findTensor } from '../../checkpoints/find-tensor.ts'
import { requireModel } from '../../checkpoints/known-models.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import { timmBlockNames } from '../../layers/transformer-block.ts'
import { networkError } from '../../tracklets/network-error.ts'
import type { ImageModel } from '../vision-transformer/extractor.ts'
import { transformerHeads } from '../vision-transformer/heads.ts'

/** Which of the two: DINOv2 scales what its blocks add. */
export type DinoFamily = 'dino' | 'dinov2'

/** What a checkpoint's shapes say. */
export interface DinoShape {
  readonly width: number
  readonly blocks: number
  /** Width inside the feed-forward layers. */
  readonly mlp: number
  /** Side of a patch in pixels. */
  readonly patch: number
  /** Side of the grid of positions, in patches. */
  readonly grid: number
}

/**
 * DINO's or DINOv2's vision transformer in a checkpoint as its authors publish it (facebookresearch/dino 04c0ad9, facebookresearch/dinov2 b8931f7).
 * Blocks are counted, one is enough; widths, patch and grid follow from shapes.
 * @param network the id that it goes by
 * @param heads default: one for every 64 numbers; the file does not say
 * @throws KinemetricError `wrong-checkpoint` for another model's, DINOv2's with registers among them, by name; `wrong-tensors`; `bad-option`
 * where heads have to be given
 */
export function dinoModel(checkpoint: Checkpoint, family: DinoFamily, network: string, heads?: number): ImageModel {
  requireModel(family, checkpoint)
  const shape = dinoShape(checkpoint)
  const expected = dinoTensors(shape, family)
  // DINOv2 was trained with hidden patches, for which this token stood.
  expectTensors(checkpoint, expected, { extra: (name) => name === 'mask_token' })
  const { width, blocks, patch } = shape
  const tensor = (name: string) => findTensor(checkpoint, name)
  return {
    network,
    checkpoint,
    transformer: {
      names: timmBlockNames,
      width,
      blocks,
      heads: transformerHeads(checkpoint.path, width, heads),
      patch,
      activation: 'gelu',
      epsilon: 1e-6,
      scales: family === 'dinov2' ? ['ls1.gamma', 'ls2.gamma'] : undefined,
      embedding: { name: 'patch_embed.proj', bias: true },
      block: (index) => `blocks.${index}`,
      normAfter: 'norm',
    },
    tensor,
    names: Object.keys(expected),
    positions: { classToken: tensor('cls_token'), positions: tensor('pos_embed') },
    sizes: family === 'dinov2' ? 'whole-patches' : 'any',
    dimension: width,
  }
}

/** @throws KinemetricError `wrong-tensors` where shapes are none of a vision transformer's */
export function dinoShape(checkpoint: Checkpoint): DinoShape {
  const shapeOf = (name: string, rank: number): readonly number[] => {
    const { shape } = findTensor(checkpoint, name)
    if (shape.length === rank) return shape
    throw networkError('wrong-tensors', checkpoint.path, {
      expected: `${rank} axes of ${name}`,
      found: `[${shape.join(', ')}]`,
    })
  }
  const [width, , patch] = shapeOf('patch_embed.proj.weight', 4)
  const [, positions] = shapeOf('pos_embed', 3)
  const [mlp] = shapeOf('blocks.0.mlp.fc1.weight', 2)
  const grid = Math.sqrt(positions - 1)
  if (!Number.isInteger(grid))
    throw networkError('wrong-tensors', checkpoint.path, {
      expected: 'positions of a square of patches and one more',
      found: String(positions),
    })
  let blocks = 0
  while (checkpoint.tensors.has(`blocks.${blocks}.norm1.weight`)) blocks++
  return { width, blocks, mlp, patch, grid }
}

/** The tensors that it computes with, with their shapes. */
export function dinoTensors(
  { width, blocks, mlp, patch, grid }: DinoShape,
  family: DinoFamily,
): Record<string, readonly number[]> {
  const shapes: Record<string, readonly number[]> = {
    cls_token: [1, 1, width],
    pos_embed: [1, 1 + grid ** 2, width],
    ...affine('patch_embed.proj', [width, 3, patch, patch]),
    ...affine('norm', [width]),
  }
  for (let block = 0; block < blocks; block++) {
    const name = `blocks.${block}`
    for (const norm of ['norm1', 'norm2']) Object.assign(shapes, affine(`${name}.${norm}`, [width]))
    Object.assign(
      shapes,
      affine(`${name}.attn.qkv`, [3 * width, width]),
      affine(`${name}.attn.proj`, [width, width]),
      affine(`${name}.mlp.fc1`, [mlp, width]),
      affine(`${name}.mlp.fc2`, [width, mlp]),
    )
    if (family === 'dinov2') for (const half of ['ls1', 'ls2']) shapes[`${name}.${half}.gamma`] = [width]
  }
  return shapes
}

function affine(name: string, weight: readonly number[]): Record<string, readonly number[]> {
  return { [`${name}.weight`]: weight, [`${name}.bias`]: [weight[0]] }
}
