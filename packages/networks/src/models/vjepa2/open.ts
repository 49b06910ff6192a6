import { hashBytes } from '@kinemetric/files'
import { digestTensors } from '../../checkpoints/digest-tensors.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import type { NetworkOpener } from '../../roles/network-card.ts'
import { float32Data, openSession, type SessionOptions } from '../../session/session.ts'
import type { FeatureExtractor } from '../../roles/feature-extractor.ts'
import type { JepaPreprocessing } from '../jepa/clip-input.ts'
import { jepaChoice, jepaExtractor, jepaHeads } from '../jepa/jepa-extractor.ts'
import { patchRows, tokenGrid } from '../jepa/patch-rows.ts'
import { vjepa2Graph, type Vjepa2Pool, vjepa2Pools } from './graph.ts'
import { rotations } from './rotary.ts'
import { vjepa2Weights } from './tensors.ts'

export interface Vjepa2Options extends SessionOptions {
  preprocessing: JepaPreprocessing
  pool: Vjepa2Pool
  /** Heads of attention; default: those of the published encoder of this width. The file does not say. */
  heads?: number | undefined
}

/**
 * V-JEPA 2's encoder with the pooler of its SSv2 probe: a row a clip. Rows and columns count the clip's own tokens, as in its repository; transformers counts those of
 * its configuration's size.
 * @param checkpoints `encoder`: a file of transformers, which has the pooler too, or the repository's; `probe`: the repository's second file
 * @throws KinemetricError `wrong-checkpoint` for V-JEPA and for a probe of another encoder, `wrong-tensors`, `not-available`
 */
export async function openVjepa2(
  checkpoints: { encoder: Checkpoint; probe?: Checkpoint | undefined },
  options: Vjepa2Options,
): Promise<FeatureExtractor> {
  const weights = vjepa2Weights(checkpoints.encoder, checkpoints.probe, options.pool === 'pool-probe')
  const { width, encoder, pooler } = weights
  const heads = jepaHeads(checkpoints.encoder.path, width, options.heads, { 1024: 16 })
  const { prepack = false, provider } = options
  const session = await openSession(vjepa2Graph(weights, { heads, provider }), { ...options, prepack })
  const own = await digestTensors(encoder.checkpoint, encoder.names)
  const pooled = pooler === undefined ? undefined : await digestTensors(pooler.checkpoint, pooler.names)
  const says = {
    network: 'vjepa2-vitl16',
    digest: pooled === undefined ? own : hashBytes(`${own} ${pooled}`),
    preprocessing: options.preprocessing,
    dimension: width,
  }
  const headWidth = width / heads
  let last: { key: string; tables: ReturnType<typeof rotations> } | undefined
  return jepaExtractor(
    says,
    async ({ video, size }) => {
      const grid = tokenGrid(says.network, size)
      const tokens = grid[0] * grid[1] * grid[2]
      const key = grid.join('x')
      if (last?.key !== key) last = { key, tables: rotations(grid, headWidth) }
      const { cosines, sines } = last.tables
      const feeds = {
        patches: { type: 'float32', data: patchRows(video, size), shape: [tokens, 1536] },
        cosines: { type: 'float32', data: cosines, shape: [tokens, 1, headWidth] },
        sines: { type: 'float32', data: sines, shape: [tokens, 1, headWidth] },
      } as const
      const { row } = await session.run(feeds, ['row'])
      return Float32Array.from(float32Data(row))
    },
    () => session.close(),
  )
}

/** V-JEPA 2 as a card asks for it: any of the preprocessings, variant `pool-probe` unless another is named. */
export const openAskedVjepa2: NetworkOpener<'features'> = async ({ encoder, probe }, choice, run) =>
  openVjepa2({ encoder, probe }, { ...run, ...jepaChoice('vjepa2-vitl16', choice, vjepa2Pools, 'hf-256') })
