import type { Checkpoint, TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'
import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts'
import { findTensor } from '../../checkpoints/find-tensor.ts'

/** x Wᵀ + b of the layer `name`; x is `[rows, in]`. */
export function linear(graph: GraphBuilder, checkpoint: Checkpoint, name: string, x: Value): Value {
  return product(graph, x, findTensor(checkpoint, `${name}.weight`), findTensor(checkpoint, `${name}.bias`))
}

/** The same with one half of the layer's outputs: part 0 or 1 of two. */
export function halfLinear(graph: GraphBuilder, checkpoint: Checkpoint, name: string, x: Value, part: 0 | 1): Value {
  const [weight, bias] = [findTensor(checkpoint, `${name}.weight`), findTensor(checkpoint, `${name}.bias`)]
  return product(graph, x, halfOf(weight, part), halfOf(bias, part))
}

function product(graph: GraphBuilder, x: Value, weight: TensorReference, bias: TensorReference): Value {
  return graph.node('Gemm', [x, graph.weight(weight), graph.weight(bias)], { transB: 1 })
}

/** Rows of one half, still in place. */
function halfOf(tensor: TensorReference, part: 0 | 1): TensorReference {
  const byteLength = tensor.byteLength / 2
  return {
    ...tensor,
    name: `${tensor.name}.${part}`,
    shape: [tensor.shape[0] / 2, ...tensor.shape.slice(1)],
    offset: tensor.offset + part * byteLength,
    byteLength,
  }
}
