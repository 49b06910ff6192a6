import { headsOf, type LdmUnetConfig } from './config.ts'

/** A layer of the UNet, under the name that its tensors begin with. */
export type LdmPart =
  | { readonly kind: 'convolution'; readonly name: string; readonly from: number; readonly to: number }
  | { readonly kind: 'residual'; readonly name: string; readonly from: number; readonly to: number }
  | { readonly kind: 'transformer'; readonly name: string; readonly channels: number; readonly heads: number }
  | { readonly kind: 'halve'; readonly name: string; readonly channels: number }
  | { readonly kind: 'double'; readonly name: string; readonly channels: number }

export interface LdmBlocks {
  /** The output of each is a skip connection. */
  readonly input: readonly (readonly LdmPart[])[]
  readonly middle: readonly LdmPart[]
  /** Each begins with what is so far and the last skip connection that is left, channels side by side in this order. */
  readonly output: readonly (readonly LdmPart[])[]
}

/**
 * The layers of a UNet in the order in which it runs them; its tensors, its graph and its cost are one way each to read them.
 * Source: CompVis/stable-diffusion, ldm/modules/diffusionmodules/openaimodel.py, `UNetModel`.
 */
export function ldmBlocks(config: LdmUnetConfig): LdmBlocks {
  const { modelChannels, channelMultipliers, residualBlocks, attentionAt } = config
  const attends = (name: string, level: number, channels: number): LdmPart[] =>
    attentionAt.includes(2 ** level) ? [{ kind: 'transformer', name, channels, heads: headsOf(config, channels) }] : []

  const input: LdmPart[][] = [
    [{ kind: 'convolution', name: 'input_blocks.0.0', from: config.inChannels, to: modelChannels }],
  ]
  const skips = [modelChannels]
  let channels = modelChannels
  const last = channelMultipliers.length - 1
  for (const [level, multiplier] of channelMultipliers.entries()) {
    const to = multiplier * modelChannels
    for (let block = 0; block < residualBlocks; block++) {
      const name = `input_blocks.${input.length}`
      input.push([{ kind: 'residual', name: `${name}.0`, from: channels, to }, ...attends(`${name}.1`, level, to)])
      channels = to
      skips.push(channels)
    }
    if (level === last) continue
    input.push([{ kind: 'halve', name: `input_blocks.${input.length}.0.op`, channels }])
    skips.push(channels)
  }

  const middle: LdmPart[] = [
    { kind: 'residual', name: 'middle_block.0', from: channels, to: channels },
    { kind: 'transformer', name: 'middle_block.1', channels, heads: headsOf(config, channels) },
    { kind: 'residual', name: 'middle_block.2', from: channels, to: channels },
  ]

  const output: LdmPart[][] = []
  for (let level = last; level >= 0; level--) {
    const to = channelMultipliers[level] * modelChannels
    for (let block = 0; block <= residualBlocks; block++) {
      const name = `output_blocks.${output.length}`
      const skip = skips.pop() ?? 0
      const parts: LdmPart[] = [
        { kind: 'residual', name: `${name}.0`, from: channels + skip, to },
        ...attends(`${name}.1`, level, to),
      ]
      channels = to
      if (level > 0 && block === residualBlocks)
        parts.push({ kind: 'double', name: `${name}.${parts.length}.conv`, channels })
      output.push(parts)
    }
  }
  return { input, middle, output }
}
