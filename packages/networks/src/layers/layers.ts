import type { TensorReference } from '../checkpoints/tensors/tensor-reference.ts'
import { elementTypeNumbers } from '../onnx/element-type.ts'
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts'

/** Number type of a graph's arithmetic. Norms, softmax, blends and what enters and leaves a graph are float32 in either. */
export type Dtype = 'float32' | 'float16'

/** What layers are built with: the graph, where their tensors lie, and the arithmetic. */
export interface Layers {
  readonly graph: GraphBuilder
  /** The tensor of a name. @throws KinemetricError `wrong-tensors` where there is none */
  readonly tensor: (name: string) => TensorReference
  readonly dtype: Dtype
  /** Attention as onnxruntime's fused operator; spelled out otherwise. */
  readonly fusedAttention: boolean
  /** 3×3 convolutions of small maps as products, which suits the CPU. Default false. */
  readonly gatherSmallMaps?: boolean | undefined
  /**
   * Convolutions of doubled maps without making these. Not on WebGPU: version 1.30's convolution is wrong there where a 2×2 map meets a 2×2 kernel with zeros
   * at its end alone. Default false.
   */
  readonly skipDoubledMaps?: boolean | undefined
}

/** The same layers, below a name: `within(layers, 'mid_block')` asks for `mid_block.<name>`. */
export function within(layers: Layers, prefix: string): Layers {
  return { ...layers, tensor: (name) => layers.tensor(`${prefix}.${name}`) }
}

/** A tensor of the checkpoint in the arithmetic's number type; `shape` re-declares the axes of the same bytes. */
export function weight(layers: Layers, name: string, shape?: readonly number[]): Value {
  const { graph, tensor, dtype } = layers
  const reference = tensor(name)
  if (dtype === 'float32') return graph.weight(reference, { shape })
  if (reference.dtype === 'float16') return graph.weight(reference, { shape, keepType: true })
  return toArithmetic(layers, graph.weight(reference, { shape }))
}

/** A tensor of the checkpoint as float32, whatever the arithmetic: for norms and blends. */
export function weight32({ graph, tensor }: Layers, name: string, shape?: readonly number[]): Value {
  return graph.weight(tensor(name), { shape })
}

/** A float32 value in the arithmetic's number type. */
export function toArithmetic({ graph, dtype }: Layers, x: Value): Value {
  return dtype === 'float32' ? x : graph.node('Cast', [x], { to: elementTypeNumbers.float16 })
}

/** A value of the arithmetic as float32. */
export function toFloat32({ graph, dtype }: Layers, x: Value): Value {
  return dtype === 'float32' ? x : graph.node('Cast', [x], { to: elementTypeNumbers.float32 })
}

/** The same elements under another shape; 0 keeps an axis, −1 is what is left. */
export function reshape({ graph }: Layers, x: Value, shape: readonly number[]): Value {
  return graph.node('Reshape', [x, graph.ints(shape)])
}

export function transpose({ graph }: Layers, x: Value, perm: readonly number[]): Value {
  return graph.node('Transpose', [x], { perm })
}

export function add({ graph }: Layers, a: Value, b: Value): Value {
  return graph.node('Add', [a, b])
}

export function multiply({ graph }: Layers, a: Value, b: Value): Value {
  return graph.node('Mul', [a, b])
}

/** A number in the arithmetic's type. */
export function scalar(layers: Layers, value: number): Value {
  return toArithmetic(layers, layers.graph.scalar(value))
}
