import type { MapSize } from '../../layers/gathered-convolution.ts'
import { ldmBlocks, type LdmPart } from './blocks.ts'
import type { LdmUnetConfig } from './config.ts'

/**
 * Operations of one pass of the UNet over one sample, two a multiply-add: convolutions, linear layers and attention of tokens to one another; what a
 * single token of context saves is left out.
 * @param size rows and columns of the latents
 */
export function ldmOperations(config: LdmUnetConfig, size: MapSize): number {
  const { input, middle, output } = ldmBlocks(config)
  const width = config.modelChannels
  let area = size.height * size.width
  let macs = 4 * width * width + 16 * width * width
  for (const part of [...input, middle, ...output].flat()) {
    if (part.kind === 'halve') area /= 4
    if (part.kind === 'double') area *= 4
    macs += partMacs(part, area, config)
  }
  return 2 * (macs + 9 * width * config.outChannels * area)
}

/** @param area positions of the part's output */
function partMacs(part: LdmPart, area: number, { modelChannels, contextWidth, depth }: LdmUnetConfig): number {
  switch (part.kind) {
    case 'convolution':
      return 9 * part.from * part.to * area
    case 'residual': {
      const { from, to } = part
      const shortcut = from === to ? 0 : from * to
      return (9 * from * to + 9 * to * to + shortcut) * area + 4 * modelChannels * to
    }
    case 'transformer': {
      const c = part.channels
      // Queries, keys, values, output; scores and their sum; 8 and 4 widths of the feed-forward part; the token.
      const block = (4 * c * c + 12 * c * c) * area + 2 * c * area * area + (contextWidth + c) * c
      return depth * block + 2 * c * c * area
    }
    case 'halve':
    case 'double':
  }
  return 9 * part.channels * part.channels * area
}
