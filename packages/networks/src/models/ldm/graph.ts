import type { MapSize } from '../../layers/gathered-convolution.ts'
import type { Value } from '../../onnx/graph-builder.ts'
import { silu } from '../../layers/activations.ts'
import { convolution } from '../../layers/convolution.ts'
import { type Layers, toArithmetic, toFloat32 } from '../../layers/layers.ts'
import { linear } from '../../layers/linear.ts'
import { groupNorm } from '../../layers/normalisation.ts'
import { ldmBlocks, type LdmPart } from './blocks.ts'
import type { LdmUnetConfig } from './config.ts'
import { ldmLayer } from './layers.ts'

export interface LdmUnetInputs {
  /** float32 `[batch, in channels, h, w]`. */
  readonly x: Value
  /** float32 `[1 or batch, model channels]`: `sinusoid` of the step's number in training. */
  readonly time: Value
  /** float32 `[batch, context width]`: the one token that every layer attends to. */
  readonly context: Value
  /** h and w, multiples of `latentMultiple`. */
  readonly size: MapSize
}

/**
 * The UNet of latent diffusion 1.x (Rombach et al. 2022) with contexts of one token. Group norms of residual blocks and the last one have ε 1e-5, those of
 * transformers 1e-6. Source: CompVis/stable-diffusion, ldm/modules/diffusionmodules/openaimodel.py and ldm/modules/attention.py.
 * @param layers `tensor` by the names of `ldmTensors`
 * @returns float32 `[batch, out channels, h, w]`
 */
export function ldmUnet(layers: Layers, config: LdmUnetConfig, { x, time, context, size }: LdmUnetInputs): Value {
  const { input, middle, output } = ldmBlocks(config)
  const conditions = {
    time: toArithmetic(layers, silu(layers, timeEmbedding(layers, time))),
    context: toArithmetic(layers, context),
    depth: config.depth,
  }
  let here = size
  const run = (x: Value, parts: readonly LdmPart[]): Value => {
    for (const part of parts) [x, here] = ldmLayer(layers, x, part, here, conditions)
    return x
  }

  let hidden = toArithmetic(layers, x)
  const skips: Value[] = []
  for (const block of input) {
    hidden = run(hidden, block)
    skips.push(hidden)
  }
  hidden = run(hidden, middle)
  for (const block of output)
    hidden = run(layers.graph.node('Concat', [hidden, ...skips.splice(-1)], { axis: 1 }), block)
  const normed = silu(layers, groupNorm(layers, hidden, 'out.0', { epsilon: 1e-5 }))
  return toFloat32(layers, convolution(layers, normed, 'out.2'))
}

/** In float32 whatever the arithmetic: it is one row. */
function timeEmbedding(layers: Layers, time: Value): Value {
  const wide: Layers = { ...layers, dtype: 'float32' }
  const hidden = silu(wide, linear(wide, time, 'time_embed.0', { outer: [-1] }))
  return linear(wide, hidden, 'time_embed.2', { outer: [-1] })
}
