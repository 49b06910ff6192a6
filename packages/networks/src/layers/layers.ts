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
  /**
   * Group norms of single operators. For WebGPU: onnxruntime 1.30's norm loses digits there where a group's mean is far from 0 beside its deviation (0.2
   * to 0.5 % of a value at 500 deviations), which is how small maps' groups are. Default false.
   */
  readonly spelledNorms?: boolean | undefined
  /** 3×3 convolutions of small maps as products, which suits the CPU. Default false. */
  readonly gatherSmallMaps?: boolean | undefined
  /**
   * Convolutions of doubled maps without making these. Not on WebGPU: version 1.30's convolution is wrong there where a 2×2 map meets a 2×2 kernel with zeros
   * at its end alone. Default false.
   */
  readonly skipDoubledMaps?: boolean | undefined
  /** Weights as they lie in the file until a layer uses them: see `weightFor`. For little memory. Default false. */
  readonly lateWeights?: boolean | undefined
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

/**
 * The tensor that one layer multiplies x by, as `weight` has it. With `lateWeights` it waits for x: onnxruntime cannot widen it to 32 bits, lay it out anew or
 * place that at the graph's beginning when the session opens, so that memory holds one widened matrix at a time and the file's own pages. What makes it wait is a part
 * of no elements of x, at the end of its shape.
 */
export function weightFor(layers: Layers, x: Value, name: string, shape: readonly number[]): Value {
  const { graph, tensor, dtype } = layers
  const reference = tensor(name)
  if (layers.lateWeights !== true) return weight(layers, name, shape)
  const raw = graph.weight(reference, { shape, keepType: true })
  const none = graph.node('Slice', [reshape(layers, x, [-1]), graph.ints([0]), graph.ints([0])])
  const same = graph.node('Concat', [graph.ints(shape), graph.node('Cast', [none], { to: elementTypeNumbers.int64 })], {
    axis: 0,
  })
  const late = graph.node('Reshape', [raw, same])
  return reference.dtype === dtype ? late : graph.node('Cast', [late], { to: elementTypeNumbers[dtype] })
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
