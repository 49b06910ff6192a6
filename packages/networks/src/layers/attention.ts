import type { Value } from '../onnx/graph-builder.ts'
import { type Layers, multiply, reshape, scalar, toArithmetic, toFloat32, transpose } from './layers.ts'
import { linear, type LinearShape } from './linear.ts'

export interface AttentionShape {
  readonly heads: number
  /** Numbers a token; `heads` divides it. */
  readonly width: number
}

/**
 * Σ softmax(q kᵀ / √d) v of each head, d being a head's width. q, k, v: `[batch, tokens, width]`; returns the same.
 * Spelled out where the fused operator of a device is not right: version 1.30's is wrong on WebGPU for 64 queries of 64 keys. Softmax is float32.
 */
export function attention(layers: Layers, [q, k, v]: readonly Value[], { heads, width }: AttentionShape): Value {
  const { graph } = layers
  if (layers.fusedAttention)
    return graph.node('MultiHeadAttention', [q, k, v], { num_heads: heads }, { domain: 'com.microsoft' })
  const split = (x: Value, perm: readonly number[]): Value =>
    transpose(layers, reshape(layers, x, [0, 0, heads, width / heads]), perm)
  // Scaled before they meet: products of wide heads overflow float16, and queries are fewer than scores.
  const scaled = multiply(layers, q, scalar(layers, (width / heads) ** -0.5))
  const scores = graph.node('MatMul', [split(scaled, [0, 2, 1, 3]), split(k, [0, 2, 3, 1])])
  const weights = toArithmetic(layers, graph.node('Softmax', [toFloat32(layers, scores)], { axis: -1 }))
  const mixed = graph.node('MatMul', [weights, split(v, [0, 2, 1, 3])])
  return reshape(layers, transpose(layers, mixed, [0, 2, 1, 3]), [0, 0, width])
}

/**
 * Attention of tokens to one another as LDM and diffusers name it: `to_q`, `to_k`, `to_v` without bias, `to_out.0` with one.
 * @param x `[…outer, width]`, `outer` being batch and tokens
 */
export function selfAttention(
  layers: Layers,
  x: Value,
  name: string,
  shape: AttentionShape & Pick<LinearShape, 'outer'>,
): Value {
  const [q, k, v] = ['to_q', 'to_k', 'to_v'].map((part) =>
    linear(layers, x, `${name}.${part}`, { outer: shape.outer, bias: false }),
  )
  return linear(layers, attention(layers, [q, k, v], shape), `${name}.to_out.0`, { outer: shape.outer })
}

/**
 * Attention of any tokens to a context of one token: softmax over one key is 1, so that it is W_o W_v c + b whatever the token.
 * @param context `[batch, context width]`
 * @returns `[batch, 1, width]`, to be added to every token
 */
export function oneTokenAttention(layers: Layers, context: Value, name: string, { width }: { width: number }): Value {
  const value = linear(layers, context, `${name}.to_v`, { outer: [-1], bias: false })
  return reshape(layers, linear(layers, value, `${name}.to_out.0`, { outer: [-1] }), [-1, 1, width])
}
