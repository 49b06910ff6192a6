import type { Value } from '../../onnx/graph-builder.ts'
import { convolution, doubledConvolution } from '../../layers/convolution.ts'
import { type Layers, toArithmetic, toFloat32, within } from '../../layers/layers.ts'
import { alongFrames, fromAlongFrames, normActivation, placeAttention, resnet, spatioTemporalResnet } from './blocks.ts'
import type { AutoencoderConfig } from './config.ts'

/**
 * The decoder of Stable Diffusion's autoencoder, each picture by itself (diffusers' `AutoencoderKL`), or of Stable Video Diffusion's, all
 * frames of one video together (Blattmann et al., Stable Video Diffusion, 2023; diffusers' `AutoencoderKLTemporalDecoder`), under
 * diffusers' names.
 * @param latents float32 `[N, latents, h, w]`, not scaled; the temporal decoder takes them for the N frames of one video
 * @returns float32 `[N, 3, f h, f w]` in about [−1, 1], f = 2^(levels − 1)
 */
export function autoencoderDecoder(layers: Layers, config: AutoencoderConfig, latents: Value): Value {
  const { widths, resnets, groups, postQuantConv } = config
  const temporal = config.decoder === 'temporal'
  const block = temporal ? spatioTemporalResnet : resnet
  const decoder = within(layers, 'decoder')
  let x = toArithmetic(layers, latents)
  if (postQuantConv) x = convolution(layers, x, 'post_quant_conv')
  x = convolution(decoder, x, 'conv_in')
  const middle = within(decoder, 'mid_block')
  x = block(within(middle, 'resnets.0'), x, groups)
  // A temporal decoder of one block a level has no more than that here, and passes its attention by.
  if (!temporal || resnets > 1) {
    x = placeAttention(within(middle, 'attentions.0'), x, groups)
    x = block(within(middle, 'resnets.1'), x, groups)
  }
  for (let level = 0; level < widths.length; level++) {
    const up = within(decoder, `up_blocks.${level}`)
    for (let i = 0; i <= resnets; i++) x = block(within(up, `resnets.${i}`), x, groups)
    if (level < widths.length - 1) x = doubledConvolution(up, x, 'upsamplers.0.conv')
  }
  x = convolution(decoder, normActivation(decoder, x, 'conv_norm_out', groups), 'conv_out')
  if (temporal) {
    const filtered = convolution(decoder, alongFrames(layers, x, 3), 'time_conv_out', { kernel: [3, 3, 3, 1] })
    x = fromAlongFrames(layers, filtered, x)
  }
  return toFloat32(layers, x)
}
