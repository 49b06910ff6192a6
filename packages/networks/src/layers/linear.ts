import type { TensorReference } from '../checkpoints/tensors/tensor-reference.ts'
import type { Value } from '../onnx/graph-builder.ts'
import { type Layers, reshape, weight, weightFor } from './layers.ts'

/** What a linear layer is asked for. */
export interface LinearShape {
  /** Axes of x but the last, as `Reshape` takes them: [−1] for rows, [batch, tokens] for three axes. */
  readonly outer: readonly number[]
  /** Whether it has a bias. Default true. */
  readonly bias?: boolean | undefined
  /** A part of the weight's rows, as if they were all: the halves of a gated layer without a copy. */
  readonly rows?: { readonly from: number; readonly count: number } | undefined
}

/** x Wᵀ + b over the last axis, the weight `[out, in]` as PyTorch keeps it (a 1×1 convolution's `[out, in, 1, 1]` too). x: `[…outer, in]`; returns `[…outer, out]`. */
export function linear(whole: Layers, x: Value, name: string, { outer, bias = true, rows: part }: LinearShape): Value {
  const { graph } = whole
  const layers = part === undefined ? whole : { ...whole, tensor: (of: string) => rowsOf(whole.tensor(of), part) }
  const { tensor } = layers
  const [outSize, inSize] = tensor(`${name}.weight`).shape
  const rows = outer.length === 1 ? x : reshape(layers, x, [-1, inSize])
  const inputs = [rows, weightFor(layers, rows, `${name}.weight`, [outSize, inSize])]
  if (bias) inputs.push(weight(layers, `${name}.bias`))
  const product = graph.node('Gemm', inputs, { transB: 1 }, { name })
  return outer.length === 1 ? product : reshape(layers, product, [...outer, outSize])
}

/** Rows of a tensor as a tensor: the same bytes, fewer of them. */
function rowsOf(reference: TensorReference, { from, count }: { from: number; count: number }): TensorReference {
  const [all, ...rest] = reference.shape
  const row = reference.byteLength / all
  return {
    ...reference,
    name: `${reference.name}[${from}]`,
    shape: [count, ...rest],
    offset: reference.offset + from * row,
    byteLength: count * row,
  }
}
