import { silu } from '../../layers/activations.ts'
import { convolution, doubledConvolution, doubleNearest } from '../../layers/convolution.ts'
import { isGathered } from '../../layers/gathered-convolution.ts'
import { add, type Layers, within } from '../../layers/layers.ts'
import { groupNorm } from '../../layers/normalisation.ts'
import type { Value } from '../../onnx/graph-builder.ts'
import type { SvdConfig } from './config.ts'
import { encode, epsilons, type Told } from './encoder.ts'
import { type Grid, mapsOf } from './grid.ts'
import { spatioTemporalResidual } from './residual-block.ts'
import { spatioTemporalTransformer } from './transformer.ts'

/** What a ControlNet adds to the UNet's skips and to its middle. */
export interface Residuals {
  /** One a skip, in the order in which the encoder makes them. */
  readonly skips: readonly Value[]
  readonly middle: Value
}

/**
 * Stable Video Diffusion's UNet (Blattmann et al. 2023; diffusers' `UNetSpatioTemporalConditionModel`).
 * @param sample `[samples · frames, inChannels, height, width]`; the last levels halve height and width without a rest
 * @returns `[samples · frames, outChannels, height, width]`
 */
export function svdUnet(
  layers: Layers,
  sample: Value,
  {
    config,
    grid: start,
    told,
    residuals,
  }: { config: SvdConfig; grid: Grid; told: Told; residuals?: Residuals | undefined },
): Value {
  const { skips, middle, time } = encode(layers, sample, { config, grid: start, told })
  const handed = skips.map(({ value }, at) =>
    residuals === undefined ? value : add(layers, value, residuals.skips[at]),
  )
  const levels = config.levels.toReversed()
  let { grid } = skips[skips.length - 1]
  let x = residuals === undefined ? middle : add(layers, middle, residuals.middle)
  for (const [block, level] of levels.entries()) {
    const inner = within(layers, `up_blocks.${block}`)
    for (let layer = 0; layer <= level.layers; layer++) {
      const both = [x, ...handed.splice(-1)]
      x = layers.graph.node('Concat', both, { axis: 1 })
      x = spatioTemporalResidual(inner, x, `resnets.${layer}`, { grid, epsilon: epsilons.up, time })
      if (level.attends)
        x = spatioTemporalTransformer(inner, x, `attentions.${layer}`, { grid, level, context: told.context })
    }
    if (block === levels.length - 1) continue
    grid = { ...grid, height: 2 * grid.height, width: 2 * grid.width }
    const size = mapsOf(grid)
    x = isGathered(layers, size)
      ? convolution(inner, doubleNearest(layers, x), 'upsamplers.0.conv', { size })
      : doubledConvolution(inner, x, 'upsamplers.0.conv')
  }
  return convolution(layers, silu(layers, groupNorm(layers, x, 'conv_norm_out', { epsilon: 1e-5 })), 'conv_out')
}
