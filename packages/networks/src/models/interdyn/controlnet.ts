import { silu } from '../../layers/activations.ts'
import { convolution } from '../../layers/convolution.ts'
import { type Layers, multiply, scalar, within } from '../../layers/layers.ts'
import type { Value } from '../../onnx/graph-builder.ts'
import { encode, type Skip, type Told } from '../svd/encoder.ts'
import type { Grid } from '../svd/grid.ts'
import type { Residuals } from '../svd/unet.ts'
import type { ControlnetConfig } from './config.ts'

/** What the ControlNet says of each of the UNet's skips and of its middle, scaled. */
export interface Control {
  readonly skips: readonly (Skip & { readonly residual: Value })[]
  readonly middle: Value
}

/**
 * InterDyn's ControlNet (Akkerman et al. 2025; rickakkerman/InterDyn): SVD's encoder with weights of its own, the embedded control added after
 * its first convolution, and a 1×1 convolution on each skip and on the middle.
 * @param sample `[samples · frames, inChannels, height, width]`
 * @param condition what `embedControl` returns, repeated for every sample
 * @param scale [] in the arithmetic's number type: how strongly the control counts
 */
export function controlnet(
  layers: Layers,
  sample: Value,
  {
    config,
    grid,
    told,
    condition,
    scale,
  }: { config: ControlnetConfig; grid: Grid; told: Told; condition: Value; scale: Value },
): Control {
  const { skips, middle } = encode(layers, sample, { config, grid, told, condition })
  const said = (x: Value, name: string): Value => multiply(layers, convolution(layers, x, name), scale)
  return {
    skips: skips.map((skip, at) => ({ ...skip, residual: said(skip.value, `controlnet_down_blocks.${at}`) })),
    middle: said(middle, 'controlnet_mid_block'),
  }
}

/**
 * What the UNet adds. Its released code adds all residuals again after every down block, to the skips that are there by then, and the weights
 * were trained so: a skip of down block b counts (number of down blocks − b) times, the middle once.
 */
export function accumulated(layers: Layers, { skips, middle }: Control, downBlocks: number): Residuals {
  const counted = skips.map(({ residual, block }) => {
    const times = downBlocks - block
    return times === 1 ? residual : multiply(layers, residual, scalar(layers, times))
  })
  return { skips: counted, middle }
}

/**
 * The control as the ControlNet takes it, at an eighth of its size. It depends on neither the step nor the sample.
 * @param control `[frames, 3, H, W]` in [−1, 1]
 * @returns `[frames, first width, H/8, W/8]`
 */
export function embedControl(layers: Layers, control: Value, { conditionWidths }: ControlnetConfig): Value {
  const inner = within(layers, 'controlnet_cond_embedding')
  let x = silu(inner, convolution(inner, control, 'conv_in'))
  for (let at = 0; at < conditionWidths.length - 1; at++) {
    x = silu(inner, convolution(inner, x, `blocks.${2 * at}`))
    x = silu(inner, convolution(inner, x, `blocks.${2 * at + 1}`, { stride: 2 }))
  }
  return convolution(inner, x, 'conv_out')
}
