import type { GraphBuilder, Value } from './onnx/graph-builder.ts'

/** From bytes to what a network expects: `(x − subtract) / divide`. */
export interface Normalisation {
  readonly subtract: number
  readonly divide: number
}

/**
 * A separable resize as two matrix products whose matrices are inputs of the graph, so that one session serves frames of
 * every size: rows first (in the frames' own layout), then columns.
 * @param frames uint8 `[N, H, W, 3]`
 * @param rows `[height, H]`
 * @param columns `[W, width]`
 * @param clip keep values in [0, 255], as Pillow's images do where a cubic overshoots
 * @returns float32 `[N, 3, height, width]`, normalised
 */
export function resizeFrames(
  graph: GraphBuilder,
  frames: Value,
  rows: Value,
  columns: Value,
  height: number,
  normalisation: Normalisation,
  clip: boolean,
): Value {
  const floats = graph.node('Cast', [frames], { to: 1 })
  const lines = graph.node('Reshape', [floats, graph.ints([0, 0, -1])]) // [N, H, W·3]
  const short = graph.node('MatMul', [rows, lines]) // [N, height, W·3]
  const pixels = graph.node('Reshape', [short, graph.ints([0, height, -1, 3])])
  const planes = graph.node('Transpose', [pixels], { perm: [0, 3, 1, 2] }) // [N, 3, height, W]
  let resized = graph.node('MatMul', [planes, columns]) // [N, 3, height, width]
  if (clip) resized = graph.node('Clip', [resized, graph.scalar(0), graph.scalar(255)])
  const centred = graph.node('Sub', [resized, graph.scalar(normalisation.subtract)])
  return graph.node('Div', [centred, graph.scalar(normalisation.divide)])
}
