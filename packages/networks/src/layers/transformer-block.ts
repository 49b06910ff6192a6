import type { Value } from '../onnx/graph-builder.ts'
import { gelu, quickGelu } from './activations.ts'
import { attention } from './attention.ts'
import { add, type Layers, multiply, weight } from './layers.ts'
import { linear } from './linear.ts'
import { layerNorm } from './normalisation.ts'

/** What the parts of a block are called, below the block's own name. */
export interface BlockNames {
  readonly norm1: string
  /** One layer whose rows are those of q, then k, then v; or three layers. */
  readonly qkv: string | readonly [string, string, string]
  readonly out: string
  readonly norm2: string
  readonly fc1: string
  readonly fc2: string
}

/** As timm names them, and with it DINO, DINOv2 and V-JEPA. */
export const timmBlockNames: BlockNames = {
  norm1: 'norm1',
  qkv: 'attn.qkv',
  out: 'attn.proj',
  norm2: 'norm2',
  fc1: 'mlp.fc1',
  fc2: 'mlp.fc2',
}

/** As transformers names those of CLIP. */
export const clipBlockNames: BlockNames = {
  norm1: 'layer_norm1',
  qkv: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'],
  out: 'self_attn.out_proj',
  norm2: 'layer_norm2',
  fc1: 'mlp.fc1',
  fc2: 'mlp.fc2',
}

/** What a block of a vision transformer is made of. Its linear layers have biases, its widths are those of its tensors. */
export interface TransformerBlock {
  readonly names: BlockNames
  /** Numbers a token; `heads` divides it. */
  readonly width: number
  readonly heads: number
  /** By the error function, or as OpenAI's CLIP has it. */
  readonly activation: 'gelu' | 'quick_gelu'
  /** Of the layer norms. */
  readonly epsilon: number
  /** Names of the vectors that scale what each half adds (LayerScale). Default: nothing is scaled. */
  readonly scales?: readonly [string, string] | undefined
  /** The first token of every picture alone is wanted: the others serve it as keys and values, and end here. Default: all. */
  readonly firstOnly?: boolean | undefined
  /** What becomes of q and of k before they meet, `[batch, tokens, width]` head by head: positions as rotations, say. Default: nothing. */
  readonly placed?: ((layers: Layers, x: Value) => Value) | undefined
}

/**
 * One block of a vision transformer with its norms first (Dosovitskiy et al., An Image is Worth 16x16 Words, ICLR 2021; timm's `Block`):
 * x += s₁·attention(norm₁(x)); x += s₂·mlp(norm₂(x)).
 * @param layers below the block's name
 * @param x rows `[batch·tokens, width]`; returns the same, with `firstOnly` `[batch, width]`
 * @param shape int64, `[batch, tokens, width]`: what `Reshape` makes of the rows where tokens meet
 */
export function transformerBlock(layers: Layers, x: Value, block: TransformerBlock, shape: Value): Value {
  const { names, epsilon, scales, firstOnly = false } = block
  const wanted = (rows: Value): Value => (firstOnly ? firstTokens(layers, rows, shape) : rows)
  const normed = layerNorm(layers, x, names.norm1, epsilon)
  const mixed = attended(layers, wanted(normed), normed, block, shape)
  const between = add(layers, wanted(x), scaled(layers, mixed, scales?.[0]))
  const fed = fedForward(layers, layerNorm(layers, between, names.norm2, epsilon), block)
  return add(layers, between, scaled(layers, fed, scales?.[1]))
}

/** The first token of each picture. x: rows `[batch·tokens, width]`; returns `[batch, width]` */
export function firstTokens({ graph }: Layers, x: Value, shape: Value): Value {
  const first = graph.constant(BigInt64Array.of(0n), [], 'first')
  return graph.node('Gather', [graph.node('Reshape', [x, shape]), first], { axis: 1 })
}

/** Attention of some tokens to all, between its linear layers. Both: rows, normed already. */
function attended(layers: Layers, some: Value, all: Value, block: TransformerBlock, shape: Value): Value {
  const { graph } = layers
  const { names, width, heads, firstOnly = false, placed = (_, x) => x } = block
  const part = (x: Value, index: number): Value =>
    typeof names.qkv === 'string'
      ? linear(layers, x, names.qkv, { outer: [-1], rows: { from: index * width, count: width } })
      : linear(layers, x, names.qkv[index], { outer: [-1] })
  const queries = graph.node('Reshape', [part(some, 0), firstOnly ? graph.ints([-1, 1, width]) : shape])
  const [keys, values] = [1, 2].map((index) => graph.node('Reshape', [part(all, index), shape]))
  const mixed = attention(layers, [placed(layers, queries), placed(layers, keys), values], { heads, width })
  return linear(layers, graph.node('Reshape', [mixed, graph.ints([-1, width])]), names.out, { outer: [-1] })
}

/** The two linear layers on each token, without its norm. x: rows. */
export function fedForward(
  layers: Layers,
  x: Value,
  { names, activation }: Pick<TransformerBlock, 'activation'> & { readonly names: Pick<BlockNames, 'fc1' | 'fc2'> },
): Value {
  const wide = linear(layers, x, names.fc1, { outer: [-1] })
  const active = activation === 'gelu' ? gelu(layers, wide) : quickGelu(layers, wide)
  return linear(layers, active, names.fc2, { outer: [-1] })
}

function scaled(layers: Layers, x: Value, name: string | undefined): Value {
  return name === undefined ? x : multiply(layers, x, weight(layers, name))
}
