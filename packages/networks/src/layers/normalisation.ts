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
  const ones = graph.constant(new Float32Array(groups).fill(1), [groups], 'ones')
  const zeros = graph.constant(new Float32Array(groups), [groups], 'zeros')
  const wide = toFloat32(layers, x)
  const grouped = reshape(layers, wide, [0, groups, -1])
  const normed = graph.node('InstanceNormalization', [grouped, ones, zeros], { epsilon: { float: epsilon } }, { name })
  const back = graph.node('Reshape', [normed, graph.node('Shape', [wide])])
  const scaled = multiply(layers, back, weight32(layers, `${name}.weight`, [channels, 1, 1]))
  return toArithmetic(layers, add(layers, scaled, weight32(layers, `${name}.bias`, [channels, 1, 1])))
}

/** Layer norm over the last axis, computed in float32. ε is 1e-5 unless said. */
export function layerNorm(layers: Layers, x: Value, name: string, epsilon = 1e-5): Value {
  const inputs = [toFloat32(layers, x), weight32(layers, `${name}.weight`), weight32(layers, `${name}.bias`)]
  const normed = layers.graph.node('LayerNormalization', inputs, { axis: -1, epsilon: { float: epsilon } }, { name })
  return toArithmetic(layers, normed)
}
