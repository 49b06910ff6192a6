import type { Value } from '../../onnx/graph-builder.ts'
import { convolution, doubledConvolution } from '../../layers/convolution.ts'
import { type Layers, toArithmetic, toFloat32, within } from '../../layers/layers.ts'
import { alongFrames, fromAlongFrames, normActivation, placeAttention, resnet, temporalResnet } from './blocks.ts'
import type { AutoencoderConfig } from './config.ts'

/** A video whose size is known when the graph is built. */
export interface VideoSize {
  readonly frames: number
  /** Of the latents. */
  readonly height: number
  readonly width: number
  /** What of a frame alone is computed for some frames at a time, so that their widest map has at most as many numbers. */
  readonly numbersAtOnce: number
}

/**
 * The decoder of Stable Diffusion's autoencoder, each picture by itself (diffusers' `AutoencoderKL`), or of Stable Video Diffusion's, all
 * frames of one video together (Blattmann et al., Stable Video Diffusion, 2023; diffusers' `AutoencoderKLTemporalDecoder`), under
 * diffusers' names.
 * @param latents float32 `[N, latents, h, w]`, not scaled; the temporal decoder takes them for the N frames of one video
 * @param size of a video for which little memory is to be taken; without it the sizes may be any
 * @returns float32 `[N, 3, f h, f w]` in about [−1, 1], f = 2^(levels − 1)
 */
export function autoencoderDecoder(layers: Layers, config: AutoencoderConfig, latents: Value, size?: VideoSize): Value {
  const { widths, resnets, groups, postQuantConv } = config
  const temporal = config.decoder === 'temporal'
  /** What of a block is of each frame alone. */
  const frameBlock = (at: Layers, some: Value): Value =>
    resnet(temporal ? within(at, 'spatial_res_block') : at, some, groups)
  const alongVideo = (at: Layers, frames: Value): Value => (temporal ? temporalResnet(at, frames, groups) : frames)
  const block = (at: Layers, frames: Value): Value => alongVideo(at, frameBlock(at, frames))
  const decoder = within(layers, 'decoder')
  let x = toArithmetic(layers, latents)
  if (postQuantConv) x = convolution(layers, x, 'post_quant_conv')
  x = convolution(decoder, x, 'conv_in')
  const middle = within(decoder, 'mid_block')
  x = block(within(middle, 'resnets.0'), x)
  // A temporal decoder of one block a level has no more than that here, and passes its attention by.
  if (!temporal || resnets > 1) {
    x = placeAttention(within(middle, 'attentions.0'), x, groups)
    x = block(within(middle, 'resnets.1'), x)
  }
  for (const [level, width] of widths.toReversed().entries()) {
    const up = within(decoder, `up_blocks.${level}`)
    const parts = framesOfParts(size, 2 ** level, level === 0 ? width : widths.toReversed()[level - 1])
    for (let i = 0; i <= resnets; i++) {
      const at = within(up, `resnets.${i}`)
      // The wide map of an upsampling is never there as a whole.
      const before = within(decoder, `up_blocks.${level - 1}`)
      const enlarged = (some: Value): Value =>
        i === 0 && level > 0 ? doubledConvolution(before, some, 'upsamplers.0.conv') : some
      x = alongVideo(
        at,
        inParts(layers, x, parts, (some) => frameBlock(at, enlarged(some))),
      )
    }
  }
  x = inParts(layers, x, framesOfParts(size, 2 ** (widths.length - 1), widths[0]), (some) =>
    convolution(decoder, normActivation(decoder, some, 'conv_norm_out', groups), 'conv_out'),
  )
  if (temporal) {
    const filtered = convolution(decoder, alongFrames(layers, x, 3), 'time_conv_out', { kernel: [3, 3, 3, 1] })
    x = fromAlongFrames(layers, filtered, x)
  }
  return toFloat32(layers, x)
}

/** How many frames each part has; one part where the sizes are not known. */
function framesOfParts(size: VideoSize | undefined, enlarged: number, channels: number): readonly number[] {
  if (size === undefined) return []
  const numbers = channels * size.height * size.width * enlarged ** 2
  const each = Math.max(1, Math.floor(size.numbersAtOnce / numbers))
  const parts = Math.ceil(size.frames / each)
  return Array.from({ length: parts }, (_, part) => Math.min(each, size.frames - part * each))
}

/** What is made of some frames after the others, behind one another. Slices, for a split would copy all of them beforehand. */
function inParts({ graph }: Layers, x: Value, parts: readonly number[], make: (some: Value) => Value): Value {
  if (parts.length <= 1) return make(x)
  let first = 0
  const made = parts.map((count) => {
    const some = graph.node('Slice', [x, graph.ints([first]), graph.ints([first + count])])
    first += count
    return make(some)
  })
  return graph.node('Concat', made, { axis: 0 })
}
