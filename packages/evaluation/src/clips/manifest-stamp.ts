import { join } from 'node:path'
import type { ManifestClip, ManifestFile } from '@kinemetric/benchmark'
import { hashBytes } from '@kinemetric/files'
import { probeSceneFile } from '@kinemetric/records'
import { contentStamp } from './content-stamp.ts'

/**
 * Changes with what a manifest says of a clip that its measurements are made of: the hashes of its files (those of the files themselves where it has none), its
 * frames, size and rate. Where the files lie, what the clip is called and which others stand beside it changes nothing. Starts with a space.
 */
export async function manifestStamp(root: string, clip: ManifestClip): Promise<string> {
  const { assets = {}, objectMasks = [], pairs = [] } = clip
  const hashOf = async (file: ManifestFile | undefined) => file && (file.sha256 ?? (await stampOf(root, file.path)))
  const referenceOf = async (reference: ManifestClip['reference']) => [await hashOf(reference), reference?.framesSha256]
  const controlOf = async (control: ManifestClip['control']) =>
    control && (control.sha256 ?? stampOf(root, control.dir))
  const deciding = {
    frames: clip.window.count,
    size: clip.geometry.target,
    fps: clip.fps,
    reference: await referenceOf(clip.reference),
    masks: await Promise.all(objectMasks.map(async (mask) => [mask.object, await hashOf(mask)])),
    // Control signals are looked at for probes alone.
    probe: Object.hasOwn(assets, probeSceneFile) && {
      scene: await hashOf(assets[probeSceneFile]),
      control: await controlOf(clip.control),
      pairs: await Promise.all(
        pairs.map(async ({ without, control, reference }) => [
          without,
          await controlOf(control),
          await referenceOf(reference),
        ]),
      ),
    },
  }
  return ` ${hashBytes(JSON.stringify(deciding))}`
}

/** Of a clip's reference file as it is found; starts with a space. Empty for a prompt, which has none. */
export async function foundStamp(root: string, { reference }: ManifestClip): Promise<string> {
  return reference === undefined ? '' : ` ${await stampOf(root, reference.path)}`
}

function stampOf(root: string, path: string): Promise<string> {
  return contentStamp(join(root, path)).catch(() => 'none')
}
