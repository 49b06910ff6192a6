import type { TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'
import { GraphBuilder, type GraphModel, type Value } from '../../onnx/graph-builder.ts'
import { lpipsBackbones, lpipsId, type LpipsNet, lpipsTapChannels, type LpipsVersion, lpipsWinograd } from './layers.ts'
import {
  type ChannelRows,
  mapsOfRows,
  rowsOfMaps,
  winogradConvolution,
  winogradInputs,
  type WinogradTables,
} from './winograd.ts'

/** Where the ε stands when activations are scaled to unit length: f/(‖f‖ + 1e-10), or torchmetrics' f/√(1e-8 + ‖f‖²). */
export type LpipsEpsilon = 'lpips' | 'torchmetrics'

/** What a graph is built for; see `LpipsOptions`. */
export interface LpipsGraphOptions {
  version?: LpipsVersion | undefined
  epsilon?: LpipsEpsilon | undefined
  spatial?: boolean | undefined
  winograd?: boolean | undefined
}

/**
 * The graph: inputs `frames`, uint8 `[frames, H, W, 3]`, each once whatever it is compared with, and `generated` and `reference`, int32 `[pairs]`, the places of
 * the two sides of each pair among them; output `distance` `[pairs]` (and `map` `[pairs, H, W]`). With `winograd` the
 * inputs of `winogradInputs` too, for each of `lpipsWinograd`.
 *
 * One graph rather than one of activations and one of comparisons: onnxruntime-node copies what a graph gives, also into arrays that are given for it, and the
 * activations of a frame of 256×384 are 4 MB (AlexNet) or 48 MB (VGG), which cost 6 % of the time to hand on; picking rows of them inside the graph costs 1 %.
 */
export function lpipsGraph(
  net: LpipsNet,
  tensor: (name: string) => TensorReference,
  options: LpipsGraphOptions = {},
): GraphModel {
  const { version = '0.1' } = options
  const graph = new GraphBuilder(lpipsId(net, version))
  const frames = graph.input('frames', 'uint8', ['frames', 'height', 'width', 3])
  const sides = ['generated', 'reference'].map((name) => graph.input(name, 'int32', ['pairs']))
  const tables = new Map<number, WinogradTables>()
  for (const { layers, kind } of options.winograd === true ? lpipsWinograd[net] : []) {
    const inputs = winogradInputs(graph, kind, winogradPrefix(layers))
    for (const layer of layers) tables.set(layer, inputs)
  }
  const maps = lpipsTaps(graph, net, frames, { tensor, winograd: tables, ...inputs[version] }).map(
    (activations, tap) => {
      const unit = unitLength(graph, activations, lpipsTapChannels[net][tap], options.epsilon ?? 'lpips')
      const [f, g] = sides.map((places) => graph.node('Gather', [unit, places]))
      return tapDifference(graph, f, g, tensor(`lin${tap}.model.1.weight`))
    },
  )
  if (options.spatial === true) {
    const map = sum(graph, maps.map((small) => resizeLike(graph, small, frames))) // prettier-ignore
    graph.output(graph.node('Squeeze', [map, graph.ints([1])]), 'map', 'float32', ['pairs', 'height', 'width'])
    graph.output(mean(graph, map), 'distance', 'float32', ['pairs'])
  } else {
    graph.output(sum(graph, maps.map((map) => mean(graph, map))), 'distance', 'float32', ['pairs']) // prettier-ignore
  }
  return graph.build()
}

/** Activations `[N, C, h, w]` scaled to unit length over channels. */
function unitLength(graph: GraphBuilder, activations: Value, channels: number, epsilon: LpipsEpsilon): Value {
  // A sum over channels as a 1×1 convolution stays in the layout of the convolutions before it; a reduction would not.
  const ones = graph.constant(new Float32Array(channels).fill(1), [1, channels, 1, 1], 'ones')
  const squares = graph.node('Conv', [graph.node('Mul', [activations, activations]), ones])
  const norm =
    epsilon === 'lpips'
      ? graph.node('Add', [graph.node('Sqrt', [squares]), graph.scalar(1e-10)])
      : graph.node('Sqrt', [graph.node('Add', [squares, graph.scalar(1e-8)])])
  return graph.node('Div', [activations, norm])
}

/**
 * Σ_c w_c (f̂_c − ĝ_c)² of one tap, f̂ and ĝ being the two sides' activations scaled to unit length over channels.
 * @param f f̂, `[N, C, h, w]`, of the generated frames
 * @param g ĝ, the same of the reference
 * @returns `[N, 1, h, w]`
 */
function tapDifference(graph: GraphBuilder, f: Value, g: Value, head: TensorReference): Value {
  const channels = head.shape[1]
  const difference = graph.node('Sub', [f, g])
  const squared = graph.node('Mul', [difference, difference])
  const columns = graph.node('Reshape', [squared, graph.ints([0, 0, -1])]) // [N, C, h·w]
  const weighted = graph.node('MatMul', [graph.weight(head, { shape: [1, channels] }), columns]) // [N, 1, h·w]
  const size = graph.node('Shape', [f], { start: 2, end: 4 })
  const shape = graph.node('Concat', [graph.ints([-1, 1]), size], { axis: 0 })
  return graph.node('Reshape', [weighted, shape])
}

function sum(graph: GraphBuilder, values: Value[]): Value {
  return values.reduce((total, value) => graph.node('Add', [total, value]))
}

/**
 * `[N, 1, h, w]` to `[N]`: means of rows, then their mean. As pooling, because onnxruntime's reductions begin at an aligned address: the last bits of a map's mean
 * would depend on where in memory it lies, and so on what else is computed with it.
 */
function mean(graph: GraphBuilder, map: Value): Value {
  const rows = graph.node('GlobalAveragePool', [graph.node('Transpose', [map], { perm: [0, 2, 1, 3] })]) // [N, h, 1, 1]
  const whole = graph.node('GlobalAveragePool', [graph.node('Transpose', [rows], { perm: [0, 2, 1, 3] })])
  return graph.node('Reshape', [whole, graph.ints([-1])])
}

/** Half-pixel bilinear to the frames' own size. */
function resizeLike(graph: GraphBuilder, map: Value, frames: Value): Value {
  const size = graph.node('Shape', [frames], { start: 1, end: 3 })
  const outer = graph.node('Shape', [map], { start: 0, end: 2 })
  const sizes = graph.node('Concat', [outer, size], { axis: 0 })
  return graph.node('Resize', [map, undefined, undefined, sizes], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  })
}

