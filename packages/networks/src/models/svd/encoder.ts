import { silu } from '../../layers/activations.ts'
import { convolution } from '../../layers/convolution.ts'
import { add, type Layers, within } from '../../layers/layers.ts'
import { linear } from '../../layers/linear.ts'
import type { Value } from '../../onnx/graph-builder.ts'
import type { SvdConfig } from './config.ts'
import { type Grid, mapsOf } from './grid.ts'
import { spatioTemporalResidual } from './residual-block.ts'
import { spatioTemporalTransformer } from './transformer.ts'

/** What is told to every block beside the latents, in the arithmetic's number type. */
export interface Told {
  /** The sinusoid of the step, `[1, first width]`. */
  readonly time: Value
  /** The sinusoids of frame rate, motion bucket and noise augmentation, `[1, 3 · idSize]`. */
  readonly ids: Value
  /** `[samples, context]`: zeros where there is none. */
  readonly context: Value
}

/** What the encoder hands over to the decoder, in the order in which it is made. */
export interface Skip {
  readonly value: Value
  readonly grid: Grid
  /** The down block that made it; the first convolution counts as block 0. */
  readonly block: number
}

export interface Encoded {
  readonly skips: readonly Skip[]
  /** After the middle block, on the last skip's grid. */
  readonly middle: Value
  /** silu of the embedded step, `[1, E]`. */
  readonly time: Value
}

/**
 * The ε of group norms inside residual blocks. diffusers asks for 1e-5 everywhere, but what makes blocks with attention, and every block on the
 * way up, drops the argument: 1e-6 holds there, and 1e-5 in blocks without attention on the way down and in the middle.
 */
export const epsilons = { attendingDown: 1e-6, plainDown: 1e-5, middle: 1e-5, up: 1e-6 } as const

/**
 * The way down and the middle, which a ControlNet has too.
 * @param sample `[samples · frames, inChannels, height, width]`
 * @param condition added to what the first convolution makes of the sample, in its shape
 */
export function encode(
  layers: Layers,
  sample: Value,
  {
    config,
    grid: start,
    told,
    condition,
  }: { config: SvdConfig; grid: Grid; told: Told; condition?: Value | undefined },
): Encoded {
  const time = embedStep(layers, told)
  const { levels } = config
  let grid = start
  let x = convolution(layers, sample, 'conv_in')
  if (condition !== undefined) x = add(layers, x, condition)
  const skips: Skip[] = [{ value: x, grid, block: 0 }]
  for (const [block, level] of levels.entries()) {
    const inner = within(layers, `down_blocks.${block}`)
    const epsilon = level.attends ? epsilons.attendingDown : epsilons.plainDown
    for (let layer = 0; layer < level.layers; layer++) {
      x = spatioTemporalResidual(inner, x, `resnets.${layer}`, { grid, epsilon, time })
      if (level.attends)
        x = spatioTemporalTransformer(inner, x, `attentions.${layer}`, { grid, level, context: told.context })
      skips.push({ value: x, grid, block })
    }
    if (block === levels.length - 1) continue
    x = convolution(inner, x, 'downsamplers.0.conv', { stride: 2, size: mapsOf(grid) })
    grid = { ...grid, height: grid.height / 2, width: grid.width / 2 }
    skips.push({ value: x, grid, block })
  }
  const inner = within(layers, 'mid_block')
  const level = levels[levels.length - 1]
  x = spatioTemporalResidual(inner, x, 'resnets.0', { grid, epsilon: epsilons.middle, time })
  x = spatioTemporalTransformer(inner, x, 'attentions.0', { grid, level, context: told.context })
  x = spatioTemporalResidual(inner, x, 'resnets.1', { grid, epsilon: epsilons.middle, time })
  return { skips, middle: x, time }
}

function embedStep(layers: Layers, { time, ids }: Told): Value {
  const embedded = (x: Value, name: string): Value =>
    linear(layers, silu(layers, linear(layers, x, `${name}.linear_1`, { outer: [-1] })), `${name}.linear_2`, {
      outer: [-1],
    })
  return silu(layers, add(layers, embedded(time, 'time_embedding'), embedded(ids, 'add_embedding')))
}
