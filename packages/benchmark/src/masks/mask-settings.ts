import { canonicalJson, hashBytes } from '@kinemetric/files'
import type { MaskMode, MaskPrompt, Provider, WeightUse } from '@kinemetric/networks'
import type { OpenedMaskVideo } from './mask-video.ts'
import type { MaskSettings } from './masks-file.ts'

/** Cells of a hole that is filled unless something else is asked for: as the original's predictors are set up. */
export const usualFillHoles: Readonly<Record<MaskMode, number>> = { 'box-per-frame': 0, 'box-propagate': 8 }

const selections: Readonly<Record<MaskMode, string>> = {
  'box-per-frame': 'mask 0 where its stability is at least 0.98, else the best of the others by IoU',
  'box-propagate':
    'prompted: mask 0 where its stability is at least 0.98, else the best of the others by IoU (a single point: the best of the others); followed: the best of the others by IoU',
}

/** All that is chosen of masks and changes them. */
export function maskSettings(mode: MaskMode, fillHoles: number, provider: Provider): MaskSettings {
  const isAlone = mode === 'box-per-frame'
  return {
    preprocessing: isAlone ? 'torch-bilinear-antialias' : 'pillow-bicubic',
    fillHoles,
    order: isAlone ? 'none' : 'forwards from the first prompt, then backwards from it',
    objects: 'each by itself',
    overlaps: 'kept',
    selection: selections[mode],
    threshold: 0,
    provider,
    dtype: 'float32',
  }
}

/** sha256 of all that decides the masks: no path, no time. */
export function maskIdentity(
  mode: MaskMode,
  { sha256, frames, height, width }: OpenedMaskVideo,
  prompts: readonly MaskPrompt[],
  weights: readonly WeightUse[],
  settings: MaskSettings,
  config: unknown,
): string {
  const used = weights.map((weight) => weight.sha256)
  const video = { sha256, frames, height, width }
  // Undefined is nothing in JSON: masks of published networks keep their identity.
  return hashBytes(canonicalJson({ mode, video, prompts, weights: used, settings, config }))
}
