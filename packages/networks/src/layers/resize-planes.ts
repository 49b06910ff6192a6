import type { GraphBuilder, Value } from '../onnx/graph-builder.ts'
import type { HostTensor } from '../session/session.ts'
import { type CubicResize, cubicMatrix } from './cubic-matrix.ts'
import { transposed } from './resize-taps.ts'

/**
 * Planes of any size to `side` × `side`, in the graph. The matrices are its inputs `rows` and `columns`, so that one session serves every
 * size: `resizePlanesFeeds` makes them.
 * @param planes float32 `[N, C, H, W]`
 * @returns float32 `[N, C, side, side]`
 */
export function resizePlanes(graph: GraphBuilder, planes: Value, side: number): Value {
  const rows = graph.input('rows', 'float32', [side, 'height'])
  const columns = graph.input('columns', 'float32', ['width', side])
  return graph.node('MatMul', [rows, graph.node('MatMul', [planes, columns])])
}

/** The inputs that `resizePlanes` adds to a graph, for planes of one size. */
export function resizePlanesFeeds(
  kind: CubicResize,
  [height, width]: readonly [number, number],
  side: number,
): Record<'rows' | 'columns', HostTensor> {
  const columns = transposed(cubicMatrix(kind, width, side), side, width)
  return {
    rows: { type: 'float32', data: cubicMatrix(kind, height, side), shape: [side, height] },
    columns: { type: 'float32', data: columns, shape: [width, side] },
  }
}
