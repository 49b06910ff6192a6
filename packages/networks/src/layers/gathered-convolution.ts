import type { Value } from '../onnx/graph-builder.ts'
import { type Layers, reshape, transpose, weight } from './layers.ts'

/** Maps `[count, C, height, width]` of a size that is known when the graph is built; how many need not be. */
export interface MapSize {
  readonly height: number
  readonly width: number
}

/** Places of a map up to which a convolution is slower than a product of gathered rows. */
const smallMap = 32

/** Whether the convolutions of maps are computed so: small ones, where the device is the CPU. */
export function isGathered({ gatherSmallMaps }: Layers, { height, width }: MapSize): boolean {
  return gatherSmallMaps === true && height * width <= smallMap
}

/**
 * A 3×3 convolution with one ring of zeros as one product: the nine neighbours of every place are gathered to a row. A convolution of the CPU reads
 * its weights again for every map and line, so that of maps of few places this is faster (2.7 times at 2×3, 1.3 times at 4×6, even at 8×8).
 * @param x `[count, in, height, width]`
 * @param stride of both axes; height and width are multiples of it
 * @returns `[count, out, height/stride, width/stride]`
 */
export function gatheredConvolution(layers: Layers, x: Value, name: string, size: MapSize, stride = 1): Value {
  const { graph, tensor } = layers
  const { height, width } = size
  const [to, from] = tensor(`${name}.weight`).shape
  const [lines, columns] = [height / stride, width / stride]
  const places = transpose(layers, reshape(layers, x, [-1, from, height * width]), [0, 2, 1])
  // The place after the last is what lies outside.
  const withZero = graph.node('Pad', [places, graph.ints([0, 0, 0, 0, 1, 0])])
  const neighbours = graph.ints(neighbourhoods(height, width, stride))
  const rows = reshape(layers, graph.node('Gather', [withZero, neighbours], { axis: 1 }), [-1, 9 * from])
  const kernel = reshape(layers, transpose(layers, weight(layers, `${name}.weight`, [to, from, 9]), [0, 2, 1]), [
    to,
    9 * from,
  ])
  const product = graph.node('Gemm', [rows, kernel, weight(layers, `${name}.bias`)], { transB: 1 }, { name })
  const maps = transpose(layers, reshape(layers, product, [-1, lines * columns, to]), [0, 2, 1])
  return reshape(layers, maps, [-1, to, lines, columns])
}

/** For every place of the result the nine places around it, line by line; `height · width` for those outside. */
function neighbourhoods(height: number, width: number, stride: number): number[] {
  const all: number[] = []
  for (let line = 0; line < height; line += stride)
    for (let column = 0; column < width; column += stride)
      for (let at = 0; at < 9; at++) {
        const [y, x] = [line + Math.floor(at / 3) - 1, column + (at % 3) - 1]
        all.push(y < 0 || y >= height || x < 0 || x >= width ? height * width : y * width + x)
      }
  return all
}
