import type { Value } from '../onnx/graph-builder.ts'
import { type Layers, reshape, weight } from './layers.ts'

/** What a linear layer is asked for. */
export interface LinearShape {
  /** Axes of x but the last, as `Reshape` takes them: [−1] for rows, [batch, tokens] for three axes. */
  readonly outer: readonly number[]
  /** Whether it has a bias. Default true. */
  readonly bias?: boolean | undefined
}

/** x Wᵀ + b over the last axis, the weight `[out, in]` as PyTorch keeps it (a 1×1 convolution's `[out, in, 1, 1]` too). x: `[…outer, in]`; returns `[…outer, out]`. */
export function linear(layers: Layers, x: Value, name: string, { outer, bias = true }: LinearShape): Value {
  const { graph, tensor } = layers
  const [outSize, inSize] = tensor(`${name}.weight`).shape
  const rows = outer.length === 1 ? x : reshape(layers, x, [-1, inSize])
  const inputs = [rows, weight(layers, `${name}.weight`, [outSize, inSize])]
  if (bias) inputs.push(weight(layers, `${name}.bias`))
  const product = graph.node('Gemm', inputs, { transB: 1 }, { name })
  return outer.length === 1 ? product : reshape(layers, product, [...outer, outSize])
}
