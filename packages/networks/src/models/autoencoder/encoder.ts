import type { Value } from '../../onnx/graph-builder.ts'
import { convolution } from '../../layers/convolution.ts'
import { type Layers, toArithmetic, toFloat32, within } from '../../layers/layers.ts'
import { normActivation, placeAttention, resnet } from './blocks.ts'
import type { AutoencoderConfig } from './config.ts'

/**
 * The encoder of Stable Diffusion's autoencoder (Rombach et al., High-Resolution Image Synthesis with Latent Diffusion Models, CVPR 2022;
 * diffusers' `AutoencoderKL`), under diffusers' names.
 * @param pictures float32 `[N, 3, H, W]` in [−1, 1]
 * @returns float32 `[N, latents, H/f, W/f]`, f = 2^(levels − 1): the mean of each picture's latents, not scaled
 */
export function autoencoderEncoder(layers: Layers, config: AutoencoderConfig, pictures: Value): Value {
  const { graph } = layers
  const { widths, resnets, latents, groups, quantConv } = config
  const encoder = within(layers, 'encoder')
  let x = convolution(encoder, toArithmetic(layers, pictures), 'conv_in')
  for (let level = 0; level < widths.length; level++) {
    const block = within(encoder, `down_blocks.${level}`)
    for (let i = 0; i < resnets; i++) x = resnet(within(block, `resnets.${i}`), x, groups)
    // Zeros on the right and at the bottom only.
    if (level < widths.length - 1) x = convolution(block, x, 'downsamplers.0.conv', { stride: 2, pads: [0, 0, 1, 1] })
  }
  const middle = within(encoder, 'mid_block')
  x = resnet(within(middle, 'resnets.0'), x, groups)
  x = placeAttention(within(middle, 'attentions.0'), x, groups)
  x = resnet(within(middle, 'resnets.1'), x, groups)
  x = convolution(encoder, normActivation(encoder, x, 'conv_norm_out', groups), 'conv_out')
  if (quantConv) x = convolution(layers, x, 'quant_conv')
  // Means stand before the logarithms of variances.
  return toFloat32(layers, graph.node('Slice', [x, graph.ints([0]), graph.ints([latents]), graph.ints([1])]))
}
