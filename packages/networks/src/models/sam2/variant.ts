import { findTensor } from '../../checkpoints/find-tensor.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import { networkError } from '../../tracklets/network-error.ts'
import type { Sam2Shape } from './networks.ts'

/** What a checkpoint's tensors say of which SAM 2 it is. */
export type Sam2Identity = Pick<Sam2Shape, 'variant' | 'version'>

/** Blocks of the trunk and channels of its first stage, by variant. */
const sizes = {
  tiny: { blocks: 12, channels: 96 },
  small: { blocks: 16, channels: 96 },
  'base-plus': { blocks: 24, channels: 112 },
  large: { blocks: 48, channels: 144 },
} as const

const variants = ['tiny', 'small', 'base-plus', 'large'] as const

/**
 * Which SAM 2 a checkpoint is, by its names and shapes: 2.1 has tensors that 2.0 does not know; what has the sizes of no published file is `reduced`.
 * @throws KinemetricError `wrong-checkpoint` for SAM 1, SAM 3 and anything else
 */
export function identifySam2(checkpoint: Checkpoint): Sam2Identity {
  const names = [...checkpoint.tensors.keys()]
  const has = (part: string) => names.some((name) => name.includes(part))
  if (!names.includes('image_encoder.trunk.pos_embed')) {
    const found = has('image_encoder.patch_embed.proj')
      ? 'one of SAM 1'
      : has('geometry_encoder') || has('detector.') || has('tracker_model')
        ? 'one of SAM 3'
        : has('vision_encoder.') || has('mask_decoder.')
          ? 'one with the names of another library'
          : 'another'
    throw networkError('wrong-checkpoint', checkpoint.path, { expected: 'a checkpoint of SAM 2 or 2.1', found })
  }
  const version = names.includes('obj_ptr_tpos_proj.weight') ? '2.1' : '2.0'
  const [, channels] = findTensor(checkpoint, 'image_encoder.trunk.pos_embed').shape
  const blocks = blocksOf(names)
  for (const variant of variants)
    if (sizes[variant].blocks === blocks && sizes[variant].channels === channels) return { variant, version }
  return { variant: 'reduced', version }
}

/** The network that a checkpoint of SAM 2 is; of one of sizes that need a config the one with as many blocks, else `tiny`. @throws as `identifySam2` */
export function sam2Of(checkpoint: Checkpoint): string {
  const { variant, version } = identifySam2(checkpoint)
  const blocks = blocksOf([...checkpoint.tensors.keys()])
  const likest = variants.find((each) => sizes[each].blocks === blocks) ?? 'tiny'
  return `sam${version === '2.1' ? '2.1' : '2'}-${variant === 'reduced' ? likest : variant}`
}

/**
 * The same, held against what is asked for.
 * @param asked a network's id; undefined takes what it is
 * @param hasConfig whether a configuration of one's own says its sizes
 * @throws KinemetricError `wrong-checkpoint` for another network's, and for sizes that nothing says; as `identifySam2`
 */
export function requireSam2(checkpoint: Checkpoint, asked: string | undefined, hasConfig: boolean): string {
  const { variant } = identifySam2(checkpoint)
  const id = sam2Of(checkpoint)
  if (asked !== undefined && asked !== id) {
    const found = variant === 'reduced' ? `one of other sizes, whose blocks are those of ${id}` : `that of ${id}`
    throw networkError('wrong-checkpoint', checkpoint.path, { expected: `the checkpoint of ${asked}`, found })
  }
  if (variant !== 'reduced' || hasConfig) return id
  throw networkError('wrong-checkpoint', checkpoint.path, {
    expected: 'tiny, small, base-plus or large',
    found: 'a SAM 2 of other sizes',
    then: '--config names them',
  })
}

/** How many blocks the trunk has. */
function blocksOf(names: readonly string[]): number {
  return new Set(names.flatMap((name) => /^image_encoder\.trunk\.blocks\.(\d+)\./.exec(name)?.[1] ?? [])).size
}
