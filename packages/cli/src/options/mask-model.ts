import { basename } from 'node:path'
import { hashFile, readRawJson } from '@kinemetric/files'
import {
  type MaskTracker,
  networkCard,
  locateWeight,
  openCheckpoint,
  openMaskProcess,
  sam2Of,
  unverifiedUse,
  type WeightUse,
} from '@kinemetric/networks'
import { cliError } from '../output/cli-error.ts'
import type { NetworkFlags } from './network-options.ts'
import { type CheckpointFlags, requireUnverified } from './own-checkpoint.ts'

/** Which network draws masks. */
export interface MaskModelFlags extends NetworkFlags, CheckpointFlags {
  model?: string
  config?: string
}

/** The network that masks are drawn with unless another is asked for: InterDyn's choice. */
const usualModel = 'sam2.1-large'

/** A network for masks whose weights are here; opened in a process of its own when it is asked for. */
export interface MaskModel {
  readonly id: string
  readonly weights: readonly WeightUse[]
  readonly open: (signal?: AbortSignal) => Promise<MaskTracker>
}

/** @throws KinemetricError `weights` with the command that gets them, `bad-option`; of a checkpoint as `openCheckpoint` does */
export async function openMaskModel(flags: MaskModelFlags): Promise<MaskModel> {
  requireUnverified(flags)
  const { model, checkpoint, config, provider, threads } = flags
  if (checkpoint === undefined) {
    if (config !== undefined)
      throw cliError('bad-option', '--config', { expected: '--checkpoint beside it', found: 'it alone' })
    const id = model ?? usualModel
    const [weight] = Object.values(networkCard(id).parts)
    const { sha256, entry } = await locateWeight(weight)
    const weights = [{ id: weight, sha256, licence: entry.licence }]
    return { id, weights, open: (signal) => openMaskProcess({ network: id }, { provider, threads }, signal) }
  }
  const settings = config === undefined ? {} : { settings: { config: JSON.stringify(await readRawJson(config)) } }
  const id = model ?? sam2Of(await openCheckpoint(checkpoint))
  const weights = [unverifiedUse(basename(checkpoint), await hashFile(checkpoint))]
  const options = { provider, threads, checkpoints: { [id]: checkpoint } }
  return { id, weights, open: (signal) => openMaskProcess({ network: id, ...settings }, options, signal) }
}
