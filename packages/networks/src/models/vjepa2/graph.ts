import { type Layers, within } from '../../layers/layers.ts'
import { layerNorm } from '../../layers/normalisation.ts'
import { transformerBlock } from '../../layers/transformer-block.ts'
import { GraphBuilder, type GraphModel } from '../../onnx/graph-builder.ts'
import type { Provider } from '../../session/devices.ts'
import { attentivePooler } from '../jepa/attentive-pooler.ts'
import { patchEmbedding } from '../jepa/patch-embedding.ts'
import { rotated } from './rotary.ts'
import type { Vjepa2Weights } from './tensors.ts'

/** What the tokens of a clip become: the row that the SSv2 pooler makes of them, or their mean. */
export const vjepa2Pools = ['pool-probe', 'pool-mean'] as const
export type Vjepa2Pool = (typeof vjepa2Pools)[number]

const epsilon = 1e-6

/**
 * V-JEPA 2's encoder and pooler, `patches` `[tokens, 1536]`, `cosines` and `sines` `[tokens, 1, head]` to `tokens` and `row` (Assran et al., V-JEPA 2, 2025;
 * facebookresearch/vjepa2 and transformers' `VJEPA2ForVideoClassification`).
 */
export function vjepa2Graph(
  { width, names, encoder, pooler }: Vjepa2Weights,
  { heads, provider }: { heads: number; provider?: Provider | undefined },
): GraphModel {
  const graph = new GraphBuilder('vjepa2')
  const how = { graph, dtype: 'float32', fusedAttention: provider !== 'webgpu' } as const
  const layers: Layers = { ...how, tensor: encoder.tensor }
  const headWidth = width / heads
  const [cosines, sines] = ['cosines', 'sines'].map((name) => graph.input(name, 'float32', ['tokens', 1, headWidth]))
  const shape = graph.ints([1, -1, width])
  let tokens = patchEmbedding(layers, graph.input('patches', 'float32', ['tokens', 1536]), names.encoder.patches)
  for (let i = 0; i < encoder.blocks; i++)
    tokens = transformerBlock(
      within(layers, `${names.encoder.blocks}${i}`),
      tokens,
      {
        names: names.encoder.block,
        width,
        heads,
        activation: 'gelu',
        epsilon,
        placed: (_, x) => rotated(layers, x, [cosines, sines], { heads, headWidth }),
      },
      shape,
    )
  tokens = layerNorm(layers, tokens, names.encoder.norm, epsilon)
  graph.output(tokens, 'tokens', 'float32', ['tokens', width])
  if (pooler === undefined) {
    graph.output(graph.node('ReduceMean', [tokens, graph.ints([0])], { keepdims: 1 }), 'row', 'float32', [1, width])
    return graph.build()
  }
  const pooling: Layers = { ...how, tensor: pooler.tensor }
  const { poolerEpsilon } = names.pooler
  for (let i = 0; i < pooler.blocks; i++)
    tokens = transformerBlock(
      within(pooling, `${names.pooler.poolerBlocks}${i}`),
      tokens,
      { names: names.pooler.poolerBlock, width, heads, activation: 'gelu', epsilon: poolerEpsilon },
      shape,
    )
  const row = attentivePooler(pooling, tokens, { names: names.pooler.pooler, width, heads, epsilon: poolerEpsilon })
  graph.output(row, 'row', 'float32', [1, width])
  return graph.build()
}
