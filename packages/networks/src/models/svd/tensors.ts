import type { SvdConfig, SvdLevel } from './config.ts'

/** Names and shapes of tensors. */
export type Shapes = Record<string, number[]>

/**
 * Whether a tensor has no effect: attention to one token is 1 whatever query and key are, so that queries, keys and the norm before them do nothing.
 */
export function isIdle(name: string): boolean {
  return /transformer_blocks\.\d+\.(?:norm2\.(?:weight|bias)|attn2\.to_[qk]\.weight)$/.test(name)
}

/** All tensors of the UNet that have an effect. */
export function svdUnetTensors(config: SvdConfig): Shapes {
  const { levels, outChannels } = config
  const [first, last] = [levels[0].width, levels[levels.length - 1].width]
  const skips = encoderSkips(config)
  const shapes = encoderTensors(config)
  let width = last
  for (const [block, level] of levels.toReversed().entries()) {
    const name = `up_blocks.${block}`
    for (let layer = 0; layer <= level.layers; layer++) {
      Object.assign(
        shapes,
        residualTensors(`${name}.resnets.${layer}`, width + (skips.pop() ?? 0), level.width, 4 * first),
      )
      if (level.attends) Object.assign(shapes, transformerTensors(`${name}.attentions.${layer}`, level))
      width = level.width
    }
    if (block < levels.length - 1) Object.assign(shapes, convolution(`${name}.upsamplers.0.conv`, width, width, [3, 3]))
  }
  return { ...shapes, ...norm('conv_norm_out', first), ...convolution('conv_out', first, outChannels, [3, 3]) }
}

/** Channels of what the encoder hands over to the decoder, in the order in which it is made. */
export function encoderSkips({ levels }: SvdConfig): number[] {
  return [
    levels[0].width,
    ...levels.flatMap(({ width, layers }, at) =>
      Array.from({ length: layers + (at < levels.length - 1 ? 1 : 0) }, () => width),
    ),
  ]
}

/** The part that a ControlNet copies: what comes in, the way down, the middle. */
export function encoderTensors({ levels, inChannels, idSize }: SvdConfig): Shapes {
  const [first, last] = [levels[0].width, levels[levels.length - 1]]
  const time = 4 * first
  const shapes: Shapes = {
    ...convolution('conv_in', inChannels, first, [3, 3]),
    ...embedding('time_embedding', first, time, time),
    ...embedding('add_embedding', 3 * idSize, time, time),
  }
  let width = first
  for (const [block, level] of levels.entries()) {
    const name = `down_blocks.${block}`
    for (let layer = 0; layer < level.layers; layer++) {
      Object.assign(shapes, residualTensors(`${name}.resnets.${layer}`, width, level.width, time))
      if (level.attends) Object.assign(shapes, transformerTensors(`${name}.attentions.${layer}`, level))
      width = level.width
    }
    if (level !== last) Object.assign(shapes, convolution(`${name}.downsamplers.0.conv`, width, width, [3, 3]))
  }
  for (const layer of [0, 1]) Object.assign(shapes, residualTensors(`mid_block.resnets.${layer}`, width, width, time))
  return { ...shapes, ...transformerTensors('mid_block.attentions.0', last) }
}

function residualTensors(name: string, from: number, to: number, time: number): Shapes {
  const block = (part: string, input: number, kernel: readonly number[]): Shapes => ({
    ...norm(`${name}.${part}.norm1`, input),
    ...convolution(`${name}.${part}.conv1`, input, to, kernel),
    ...linear(`${name}.${part}.time_emb_proj`, time, to),
    ...norm(`${name}.${part}.norm2`, to),
    ...convolution(`${name}.${part}.conv2`, to, to, kernel),
  })
  return {
    ...block('spatial_res_block', from, [3, 3]),
    ...(from === to ? {} : convolution(`${name}.spatial_res_block.conv_shortcut`, from, to, [1, 1])),
    ...block('temporal_res_block', to, [3, 1, 1]),
    [`${name}.time_mixer.mix_factor`]: [1],
  }
}

function transformerTensors(name: string, { width, context, depth }: SvdLevel): Shapes {
  const shapes: Shapes = {
    ...norm(`${name}.norm`, width),
    ...linear(`${name}.proj_in`, width, width),
    ...embedding(`${name}.time_pos_embed`, width, 4 * width, width),
    [`${name}.time_mixer.mix_factor`]: [1],
    ...linear(`${name}.proj_out`, width, width),
  }
  const forward = (part: string): Shapes => ({
    ...linear(`${part}.net.0.proj`, width, 8 * width),
    ...linear(`${part}.net.2`, 4 * width, width),
  })
  for (let at = 0; at < depth; at++) {
    const [spatial, temporal] = [`${name}.transformer_blocks.${at}`, `${name}.temporal_transformer_blocks.${at}`]
    for (const block of [spatial, temporal]) {
      Object.assign(shapes, norm(`${block}.norm1`, width), norm(`${block}.norm3`, width), forward(`${block}.ff`))
      for (const part of ['to_q', 'to_k', 'to_v']) shapes[`${block}.attn1.${part}.weight`] = [width, width]
      shapes[`${block}.attn2.to_v.weight`] = [width, context]
      for (const part of ['attn1', 'attn2']) Object.assign(shapes, linear(`${block}.${part}.to_out.0`, width, width))
    }
    Object.assign(shapes, norm(`${temporal}.norm_in`, width), forward(`${temporal}.ff_in`))
  }
  return shapes
}

/** A linear layer after another, as steps and positions are embedded. */
function embedding(name: string, from: number, between: number, to: number): Shapes {
  return { ...linear(`${name}.linear_1`, from, between), ...linear(`${name}.linear_2`, between, to) }
}

/** A convolution with its bias. */
export function convolution(name: string, from: number, to: number, kernel: readonly number[]): Shapes {
  return { [`${name}.weight`]: [to, from, ...kernel], [`${name}.bias`]: [to] }
}

function linear(name: string, from: number, to: number): Shapes {
  return { [`${name}.weight`]: [to, from], [`${name}.bias`]: [to] }
}

function norm(name: string, width: number): Shapes {
  return { [`${name}.weight`]: [width], [`${name}.bias`]: [width] }
}
