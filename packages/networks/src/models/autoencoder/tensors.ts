import type { AutoencoderConfig } from './config.ts'

type Shapes = Record<string, readonly number[]>

/** The tensors of the encoder under diffusers' names, with their shapes. */
export function encoderTensors({ widths, resnets, latents, quantConv }: AutoencoderConfig): Shapes {
  const shapes: Shapes = layer('encoder.conv_in', [widths[0], 3, 3, 3])
  widths.forEach((width, level) => {
    const name = `encoder.down_blocks.${level}`
    for (let i = 0; i < resnets; i++) {
      const before = i === 0 ? (widths[level - 1] ?? width) : width
      Object.assign(shapes, resnet(`${name}.resnets.${i}`, before, width))
    }
    if (level < widths.length - 1) Object.assign(shapes, layer(`${name}.downsamplers.0.conv`, [width, width, 3, 3]))
  })
  const last = widths[widths.length - 1]
  Object.assign(shapes, attention('encoder.mid_block.attentions.0', last))
  for (const i of [0, 1]) Object.assign(shapes, resnet(`encoder.mid_block.resnets.${i}`, last, last))
  Object.assign(shapes, layer('encoder.conv_norm_out', [last]))
  Object.assign(shapes, layer('encoder.conv_out', [2 * latents, last, 3, 3]))
  if (quantConv) Object.assign(shapes, layer('quant_conv', [2 * latents, 2 * latents, 1, 1]))
  return shapes
}

/** The tensors of the decoder under diffusers' names, with their shapes. */
export function decoderTensors(config: AutoencoderConfig): Shapes {
  const { widths, resnets, latents, postQuantConv } = config
  const temporal = config.decoder === 'temporal'
  const block = temporal ? spatioTemporal : resnet
  const descending = widths.toReversed()
  const shapes: Shapes = layer('decoder.conv_in', [descending[0], latents, 3, 3])
  Object.assign(shapes, attention('decoder.mid_block.attentions.0', descending[0]))
  for (let i = 0; i < middleResnets(config); i++)
    Object.assign(shapes, block(`decoder.mid_block.resnets.${i}`, descending[0], descending[0]))
  descending.forEach((width, level) => {
    const name = `decoder.up_blocks.${level}`
    for (let i = 0; i <= resnets; i++) {
      const before = i === 0 ? (descending[level - 1] ?? width) : width
      Object.assign(shapes, block(`${name}.resnets.${i}`, before, width))
    }
    if (level < widths.length - 1) Object.assign(shapes, layer(`${name}.upsamplers.0.conv`, [width, width, 3, 3]))
  })
  Object.assign(shapes, layer('decoder.conv_norm_out', [widths[0]]))
  Object.assign(shapes, layer('decoder.conv_out', [3, widths[0], 3, 3]))
  if (temporal) Object.assign(shapes, layer('decoder.time_conv_out', [3, 3, 3, 1, 1]))
  if (postQuantConv) Object.assign(shapes, layer('post_quant_conv', [latents, latents, 1, 1]))
  return shapes
}

/** Residual blocks in the middle of the decoder: the temporal one has as many as a level of the encoder, of which it runs two at most. */
function middleResnets({ decoder, resnets }: AutoencoderConfig): number {
  return decoder === 'temporal' ? resnets : 2
}

function layer(name: string, weight: readonly number[]): Shapes {
  return { [`${name}.weight`]: weight, [`${name}.bias`]: [weight[0]] }
}

function resnet(name: string, before: number, width: number): Shapes {
  return {
    ...layer(`${name}.norm1`, [before]),
    ...layer(`${name}.conv1`, [width, before, 3, 3]),
    ...layer(`${name}.norm2`, [width]),
    ...layer(`${name}.conv2`, [width, width, 3, 3]),
    ...(before === width ? {} : layer(`${name}.conv_shortcut`, [width, before, 1, 1])),
  }
}

function spatioTemporal(name: string, before: number, width: number): Shapes {
  return {
    ...resnet(`${name}.spatial_res_block`, before, width),
    ...layer(`${name}.temporal_res_block.norm1`, [width]),
    ...layer(`${name}.temporal_res_block.conv1`, [width, width, 3, 1, 1]),
    ...layer(`${name}.temporal_res_block.norm2`, [width]),
    ...layer(`${name}.temporal_res_block.conv2`, [width, width, 3, 1, 1]),
    [`${name}.time_mixer.mix_factor`]: [1],
  }
}

function attention(name: string, width: number): Shapes {
  const shapes = layer(`${name}.group_norm`, [width])
  for (const part of ['to_q', 'to_k', 'to_v', 'to_out.0'])
    Object.assign(shapes, layer(`${name}.${part}`, [width, width]))
  return shapes
}
