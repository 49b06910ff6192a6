import type { Value } from '../../onnx/graph-builder.ts'
import { type Layers, weight } from '../../layers/layers.ts'

/** Rows of patches to tokens: a convolution that steps by its own size is a product. @param patches `[tokens, 3·2·16·16]` */
export function patchEmbedding(layers: Layers, patches: Value, name: string): Value {
  const [width, ...kernel] = layers.tensor(`${name}.weight`).shape
  const size = kernel.reduce((product, axis) => product * axis, 1)
  const inputs = [patches, weight(layers, `${name}.weight`, [width, size]), weight(layers, `${name}.bias`)]
  return layers.graph.node('Gemm', inputs, { transB: 1 }, { name })
}
