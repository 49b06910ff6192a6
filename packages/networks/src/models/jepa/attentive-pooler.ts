import type { Value } from '../../onnx/graph-builder.ts'
import { attention } from '../../layers/attention.ts'
import { add, type Layers, reshape, weight } from '../../layers/layers.ts'
import { linear } from '../../layers/linear.ts'
import { layerNorm } from '../../layers/normalisation.ts'
import { fedForward } from '../../layers/transformer-block.ts'

/** What the parts of a pooler's cross-attention are called. */
export interface PoolerNames {
  readonly query: string
  readonly norm1: string
  readonly q: string
  /** One layer whose rows are those of k, then v; or two layers. */
  readonly kv: string | readonly [string, string]
  readonly norm2: string
  readonly fc1: string
  readonly fc2: string
}

/** As facebookresearch/jepa and vjepa2 name them. */
export const repositoryPoolerNames: PoolerNames = {
  query: 'query_tokens',
  norm1: 'cross_attention_block.norm1',
  q: 'cross_attention_block.xattn.q',
  kv: 'cross_attention_block.xattn.kv',
  norm2: 'cross_attention_block.norm2',
  fc1: 'cross_attention_block.mlp.fc1',
  fc2: 'cross_attention_block.mlp.fc2',
}

export interface AttentivePooler {
  readonly names: PoolerNames
  /** Numbers a token; `heads` divides it. */
  readonly width: number
  readonly heads: number
  /** Of the layer norms. */
  readonly epsilon: number
  /** Name of a layer that what was attended to passes before it is added; undefined: none. */
  readonly projection?: string | undefined
}

/**
 * One row of all tokens of a clip: a learnt query attends to them (Bardes et al., Revisiting Feature Prediction for Learning Visual Representations from Video,
 * 2024, appendix; `AttentivePooler` of facebookresearch/jepa). The query itself is not normed.
 * @param tokens rows `[tokens, width]` of one clip
 * @returns `[1, width]`
 */
export function attentivePooler(layers: Layers, tokens: Value, pooler: AttentivePooler): Value {
  const { names, width, heads, epsilon, projection } = pooler
  const query = weight(layers, names.query, [1, width])
  const normed = layerNorm(layers, tokens, names.norm1, epsilon)
  const part = (index: number): Value => {
    const rows =
      typeof names.kv === 'string'
        ? linear(layers, normed, names.kv, { outer: [-1], rows: { from: index * width, count: width } })
        : linear(layers, normed, names.kv[index], { outer: [-1] })
    return reshape(layers, rows, [1, -1, width])
  }
  const q = reshape(layers, linear(layers, query, names.q, { outer: [-1] }), [1, 1, width])
  const mixed = reshape(layers, attention(layers, [q, part(0), part(1)], { heads, width }), [1, width])
  const attended = add(
    layers,
    query,
    projection === undefined ? mixed : linear(layers, mixed, projection, { outer: [-1] }),
  )
  const fed = layerNorm(layers, attended, names.norm2, epsilon)
  return add(layers, attended, fedForward(layers, fed, { names, activation: 'gelu' }))
}
