import type { TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'
import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts'
import { elementTypeNumbers } from '../../onnx/element-type.ts'
import type { HostTensor } from '../../session/session.ts'

// Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, CVPR 2016: F(4×4, 3×3). A tile of 4 × 4 results is made of one of 6 × 6 samples by 36
// products a pair of channels, where 144 are counted otherwise. One dimension's matrices of sample, kernel and result:
const samples = [
  [4, 0, -5, 0, 1, 0],
  [0, -4, -4, 1, 1, 0],
  [0, 4, -4, -1, 1, 0],
  [0, -2, -1, 2, 1, 0],
  [0, 2, -1, -2, 1, 0],
  [0, 4, 0, -5, 0, 1],
]
const kernels = [
  [1 / 4, 0, 0],
  [-1 / 6, -1 / 6, -1 / 6],
  [-1 / 6, 1 / 6, -1 / 6],
  [1 / 24, 1 / 12, 1 / 6],
  [1 / 24, -1 / 12, 1 / 6],
  [0, 0, 1],
]
const results = [
  [1, 1, 1, 1, 1, 0],
  [0, 1, -1, 2, -2, 0],
  [0, 1, 1, 4, 4, 0],
  [0, 1, -1, 8, -8, 1],
]

/** Maps as rows of channels, `[rows + 1, C]`, the last of them zeros: what lies outside a map. */
export interface ChannelRows {
  readonly rows: Value
  /** Whether the rows are as a convolution leaves them, tile by tile, or as the maps are read. */
  readonly tiled: boolean
}

/** Tables of places as inputs of the graph, int32: which rows a convolution reads, of maps or of tiles, and where a map's rows lie after it. */
export interface WinogradTables {
  readonly ofMaps: Value
  readonly ofTiles: Value
  readonly toMaps: Value
  /** Height and width of the maps. */
  readonly size: Value
}

export function winogradInputs(graph: GraphBuilder): WinogradTables {
  return {
    ofMaps: graph.input('ofMaps', 'int32', ['tileRows']),
    ofTiles: graph.input('ofTiles', 'int32', ['tileRows']),
    toMaps: graph.input('toMaps', 'int32', ['mapRows']),
    size: graph.input('mapSize', 'int64', [2]),
  }
}

/** What those inputs are for `count` maps of one size. */
export function winogradFeeds(count: number, height: number, width: number): Record<string, HostTensor> {
  const [down, across] = [Math.ceil(height / 4), Math.ceil(width / 4)]
  const tiles = down * across
  const mapRow = (n: number, y: number, x: number): number => (n * height + y) * width + x
  const tiledRow = (n: number, y: number, x: number): number =>
    (((y % 4) * 4 + (x % 4)) * count + n) * tiles + (y >> 2) * across + (x >> 2)
  const [ofMaps, ofTiles] = [new Int32Array(36 * count * tiles), new Int32Array(36 * count * tiles)]
  let at = 0
  for (let place = 0; place < 36; place++)
    for (let n = 0; n < count; n++)
      for (let tile = 0; tile < tiles; tile++) {
        const y = 4 * Math.floor(tile / across) + Math.floor(place / 6) - 1
        const x = 4 * (tile % across) + (place % 6) - 1
        const isInside = y >= 0 && y < height && x >= 0 && x < width
        ofMaps[at] = isInside ? mapRow(n, y, x) : count * height * width
        ofTiles[at++] = isInside ? tiledRow(n, y, x) : 16 * count * tiles
      }
  const toMaps = new Int32Array(count * height * width)
  for (let n = 0; n < count; n++)
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) toMaps[mapRow(n, y, x)] = tiledRow(n, y, x)
  return {
    ofMaps: int32(ofMaps),
    ofTiles: int32(ofTiles),
    toMaps: int32(toMaps),
    mapSize: { type: 'int64', data: BigInt64Array.of(BigInt(height), BigInt(width)), shape: [2] },
  }
}

function int32(data: Int32Array): HostTensor {
  return { type: 'int32', data, shape: [data.length] }
}

