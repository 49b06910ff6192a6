import { add, type Layers, within } from '../../layers/layers.ts'
import { layerNorm } from '../../layers/normalisation.ts'
import { timmBlockNames, transformerBlock } from '../../layers/transformer-block.ts'
import type { Provider } from '../../session/devices.ts'
import { GraphBuilder, type GraphModel } from '../../onnx/graph-builder.ts'
import { attentivePooler, repositoryPoolerNames } from '../jepa/attentive-pooler.ts'
import { patchEmbedding } from '../jepa/patch-embedding.ts'
import type { VjepaEncoder, VjepaProbe } from './tensors.ts'

/** What the tokens of a clip become: the row that the probe pools of them, with or without its projection, or their mean. */
export const vjepaPools = ['pool-probe-proj', 'pool-probe', 'pool-mean'] as const
export type VjepaPool = (typeof vjepaPools)[number]

/** Layer norms of the encoder; those of the probe have torch's own. */
const epsilon = 1e-6
const probeEpsilon = 1e-5

export interface VjepaGraphOptions {
  readonly heads: number
  readonly pool: VjepaPool
  readonly provider?: Provider | undefined
}

/**
 * V-JEPA's encoder and its pooler, `patches` `[tokens, 1536]` and `positions` `[tokens, width]` to `tokens` and `row` (Bardes et al., Revisiting Feature Prediction
 * for Learning Visual Representations from Video, TMLR 2024; facebookresearch/jepa).
 */
export function vjepaGraph(
  encoder: VjepaEncoder,
  probe: VjepaProbe | undefined,
  { heads, pool, provider }: VjepaGraphOptions,
): GraphModel {
  const { width, blocks } = encoder
  const graph = new GraphBuilder('vjepa')
  const how = { graph, dtype: 'float32', fusedAttention: provider !== 'webgpu' } as const
  const layers: Layers = { ...how, tensor: encoder.tensor }
  const patches = graph.input('patches', 'float32', ['tokens', 1536])
  let tokens = add(
    layers,
    patchEmbedding(layers, patches, 'patch_embed.proj'),
    graph.input('positions', 'float32', ['tokens', width]),
  )
  const block = { names: timmBlockNames, width, heads, activation: 'gelu', epsilon } as const
  const shape = graph.ints([1, -1, width])
  for (let i = 0; i < blocks; i++) tokens = transformerBlock(within(layers, `blocks.${i}`), tokens, block, shape)
  tokens = layerNorm(layers, tokens, 'norm', epsilon)
  graph.output(tokens, 'tokens', 'float32', ['tokens', width])
  const row =
    probe === undefined
      ? graph.node('ReduceMean', [tokens, graph.ints([0])], { keepdims: 1 })
      : attentivePooler({ ...how, tensor: probe.tensor }, tokens, {
          names: repositoryPoolerNames,
          width,
          heads,
          epsilon: probeEpsilon,
          projection: pool === 'pool-probe-proj' ? 'cross_attention_block.xattn.proj' : undefined,
        })
  graph.output(row, 'row', 'float32', [1, width])
  return graph.build()
}
