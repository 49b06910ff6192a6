import type { Value } from '../onnx/graph-builder.ts'
import { gelu } from './activations.ts'
import { type Layers, multiply } from './layers.ts'
import { linear, type LinearShape } from './linear.ts'

/**
 * The feed-forward part of a transformer block with a gated GELU, as LDM and diffusers name it: [p, q] = `net.0.proj`(x), `net.2`(p · gelu(q)).
 * @param x `[…outer, width]`
 */
export function gatedFeedForward(layers: Layers, x: Value, name: string, shape: LinearShape): Value {
  const [count] = layers.tensor(`${name}.net.0.proj.weight`).shape
  const half = (from: number): Value =>
    linear(layers, x, `${name}.net.0.proj`, { ...shape, rows: { from, count: count / 2 } })
  return linear(layers, multiply(layers, half(0), gelu(layers, half(count / 2))), `${name}.net.2`, shape)
}
