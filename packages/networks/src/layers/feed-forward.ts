import type { Value } from '../onnx/graph-builder.ts'
import { gelu } from './activations.ts'
import { type Layers, multiply } from './layers.ts'
import { linear, type LinearShape } from './linear.ts'

/**
 * The feed-forward part of a transformer block with a gated GELU, as LDM and diffusers name it: [p, q] = `net.0.proj`(x), `net.2`(p · gelu(q)).
 * @param x `[…outer, width]`
 */
export function gatedFeedForward(layers: Layers, x: Value, name: string, shape: LinearShape): Value {
  const both = linear(layers, x, `${name}.net.0.proj`, shape)
  const [value, gate] = layers.graph.nodes('Split', [both], 2, { axis: -1, num_outputs: 2 })
  return linear(layers, multiply(layers, value, gelu(layers, gate)), `${name}.net.2`, shape)
}
