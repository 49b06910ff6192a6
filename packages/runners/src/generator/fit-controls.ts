import { join } from 'node:path'
import type { ManifestClip } from '@kinemetric/benchmark'
import { isError, type KinemetricError } from '@kinemetric/files'
import type { MethodSpec } from '@kinemetric/records'
import { listImages, readImage } from '@kinemetric/video'
import { controlKinds, type UnfitClip } from './capabilities.ts'
import { runnerError } from './runner-error.ts'

/**
 * Holds the control signals on disk against what the manifest says of them, for a method that takes one: a manifest can be written by hand. As many frames as
 * the clip has, of its size (looked at in the first), before anything is loaded.
 * @param root the manifest's folder
 * @param isPart these are not all clips: that none of them fits says nothing of the others
 * @returns the clips whose control signal is as it should be, and of the others why not
 * @throws KinemetricError `unfit-manifest` where none is
 */
export async function fitControls<Clip extends ManifestClip & { readonly noiseKey?: string }>(
  spec: MethodSpec,
  root: string,
  clips: readonly Clip[],
  isPart = false,
): Promise<{ fit: Clip[]; unfit: UnfitClip[] }> {
  if (controlKinds(spec.capabilities).length === 0) return { fit: [...clips], unfit: [] }
  const fit: Clip[] = []
  const unfit: UnfitClip[] = []
  for (const clip of clips) {
    // A clip comes before its pairs, which say nothing without it.
    const lacking = unfit.some(({ clip: other }) => other === clip.noiseKey)
    const error = lacking ? withoutClip(clip.noiseKey ?? '') : await controlTrouble(root, clip)
    if (error === undefined) fit.push(clip)
    else unfit.push({ clip: clip.id, error })
  }
  const [first] = unfit
  if (fit.length > 0 || isPart || first === undefined) return { fit, unfit }
  throw runnerError('unfit-manifest', spec.id, {
    expected: first.error.expected ?? 'control signals as the clips want them',
    found: `${first.error.found} in ${first.clip}, and no clip of ${clips.length} that fits`,
  })
}

async function controlTrouble(root: string, clip: ManifestClip): Promise<KinemetricError | undefined> {
  const { control, window, geometry } = clip
  if (control === undefined) return undefined
  const frames = await listImages(join(root, control.dir)).catch((error: unknown) => {
    if (isError(error)) return []
    throw error
  })
  for (const found of [control.count, frames.length])
    if (found !== window.count)
      return unfit(`${window.count} frames of control signal, one a frame of the clip`, String(found))
  const first = await readImage(frames[0]).catch((error: unknown) => {
    if (isError(error)) return error
    throw error
  })
  if (isError(first)) return unfit('frames of control signal that can be read', `one that says ${first.sentence}`)
  const [, height, width] = first.shape
  const [wantedHeight, wantedWidth] = geometry.target
  if (height === wantedHeight && width === wantedWidth) return undefined
  return unfit(`a control signal of ${wantedHeight}×${wantedWidth} (height × width)`, `${height}×${width}`)
}

function withoutClip(clip: string): KinemetricError {
  return unfit(`a control signal that fits of ${clip}, which this is a pair of`, 'none')
}

function unfit(expected: string, found: string): KinemetricError {
  return runnerError('unfit-clip', '', { expected, found })
}
