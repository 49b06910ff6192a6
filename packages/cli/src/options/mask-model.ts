import { basename } from 'node:path'
import { hashFile, readRawJson } from '@kinemetric/files'
import {
  checkSam2Config,
  type MaskTracker,
  networkCard,
  locateWeight,
  openCheckpoint,
  openMaskProcess,
  requireSam2,
  unverifiedUse,
  type WeightUse,
} from '@kinemetric/networks'
import { cliError } from '../output/cli-error.ts'
import type { NetworkFlags } from './network-options.ts'
import { type CheckpointFlags, requireUnverified } from './own-checkpoint.ts'

/** Which network draws masks. */
export interface MaskModelFlags extends NetworkFlags, CheckpointFlags {
  model?: string
  config?: string | undefined
}

/** The network that masks are drawn with unless another is asked for: InterDyn's choice. */
const usualModel = 'sam2.1-large'

/** A network for masks whose weights are here; opened in a process of its own when it is asked for. */
export interface MaskModel {
  readonly id: string
  readonly weights: readonly WeightUse[]
  /** A configuration of one's own, as JSON; undefined for the published sizes. */
  readonly config?: unknown
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
  const id = requireSam2(await openCheckpoint(checkpoint), model, config !== undefined)
  const own = config === undefined ? {} : { config: checkSam2Config(await readRawJson(config), config) }
  const settings = config === undefined ? {} : { settings: { config: JSON.stringify(own.config) } }
  const weights = [unverifiedUse(basename(checkpoint), await hashFile(checkpoint))]
  const options = { provider, threads, checkpoints: { [id]: checkpoint } }
  return { id, weights, ...own, open: (signal) => openMaskProcess({ network: id, ...settings }, options, signal) }
}

/** A network for one video after another: opened where the first has something to draw, open until `close`. A video's own closing leaves it open. */
export interface OpenedOnce extends Pick<MaskModel, 'open'> {
  /** Why it could not be opened: no video's fault. */
  readonly refused: () => unknown
  /** The next video opens it anew: what one broke off may have left it dead. */
  readonly close: () => Promise<void>
}

/** @param signal aborts opening, and what waits for an answer */
export function openedOnce(model: MaskModel, signal: AbortSignal): OpenedOnce {
  let opened: Promise<MaskTracker> | undefined
  let refused: unknown
  return {
    async open() {
      opened ??= model.open(signal)
      const tracker = await opened.catch((error: unknown) => {
        refused = error
        throw error
      })
      return { ...tracker, close: () => Promise.resolve() }
    },
    refused: () => refused,
    async close() {
      const tracker = await opened?.catch(() => undefined)
      opened = undefined
      await tracker?.close()
    },
  }
}
