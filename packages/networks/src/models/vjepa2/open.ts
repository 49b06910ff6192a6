import { hashBytes } from '@kinemetric/files'
import { digestTensors } from '../../checkpoints/digest-tensors.ts'
import type { Checkpoint } from '../../checkpoints/tensors/tensor-reference.ts'
import type { NetworkOpener } from '../../roles/network-card.ts'
import { oneOf, requireKnown } from '../../roles/read-choice.ts'
import { float32Data, openSession, type SessionOptions } from '../../session/session.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { jepaPreprocessings, type JepaPreprocessing } from '../jepa/clip-input.ts'
import { type JepaExtractor, jepaExtractor } from '../jepa/jepa-extractor.ts'
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
): Promise<JepaExtractor> {
  const weights = vjepa2Weights(checkpoints.encoder, checkpoints.probe, options.pool === 'pool-probe')
  const { width, encoder, pooler } = weights
  const heads = options.heads ?? (width === 1024 ? 16 : undefined)
  if (heads === undefined)
    throw networkError('wrong-checkpoint', checkpoints.encoder.path, {
      expected: 'V-JEPA 2 ViT-L/16',
      found: `an encoder of width ${width}`,
    })
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

/** V-JEPA 2 as a card asks for it. */
export const openAskedVjepa2: NetworkOpener<'features'> = async ({ encoder, probe }, choice, run) => {
  const id = 'vjepa2-vitl16'
  requireKnown(id, choice.settings, [])
  const preprocessing = oneOf(id, 'preprocessing', choice.preprocessing, jepaPreprocessings)
  return openVjepa2(
    { encoder, probe },
    { ...run, preprocessing, pool: oneOf(id, 'variant', choice.variant, vjepa2Pools) },
  )
}
