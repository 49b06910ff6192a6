import { join } from 'node:path'
import type { ManifestClip, ManifestFile, ManifestFolder } from '@kinemetric/benchmark'
import { hashBytes } from '@kinemetric/files'
import { probeSceneFile } from '@kinemetric/records'
import { contentStamp } from './content-stamp.ts'

/**
 * Changes with what a manifest says of a clip that its measurements are made of: the hashes of its files (those of the files themselves where it has none), its
 * frames, size and rate. Where the files lie, what the clip is called and which others stand beside it changes nothing. Starts with a space.
 */
export async function manifestStamp(root: string, clip: ManifestClip): Promise<string> {
  const found = new Map<string, string>()
  for (const path of withoutHash(clip)) found.set(path, await stampOf(root, path))
  return stampOfHashes(clip, found)
}

/** The same where the manifest has the hashes of all that decides; undefined where files would have to be looked at. */
export function stampInManifest(clip: ManifestClip): string | undefined {
  return withoutHash(clip).length === 0 ? stampOfHashes(clip, new Map()) : undefined
}

/** Of a clip's reference file as it is found; starts with a space. Empty for a prompt, which has none. */
export async function foundStamp(root: string, { reference }: ManifestClip): Promise<string> {
  return reference === undefined ? '' : ` ${await stampOf(root, reference.path)}`
}

/** Paths of the files and folders that decide and of which the manifest has no hash. */
function withoutHash(clip: ManifestClip): string[] {
  const { assets = {}, control, objectMasks = [], pairs = [], takes = [], movingPixels = [], reference } = clip
  const files = [reference, ...takes, ...movingPixels.flatMap(({ masks }) => masks), ...objectMasks]
  const folders = [control, ...objectMasks.map((mask) => mask.frames)]
  if (hasProbe(clip)) {
    files.push(assets[probeSceneFile], ...pairs.map((pair) => pair.reference))
    folders.push(...pairs.map((pair) => pair.control))
  }
  return [
    ...files.flatMap((file) => (file === undefined || file.sha256 !== undefined ? [] : [file.path])),
    ...folders.flatMap((folder) => (folder === undefined || folder.sha256 !== undefined ? [] : [folder.dir])),
  ]
}

function hasProbe({ assets = {} }: ManifestClip): boolean {
  return Object.hasOwn(assets, probeSceneFile)
}

/** @param found hashes by path, of what has none in the manifest */
function stampOfHashes(clip: ManifestClip, found: ReadonlyMap<string, string>): string {
  const { assets = {}, objectMasks = [], pairs = [], takes, movingPixels = [] } = clip
  const hashOf = (file: ManifestFile | undefined) => file && (file.sha256 ?? found.get(file.path))
  const referenceOf = (reference: ManifestClip['reference']) => [hashOf(reference), reference?.framesSha256]
  const folderOf = (folder: ManifestFolder | undefined) => folder && (folder.sha256 ?? found.get(folder.dir))
  const deciding = {
    frames: clip.window.count,
    size: clip.geometry.target,
    fps: clip.fps,
    reference: referenceOf(clip.reference),
    masks: objectMasks.map((mask) => [
      mask.object,
      hashOf(mask),
      ...(mask.frames === undefined ? [] : [folderOf(mask.frames)]),
    ]),
    // Absent where nothing was recorded again: the stamps of all others stay what they are.
    takes: takes && [takes.map(referenceOf), movingPixels.map(({ codec, masks }) => [codec, masks.map(hashOf)])],
    // Regions may be those of what it shows.
    control: clip.control && [clip.control.type, folderOf(clip.control)],
    probe: hasProbe(clip) && {
      scene: hashOf(assets[probeSceneFile]),
      pairs: pairs.map(({ without, control, reference }) => [without, folderOf(control), referenceOf(reference)]),
    },
  }
  return ` ${hashBytes(JSON.stringify(deciding))}`
}

function stampOf(root: string, path: string): Promise<string> {
  return contentStamp(join(root, path)).catch(() => 'none')
}
