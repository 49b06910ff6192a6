import { convolution, encoderSkips, encoderTensors, type Shapes } from '../svd/tensors.ts'
import type { ControlnetConfig } from './config.ts'

/** All tensors of the ControlNet that have an effect. */
export function controlnetTensors(config: ControlnetConfig): Shapes {
  const shapes = encoderTensors(config)
  const { conditionWidths: widths, levels } = config
  const name = 'controlnet_cond_embedding'
  Object.assign(shapes, convolution(`${name}.conv_in`, 3, widths[0], [3, 3]))
  for (const [at, to] of widths.slice(1).entries()) {
    const from = widths[at]
    Object.assign(shapes, convolution(`${name}.blocks.${2 * at}`, from, from, [3, 3]))
    Object.assign(shapes, convolution(`${name}.blocks.${2 * at + 1}`, from, to, [3, 3]))
  }
  Object.assign(shapes, convolution(`${name}.conv_out`, widths[widths.length - 1], levels[0].width, [3, 3]))
  for (const [at, width] of encoderSkips(config).entries())
    Object.assign(shapes, convolution(`controlnet_down_blocks.${at}`, width, width, [1, 1]))
  const last = levels[levels.length - 1].width
  return { ...shapes, ...convolution('controlnet_mid_block', last, last, [1, 1]) }
}
