import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts'

/**
 * A 3 × 3 convolution (zero padding of 1) of a map that is first resized bilinearly, corners aligned, without ever making
 * the larger map.
 *
 * Both steps are linear: tap (ky, kx) of the convolution is a 1 × 1 convolution of the small map, resized and moved by
 * (ky − 1, kx − 1). Resizing and moving are products with matrices of at most two taps a row, one for each axis, and the
 * sums over ky and kx are the sums within these products. From 24 × 32 to 96 × 128 that is a fifth of the arithmetic.
 *
 * @param x `[B, C, from.height, from.width]`
 * @param weight `[outputs, C, 3, 3]`
 * @returns `[B, outputs, to.height, to.width]`
 */
export function upsampledConvolution(
  graph: GraphBuilder,
  x: Value,
  weight: Value,
  outputs: number,
  from: { height: number; width: number },
  to: { height: number; width: number },
): Value {
  // Output channels in the order kx, output, ky: then (ky, row) is one axis of the 1 × 1 convolution's result.
  const ordered = graph.node('Transpose', [weight], { perm: [3, 0, 2, 1] })
  const pointwise = graph.node('Reshape', [ordered, graph.ints([9 * outputs, -1, 1, 1])])
  const taps = graph.node('Conv', [x, pointwise], { kernel_shape: [1, 1] })
  const columns = graph.node('Reshape', [taps, graph.ints([-1, 3 * outputs, 3 * from.height, from.width])])
  const vertical = graph.constant(moves(from.height, to.height), [to.height, 3 * from.height])
  const tall = graph.node('MatMul', [vertical, columns]) // [B, 3 (kx) · outputs, to.height, from.width]
  const split = graph.node('Reshape', [tall, graph.ints([-1, 3, outputs * to.height, from.width])])
  const rows = graph.node('Transpose', [split], { perm: [0, 2, 1, 3] })
  const wide = graph.node('Reshape', [rows, graph.ints([-1, outputs * to.height, 3 * from.width])])
  const horizontal = graph.constant(transposed(moves(from.width, to.width), to.width), [3 * from.width, to.width])
  return graph.node('Reshape', [
    graph.node('MatMul', [wide, horizontal]),
    graph.ints([-1, outputs, to.height, to.width]),
  ])
}

/** `[to, 3 · from]`: row o of part k has the weights of position o + k − 1 of the resized axis, none outside of it. */
function moves(from: number, to: number): Float32Array {
  const matrix = new Float32Array(to * 3 * from)
  for (let o = 0; o < to; o++) {
    for (let k = 0; k < 3; k++) {
      const moved = o + k - 1
      if (moved < 0 || moved >= to) continue
      const source = (moved * (from - 1)) / (to - 1)
      const low = Math.min(Math.floor(source), from - 2)
      matrix[(o * 3 + k) * from + low] += 1 - (source - low)
      matrix[(o * 3 + k) * from + low + 1] += source - low
    }
  }
  return matrix
}

function transposed(matrix: Float32Array, rows: number): Float32Array {
  const columns = matrix.length / rows
  return matrix.map((_, index) => matrix[(index % rows) * columns + Math.floor(index / rows)])
}
