import type { GraphBuilder, Value } from './onnx/graph-builder.ts'

/**
 * Per channel `x·scale + offset` of frames, in the layout that convolutions want.
 * @param frames uint8 or float32 `[N, H, W, 3]`
 * @returns float32 `[N, 3, H, W]`
 */
export function framePlanes(
  graph: GraphBuilder,
  frames: Value,
  scale: readonly number[],
  offset: readonly number[],
): Value {
  // Transposed while still bytes: a quarter of the memory traffic.
  const planes = graph.node('Cast', [graph.node('Transpose', [frames], { perm: [0, 3, 1, 2] })], { to: 1 })
  const scaled = graph.node('Mul', [planes, graph.constant(Float32Array.from(scale), [3, 1, 1], 'scale')])
  return graph.node('Add', [scaled, graph.constant(Float32Array.from(offset), [3, 1, 1], 'offset')])
}
