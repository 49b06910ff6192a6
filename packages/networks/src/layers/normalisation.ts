import type { Value } from '../onnx/graph-builder.ts'
import { add, type Layers, multiply, reshape, toArithmetic, toFloat32, weight32 } from './layers.ts'

export interface GroupNormShape {
  /** Default 32. */
  readonly groups?: number | undefined
  readonly epsilon: number
}

/** Group norm, computed in float32. x: `[N, C, …]` (four axes); returns the same. */
export function groupNorm(layers: Layers, x: Value, name: string, { groups = 32, epsilon }: GroupNormShape): Value {
  const { graph, tensor } = layers
  const [channels] = tensor(`${name}.weight`).shape
  const wide = toFloat32(layers, x)
  const grouped = reshape(layers, wide, [0, groups, -1])
  const normed =
    layers.spelledNorms === true ? spelledNorm(layers, grouped, epsilon) : fusedNorm(layers, grouped, groups, epsilon)
  const back = graph.node('Reshape', [normed, graph.node('Shape', [wide])])
  const scaled = multiply(layers, back, weight32(layers, `${name}.weight`, [channels, 1, 1]))
  return toArithmetic(layers, add(layers, scaled, weight32(layers, `${name}.bias`, [channels, 1, 1])))
}

/** Of every row of `[N, groups, M]`. */
function fusedNorm({ graph }: Layers, x: Value, groups: number, epsilon: number): Value {
  const ones = graph.constant(new Float32Array(groups).fill(1), [groups], 'ones')
  const zeros = graph.constant(new Float32Array(groups), [groups], 'zeros')
  return graph.node('InstanceNormalization', [x, ones, zeros], { epsilon: { float: epsilon } })
}

/** The same of operators that know nothing of norms: the mean is taken off before squares are summed. */
function spelledNorm(layers: Layers, x: Value, epsilon: number): Value {
  const { graph } = layers
  const mean = (of: Value) => graph.node('ReduceMean', [of, graph.ints([2])], { keepdims: 1 })
  const centred = graph.node('Sub', [x, mean(x)])
  const variance = mean(multiply(layers, centred, centred))
  return graph.node('Div', [centred, graph.node('Sqrt', [add(layers, variance, graph.scalar(epsilon))])])
}

/** Layer norm over the last axis, computed in float32. ε is 1e-5 unless said. */
export function layerNorm(layers: Layers, x: Value, name: string, epsilon = 1e-5): Value {
  const inputs = [toFloat32(layers, x), weight32(layers, `${name}.weight`), weight32(layers, `${name}.bias`)]
  const normed = layers.graph.node('LayerNormalization', inputs, { axis: -1, epsilon: { float: epsilon } }, { name })
  return toArithmetic(layers, normed)
}
