import type { TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'
import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts'
import { elementTypeNumbers } from '../../onnx/element-type.ts'
import type { HostTensor } from '../../session/session.ts'

/**
 * F(m×m, r×r) of Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, CVPR 2016: a tile of m × m results is made of one of n × n samples, n = m + r − 1, by
 * n² products a pair of channels, where m²·r² are counted otherwise.
 */
export interface WinogradKind {
  /** m: results of a tile, a side. */
  readonly results: number
  /** r: samples of a kernel, a side. */
  readonly kernel: number
}

/** Where polynomials are evaluated, besides infinity: small, so that float32 loses little. */
const points = [0, 1, -1, 2, -2, 1 / 2, -1 / 2]

/**
 * One dimension's matrices by Toom and Cook: `[n, n]` of samples, `[n, r]` of the kernel, `[m, n]` of results. All but the kernel's are exact in float32.
 * @throws RangeError for tiles of more than 8 samples, for which there are no points here
 */
export function winogradMatrices({
  results,
  kernel,
}: WinogradKind): Record<'samples' | 'kernels' | 'results', number[][]> {
  const finite = points.slice(0, results + kernel - 2)
  if (finite.length < results + kernel - 2)
    throw new RangeError(
      `expected a tile of at most ${points.length + 1} samples a side, found ${results + kernel - 1}`,
    )
  const places = finite.length + 1
  // Coefficients of Π (x − p), of all points but the one in question.
  const others = [...finite, undefined].map((point) => {
    const product = finite
      .filter((other) => other !== point)
      .reduce((sum, other) => [0, ...sum].map((value, at) => value - other * (sum[at] ?? 0)), [1])
    return Array.from({ length: places }, (_, at) => product[at] ?? 0)
  })
  return {
    samples: others,
    kernels: [
      ...finite.map((point, j) => Array.from({ length: kernel }, (_, k) => point ** k / valueAt(point, others[j]))),
      Array.from({ length: kernel }, (_, k) => (k === kernel - 1 ? 1 : 0)),
    ],
    results: Array.from({ length: results }, (_, i) => [
      ...finite.map((point) => point ** i),
      i === results - 1 ? 1 : 0,
    ]),
  }
}

/** A polynomial's value, of coefficients from the lowest. */
function valueAt(x: number, coefficients: readonly number[]): number {
  return coefficients.reduceRight((sum, value) => sum * x + value, 0)
}

/** Maps as rows of channels, `[rows + 1, C]`, the last of them zeros: what lies outside a map. */
export interface ChannelRows {
  readonly rows: Value
  /** Whether the rows are as a convolution leaves them, tile by tile, or as the maps are read. */
  readonly tiled: boolean
}

/** Tables of places as inputs of the graph, int32: which rows a convolution reads, of maps or of tiles, and where a map's rows lie after it. */
export interface WinogradTables {
  readonly kind: WinogradKind
  readonly ofMaps: Value
  readonly ofTiles: Value
  readonly toMaps: Value
  /** Height and width of the maps. */
  readonly size: Value
}

/** @param prefix of the inputs' names: a graph may have tables of several kinds and sizes of maps */
export function winogradInputs(graph: GraphBuilder, kind: WinogradKind, prefix: string): WinogradTables {
  return {
    kind,
    ofMaps: graph.input(`${prefix}ofMaps`, 'int32', [`${prefix}tileRows`]),
    ofTiles: graph.input(`${prefix}ofTiles`, 'int32', [`${prefix}tileRows`]),
    toMaps: graph.input(`${prefix}toMaps`, 'int32', [`${prefix}mapRows`]),
    size: graph.input(`${prefix}mapSize`, 'int64', [2]),
  }
}

/** What those inputs are for `count` maps of one size. */
export function winogradFeeds(
  { results, kernel }: WinogradKind,
  prefix: string,
  count: number,
  height: number,
  width: number,
): Record<string, HostTensor> {
  const [down, across] = [Math.ceil(height / results), Math.ceil(width / results)]
  const tiles = down * across
  const side = results + kernel - 1
  const pad = (kernel - 1) / 2
  const mapRow = (n: number, y: number, x: number): number => (n * height + y) * width + x
  const tiledRow = (n: number, y: number, x: number): number =>
    ((y % results) * results + (x % results)) * count * tiles +
    n * tiles +
    Math.floor(y / results) * across +
    Math.floor(x / results)
  const [ofMaps, ofTiles] = [new Int32Array(side ** 2 * count * tiles), new Int32Array(side ** 2 * count * tiles)]
  let at = 0
  for (let place = 0; place < side ** 2; place++)
    for (let n = 0; n < count; n++)
      for (let tile = 0; tile < tiles; tile++) {
        const y = results * Math.floor(tile / across) + Math.floor(place / side) - pad
        const x = results * (tile % across) + (place % side) - pad
        const isInside = y >= 0 && y < height && x >= 0 && x < width
        ofMaps[at] = isInside ? mapRow(n, y, x) : count * height * width
        ofTiles[at++] = isInside ? tiledRow(n, y, x) : results ** 2 * count * tiles
      }
  const toMaps = new Int32Array(count * height * width)
  for (let n = 0; n < count; n++)
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) toMaps[mapRow(n, y, x)] = tiledRow(n, y, x)
  return {
    [`${prefix}ofMaps`]: int32(ofMaps),
    [`${prefix}ofTiles`]: int32(ofTiles),
    [`${prefix}toMaps`]: int32(toMaps),
    [`${prefix}mapSize`]: { type: 'int64', data: BigInt64Array.of(BigInt(height), BigInt(width)), shape: [2] },
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
 * A convolution of stride 1 with zeros around, as many as keep the maps' size, and its ReLU. onnxruntime's products are of one order of sums whatever the number of rows and threads
 * (the channels, which are summed over, are never cut by them), so a frame's values do not depend on the others.
 * @param weight `[out, in, r, r]`
 */
export function winogradConvolution(
  graph: GraphBuilder,
  x: ChannelRows,
  tables: WinogradTables,
  weight: TensorReference,
  bias: TensorReference,
): ChannelRows {
  const [output, input] = weight.shape
  const { samples, results } = winogradMatrices(tables.kind)
  const places = samples.length ** 2
  const flat = (value: Value, ...shape: number[]): Value => graph.node('Reshape', [value, graph.ints(shape)])
  const tiles = flat(graph.node('Gather', [x.rows, x.tiled ? tables.ofTiles : tables.ofMaps]), places, -1)
  const spread = graph.node('MatMul', [squareOf(graph, samples), tiles])
  const products = graph.node('MatMul', [flat(spread, places, -1, input), spreadKernel(graph, weight, tables.kind)])
  const gathered = graph.node('MatMul', [squareOf(graph, results), flat(products, places, -1)])
  const sums = graph.node('Add', [flat(gathered, -1, output), graph.weight(bias)])
  return { rows: withZeros(graph, graph.node('Relu', [sums]), output), tiled: true }
}

/** `[n², in, out]`, computed in float64 by onnxruntime when the session is made. */
function spreadKernel(graph: GraphBuilder, weight: TensorReference, kind: WinogradKind): Value {
  const [output, input] = weight.shape
  const wide = graph.node('Cast', [graph.weight(weight)], { to: elementTypeNumbers.float64 })
  const matrix = kronecker(winogradMatrices(kind).kernels)
  const [places, taps] = [matrix.length, matrix[0].length]
  const flat = graph.node('Reshape', [wide, graph.ints([output * input, taps])])
  const spread = graph.constant(
    Float64Array.from({ length: taps * places }, (_, at) => matrix[at % places][Math.floor(at / places)]),
    [taps, places],
    'kernels',
  )
  const narrow = graph.node('Cast', [graph.node('MatMul', [flat, spread])], { to: elementTypeNumbers.float32 })
  return graph.node('Transpose', [graph.node('Reshape', [narrow, graph.ints([output, input, places])])], {
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