// The package's input is x/127.5 − 1, and the scaling layer of its version 0.1 makes that (x/127.5 − 1 − shift)/scale per channel.
const inputs: Readonly<Record<LpipsVersion, LpipsInput>> = {
  '0.0': { shift: [0, 0, 0], scale: [1, 1, 1] },
  '0.1': { shift: [-0.03, -0.088, -0.188], scale: [0.458, 0.448, 0.45] },
}

/** How the three channels are scaled. */
interface LpipsInput {
  readonly shift: readonly number[]
  readonly scale: readonly number[]
}

interface TapsOf extends LpipsInput {
  tensor: (name: string) => TensorReference
  winograd: ReadonlyMap<number, WinogradTables>
}

/** The activations at the taps, `[N, C, h, w]` each, of uint8 frames `[N, H, W, 3]`. */
function lpipsTaps(
  graph: GraphBuilder,
  net: LpipsNet,
  frames: Value,
  { tensor, winograd, shift, scale }: TapsOf,
): Value[] {
  const taps: Value[] = []
  const convolve = (x: Value, prefix: string, size: number, stride: number, pad: number, kernel?: Value): Value => {
    const inputs = [x, kernel ?? graph.weight(tensor(`${prefix}.weight`)), graph.weight(tensor(`${prefix}.bias`))]
    const attributes = { kernel_shape: [size, size], strides: [stride, stride], pads: [pad, pad, pad, pad] }
    return graph.node('Relu', [graph.node('Conv', inputs, attributes, { name: prefix })])
  }
  // What is padded with zeros is (x − zero)·slope: the subtraction stays, the slope goes into the first kernel.
  const zero = shift.map((s) => 127.5 * (1 + s))
  const slope = scale.map((s) => 1 / (127.5 * s))
  // Transposed while still bytes: a quarter of the memory traffic.
  const planes = graph.node('Cast', [graph.node('Transpose', [frames], { perm: [0, 3, 1, 2] })], { to: 1 })
  let x = graph.node('Sub', [planes, graph.constant(Float32Array.from(zero), [3, 1, 1], 'zero')])
  const first = graph.node('Mul', [
    graph.weight(tensor('features.0.weight')),
    graph.constant(Float32Array.from(slope), [3, 1, 1], 'slope'),
  ])
  let rows: ChannelRows | undefined
  for (const layer of lpipsBackbones[net]) {
    const tables = layer.kind === 'convolution' ? winograd.get(layer.index) : undefined
    if (layer.kind === 'tap') taps.push(x)
    else if (layer.kind === 'pool') {
      rows = undefined
      x = graph.node('MaxPool', [x], {
        kernel_shape: [layer.size, layer.size],
        strides: [2, 2],
        ceil_mode: layer.ceil === true ? 1 : 0,
      })
    } else if (layer.kind === 'convolution' && tables !== undefined) {
      const [output, input] = layer.shape
      const [weight, bias] = ['weight', 'bias'].map((name) => tensor(`features.${layer.index}.${name}`))
      rows = winogradConvolution(graph, rows ?? rowsOfMaps(graph, x, input), tables, weight, bias)
      x = mapsOfRows(graph, rows, tables, output)
    } else if (layer.kind === 'convolution') {
      const kernel = layer.index === 0 ? first : undefined
      x = convolve(x, `features.${layer.index}`, layer.shape[2], layer.stride ?? 1, layer.pad ?? 0, kernel)
    } else {
      const squeezed = convolve(x, `features.${layer.index}.squeeze`, 1, 1, 0)
      const narrow = convolve(squeezed, `features.${layer.index}.expand1x1`, 1, 1, 0)
      const wide = convolve(squeezed, `features.${layer.index}.expand3x3`, 3, 1, 1)
      x = graph.node('Concat', [narrow, wide], { axis: 1 })
    }
  }
  return taps
}

/** Before the names of the tables' inputs of layers of one map size. */
export function winogradPrefix([first]: readonly number[]): string {
  return `layer${first}-`
}
