import { ldmBlocks, type LdmPart } from './blocks.ts'
import type { LdmUnetConfig } from './config.ts'

/** Every tensor of a UNet with its shape, named as in its module (`input_blocks.0.0.weight`). */
export function ldmTensors(config: LdmUnetConfig): Record<string, readonly number[]> {
  const shapes: Record<string, readonly number[]> = {}
  const { input, middle, output } = ldmBlocks(config)
  const width = config.modelChannels
  const add = (name: string, ...shape: readonly number[]): void => {
    shapes[`${name}.weight`] = shape
    shapes[`${name}.bias`] = [shape[0]]
  }
  add('time_embed.0', 4 * width, width)
  add('time_embed.2', 4 * width, 4 * width)
  for (const part of [...input, middle, ...output].flat()) addPart(shapes, add, part, config)
  add('out.0', width)
  add('out.2', config.outChannels, width, 3, 3)
  return shapes
}

/**
 * Tensors of attention to a context of one token that decide nothing: softmax over one key is 1 whatever the query.
 * They need not be read.
 */
export function isDeadTensor(name: string): boolean {
  return /\.(attn2\.to_[qk]|norm2)\.(weight|bias)$/.test(name)
}

function addPart(
  shapes: Record<string, readonly number[]>,
  add: (name: string, ...shape: readonly number[]) => void,
  part: LdmPart,
  { modelChannels, contextWidth, depth }: LdmUnetConfig,
): void {
  const { name } = part
  switch (part.kind) {
    case 'convolution':
      return add(name, part.to, part.from, 3, 3)
    case 'halve':
    case 'double':
      return add(name, part.channels, part.channels, 3, 3)
    case 'residual': {
      const { from, to } = part
      add(`${name}.in_layers.0`, from)
      add(`${name}.in_layers.2`, to, from, 3, 3)
      add(`${name}.emb_layers.1`, to, 4 * modelChannels)
      add(`${name}.out_layers.0`, to)
      add(`${name}.out_layers.3`, to, to, 3, 3)
      if (from !== to) add(`${name}.skip_connection`, to, from, 1, 1)
      return
    }
    case 'transformer': {
      const { channels } = part
      add(`${name}.norm`, channels)
      add(`${name}.proj_in`, channels, channels, 1, 1)
      for (let index = 0; index < depth; index++) {
        const block = `${name}.transformer_blocks.${index}`
        for (const [attention, source] of [
          ['attn1', channels],
          ['attn2', contextWidth],
        ] as const) {
          shapes[`${block}.${attention}.to_q.weight`] = [channels, channels]
          shapes[`${block}.${attention}.to_k.weight`] = [channels, source]
          shapes[`${block}.${attention}.to_v.weight`] = [channels, source]
          add(`${block}.${attention}.to_out.0`, channels, channels)
        }
        add(`${block}.ff.net.0.proj`, 8 * channels, channels)
        add(`${block}.ff.net.2`, channels, 4 * channels)
        for (const norm of ['norm1', 'norm2', 'norm3']) add(`${block}.${norm}`, channels)
      }
      add(`${name}.proj_out`, channels, channels, 1, 1)
    }
  }
}