/** Maps `[N, C, h, w]` as rows. */
export function rowsOfMaps(graph: GraphBuilder, maps: Value, channels: number): ChannelRows {
  const last = graph.node('Transpose', [maps], { perm: [0, 2, 3, 1] })
  return { rows: withZeros(graph, graph.node('Reshape', [last, graph.ints([-1, channels])]), channels), tiled: false }
}

/** Rows that a convolution left as maps `[N, C, h, w]`. */
export function mapsOfRows(
  graph: GraphBuilder,
  { rows }: ChannelRows,
  tables: WinogradTables,
  channels: number,
): Value {
  const read = graph.node('Gather', [rows, tables.toMaps])
  const area = graph.node('ReduceProd', [tables.size], { keepdims: 1 })
  const shape = graph.node('Concat', [graph.ints([-1]), area, graph.ints([channels])], { axis: 0 })
  const planes = graph.node('Transpose', [graph.node('Reshape', [read, shape])], { perm: [0, 2, 1] })
  const whole = graph.node('Concat', [graph.ints([-1, channels]), tables.size], { axis: 0 })
  return graph.node('Reshape', [planes, whole])
}

/**
 * A 3 × 3 convolution of stride 1 with a zero around, and its ReLU. onnxruntime's products are of one order of sums whatever the number of rows and threads
 * (the channels, which are summed over, are never cut by them), so a frame's values do not depend on the others.
 * @param weight `[out, in, 3, 3]`
 */
export function winogradConvolution(
  graph: GraphBuilder,
  x: ChannelRows,
  tables: WinogradTables,
  weight: TensorReference,
  bias: TensorReference,
): ChannelRows {
  const [output, input] = weight.shape
  const flat = (value: Value, ...shape: number[]): Value => graph.node('Reshape', [value, graph.ints(shape)])
  const tiles = flat(graph.node('Gather', [x.rows, x.tiled ? tables.ofTiles : tables.ofMaps]), 36, -1)
  const spread = graph.node('MatMul', [squareOf(graph, samples), tiles])
  const products = graph.node('MatMul', [flat(spread, 36, -1, input), spreadKernel(graph, weight)])
  const gathered = graph.node('MatMul', [squareOf(graph, results), flat(products, 36, -1)])
  const sums = graph.node('Add', [flat(gathered, -1, output), graph.weight(bias)])
  return { rows: withZeros(graph, graph.node('Relu', [sums]), output), tiled: true }
}

/** `[36, in, out]`, computed in float64 by onnxruntime when the session is made. */
function spreadKernel(graph: GraphBuilder, weight: TensorReference): Value {
  const [output, input] = weight.shape
  const wide = graph.node('Cast', [graph.weight(weight)], { to: elementTypeNumbers.float64 })
  const flat = graph.node('Reshape', [wide, graph.ints([output * input, 9])])
  const matrix = kronecker(kernels)
  const spread = graph.constant(
    Float64Array.from({ length: 9 * 36 }, (_, at) => matrix[at % 36][Math.floor(at / 36)]),
    [9, 36],
    'kernels',
  )
  const narrow = graph.node('Cast', [graph.node('MatMul', [flat, spread])], { to: elementTypeNumbers.float32 })
  return graph.node('Transpose', [graph.node('Reshape', [narrow, graph.ints([output, input, 36])])], {
    perm: [2, 1, 0],
  })
}

/** One dimension's matrix for both of them. */
function squareOf(graph: GraphBuilder, matrix: readonly (readonly number[])[]): Value {
  const both = kronecker(matrix)
  return graph.constant(Float32Array.from(both.flat()), [both.length, both[0].length], 'tiles')
}

function kronecker(matrix: readonly (readonly number[])[]): number[][] {
  return matrix.flatMap((row) => matrix.map((other) => row.flatMap((a) => other.map((b) => a * b))))
}

function withZeros(graph: GraphBuilder, rows: Value, channels: number): Value {
  return graph.node('Concat', [rows, graph.constant(new Float32Array(channels), [1, channels], 'outside')], { axis: 0 })
}
