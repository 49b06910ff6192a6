import { digestTensors } from '../../checkpoints/digest-tensors.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import { float32Data, openSession, type SessionOptions } from '../../session/session.ts'
import type { NetworkOpener } from '../../roles/network-card.ts'
import { hashBytes } from '@kinemetric/files'
import { readTensor } from '../../checkpoints/read-tensor.ts'
import { networkError } from '../../tracklets/network-error.ts'
import type { FeatureExtractor } from '../../roles/feature-extractor.ts'
import type { JepaPreprocessing } from '../jepa/clip-input.ts'
import { jepaChoice, jepaExtractor, jepaHeads } from '../jepa/jepa-extractor.ts'
import { patchRows, tokenGrid } from '../jepa/patch-rows.ts'
import { vjepaGraph, type VjepaPool, vjepaPools } from './graph.ts'
import { type Grid, resizePositions } from './positions.ts'
import { type VjepaEncoder, vjepaEncoder, type VjepaProbe, vjepaProbe } from './tensors.ts'

export interface VjepaOptions extends SessionOptions {
  preprocessing: JepaPreprocessing
  pool: VjepaPool
  /** Heads of attention; default: those of the published encoder of this width. The file does not say. */
  heads?: number | undefined
}

/** Heads of the published encoders by width, ViT-H/16 and ViT-L/16. */
const publishedHeads = { 1280: 16, 1024: 16 } as const

export type VjepaId = 'vjepa-vith16' | 'vjepa-vitl16'

/** Which of the published encoders a checkpoint is one of, by its width; of any other width it is taken for the larger one’s. @throws as `vjepaEncoder` */
export function vjepaOf(checkpoint: Checkpoint): VjepaId {
  return vjepaEncoder(checkpoint).width === 1024 ? 'vjepa-vitl16' : 'vjepa-vith16'
}

/**
 * V-JEPA's encoder with the pooler of its SSv2 probe: a row a clip.
 * @param checkpoints `encoder`, the slow copy of a file of training is taken; `probe`, not needed for the mean of the tokens
 * @throws KinemetricError `wrong-checkpoint` for V-JEPA 2 and for a probe of another encoder, `wrong-tensors`, `not-available`
 */
export async function openVjepa(
  id: VjepaId,
  checkpoints: { encoder: Checkpoint; probe?: Checkpoint | undefined },
  options: VjepaOptions,
): Promise<FeatureExtractor> {
  const encoder = vjepaEncoder(checkpoints.encoder)
  const { width } = encoder
  const { pool, preprocessing } = options
  const heads = jepaHeads(checkpoints.encoder.path, width, options.heads, publishedHeads)
  const probe = probeFor(checkpoints.probe, width, pool)
  const positions = await positionsOf(encoder)
  // Matrices of a network that runs a few times a minute are not worth a second copy of them in memory.
  const { prepack = false } = options
  const session = await openSession(vjepaGraph(encoder, probe, { heads, pool, provider: options.provider }), {
    ...options,
    prepack,
  })
  const own = await digestTensors(checkpoints.encoder, encoder.names)
  const pooled = probe === undefined ? undefined : await digestTensors(checkpoints.probe!, probe.names)
  const says = {
    network: id,
    digest: pooled === undefined ? own : hashBytes(`${own} ${pooled}`),
    preprocessing,
    dimension: width,
  }
  return jepaExtractor(
    says,
    async ({ video, size }) => {
      const grid = tokenGrid(says.network, size)
      const tokens = grid[0] * grid[1] * grid[2]
      const feeds = {
        patches: { type: 'float32', data: patchRows(video, size), shape: [tokens, 1536] },
        positions: { type: 'float32', data: positions(grid), shape: [tokens, width] },
      } as const
      const { row } = await session.run(feeds, ['row'])
      return Float32Array.from(float32Data(row))
    },
    () => session.close(),
  )
}

/** @throws KinemetricError `wrong-checkpoint` where a probe is needed and there is none */
function probeFor(checkpoint: Checkpoint | undefined, width: number, pool: VjepaPool): VjepaProbe | undefined {
  if (pool === 'pool-mean') return undefined
  if (checkpoint !== undefined) return vjepaProbe(checkpoint, width, pool === 'pool-probe-proj')
  throw networkError('bad-option', 'vjepa', {
    expected: 'the SSv2 probe beside the encoder',
    found: 'none',
    then: 'without it there is only the mean of the tokens (pool-mean)',
  })
}

/** The file's own table, for clips of any size; the last one made is kept. */
async function positionsOf({ tensor, grid, width }: VjepaEncoder): Promise<(wanted: Grid) => Float32Array> {
  const data = await readTensor(tensor('pos_embed'))
  let last: { key: string; table: Float32Array } | undefined
  return (wanted) => {
    const key = wanted.join('x')
    if (last?.key !== key) last = { key, table: resizePositions(data, grid, wanted, width) }
    return last.table
  }
}

/** V-JEPA as a card asks for it: any of the preprocessings, variant `pool-probe-proj` unless another is named. */
export function openAskedVjepa(id: VjepaId): NetworkOpener<'features'> {
  return async ({ encoder, probe }, choice, run) =>
    openVjepa(id, { encoder, probe }, { ...run, ...jepaChoice(id, choice, vjepaPools, 'worldarena') })
}
