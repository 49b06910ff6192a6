import type { AutoencoderConfig } from './config.ts'
import { decoderTensors, encoderTensors } from './tensors.ts'

/** Rows and columns of a map. */
export interface MapSize {
  readonly height: number
  readonly width: number
}

/**
 * Floating-point operations of encoding one picture, two a multiply-add: convolutions, linear layers and attention.
 * @param size of the picture in pixels
 */
export function encoderOperations(config: AutoencoderConfig, { height, width }: MapSize): number {
  const { length: levels } = config.widths
  const finest = height * width
  const coarsest = finest / 4 ** (levels - 1)
  return counted(config, encoderTensors(config), coarsest, (name) => {
    const level = levelOf(name, 'down_blocks')
    if (level === undefined) return name.startsWith('encoder.conv_in.') ? finest : coarsest
    return finest / 4 ** (name.includes('.downsamplers.') ? level + 1 : level)
  })
}

/**
 * Floating-point operations of decoding one picture or one frame of a video, counted as `encoderOperations` does.
 * @param size of the latents
 */
export function decoderOperations(config: AutoencoderConfig, { height, width }: MapSize): number {
  const coarsest = height * width
  const finest = coarsest * 4 ** (config.widths.length - 1)
  return counted(config, decoderTensors(config), coarsest, (name) => {
    const level = levelOf(name, 'up_blocks')
    if (level === undefined) return /^decoder\.(time_)?conv_out\./.test(name) ? finest : coarsest
    // Four of nine taps at four times the places: doubled maps are never made.
    return name.includes('.upsamplers.') ? (coarsest * 4 ** (level + 1) * 4) / 9 : coarsest * 4 ** level
  })
}

/** Every matrix and kernel of one half at as many places as it is applied to, and attention at the coarsest. */
function counted(
  { widths }: AutoencoderConfig,
  shapes: Readonly<Record<string, readonly number[]>>,
  coarsest: number,
  places: (name: string) => number,
): number {
  const products = Object.entries(shapes)
    .filter(([, shape]) => shape.length > 1)
    .map(([name, shape]) => shape.reduce((product, size) => product * size, 1) * places(name))
  const attention = 2 * coarsest ** 2 * widths[widths.length - 1]
  return 2 * products.reduce((sum, product) => sum + product, attention)
}

function levelOf(name: string, blocks: string): number | undefined {
  const found = new RegExp(`\\.${blocks}\\.(\\d+)\\.`).exec(name)
  return found === null ? undefined : Number(found[1])
}
