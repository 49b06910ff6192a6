import { gelu } from '../../layers/activations.ts'
import { attention } from '../../layers/attention.ts'
import { type Layers, reshape, transpose } from '../../layers/layers.ts'
import { linear } from '../../layers/linear.ts'
import { layerNorm } from '../../layers/normalisation.ts'
import type { Value } from '../../onnx/graph-builder.ts'

const rows = { outer: [-1] }

/** `layers.0` … of a multilayer perceptron, ReLU between them. x: `[rows, in]` */
export function perceptron(layers: Layers, x: Value, name: string, depth: number): Value {
  let y = x
  for (let layer = 0; layer < depth; layer++) {
    y = linear(layers, y, `${name}.layers.${layer}`, rows)
    if (layer < depth - 1) y = relu(layers, y)
  }
  return y
}

export function relu({ graph }: Layers, x: Value): Value {
  return graph.node('Relu', [x])
}

/** Layer norm over the channels of a map `[N, C, h, w]`, then GELU. */
export function channelNorm(layers: Layers, map: Value, name: string): Value {
  const normed = layerNorm(layers, transpose(layers, map, [0, 2, 3, 1]), name, 1e-6)
  return transpose(layers, normed, [0, 3, 1, 2])
}

export function normedGelu(layers: Layers, map: Value, name: string): Value {
  return gelu(layers, channelNorm(layers, map, name))
}

/** SAM's attention: `q_proj`, `k_proj`, `v_proj`, `out_proj`. Each of q, k, v: `[batch, tokens, C]`. @param width of all heads together */
export function projectedAttention(
  layers: Layers,
  [q, k, v]: readonly [Value, Value, Value],
  name: string,
  { heads, width, batch }: { readonly heads: number; readonly width: number; readonly batch: number },
): Value {
  const outer = [batch, -1]
  const parts = (
    [
      ['q', q],
      ['k', k],
      ['v', v],
    ] as const
  ).map(([part, x]) => linear(layers, x, `${name}.${part}_proj`, { outer }))
  return linear(layers, attention(layers, parts, { heads, width }), `${name}.out_proj`, { outer })
}

/** Tokens `[h·w, C]` as a map `[1, C, h, w]`. */
export function mapOf(layers: Layers, tokens: Value, height: number, width: number): Value {
  return transpose(layers, reshape(layers, tokens, [1, height, width, -1]), [0, 3, 1, 2])
}

/** A map `[1, C, h, w]` as tokens `[h·w, C]`. */
export function tokensOf(layers: Layers, map: Value, channels: number): Value {
  return reshape(layers, transpose(layers, map, [0, 2, 3, 1]), [-1, channels])
}
