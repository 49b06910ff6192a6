import { readdir, realpath, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileError, hashFile, hashFolder, liesInside } from '@kinemetric/files'
import { type FrameArray, writePngFolder } from '@kinemetric/video'
import type { ManifestClip } from '../../manifest/manifest-clip.ts'
import type { ClipTarget } from './clip-target.ts'

/** What the manifest says of a file in a clip's folder. */
export async function fileEntry({ folder, relative }: ClipTarget, name: string) {
  return { path: `${relative}/${name}`, sha256: await hashFile(join(folder, name)) }
}

/** Writes one frame [1, H, W, 3] as a PNG in a clip's folder. */
export async function writePng(folder: string, name: string, frame: FrameArray): Promise<void> {
  const temporary = join(folder, '.png')
  await writePngFolder(temporary, { pixels: frame, fps: undefined }, { inTheMaking: true })
  await rename(join(temporary, 'frame_0000.png'), join(folder, name))
  await rm(temporary, { recursive: true })
}

/** A file that a clip of a manifest names, or a folder of frames. */
export interface ClipFile {
  /** From the manifest's folder. */
  path: string
  sha256: string | undefined
  isFolder: boolean
}

/** All that a clip's line names. */
export function filesOfClip({
  reference,
  image,
  control,
  pairs = [],
  takes = [],
  movingPixels = [],
  objectMasks = [],
  assets = {},
}: ManifestClip): ClipFile[] {
  const folders = [
    ...(control === undefined ? [] : [control]),
    ...pairs.map((pair) => pair.control),
    ...objectMasks.flatMap(({ frames }) => frames ?? []),
  ]
  const files = [
    reference,
    image,
    ...pairs.map((pair) => pair.reference),
    ...takes,
    ...movingPixels.flatMap(({ masks }) => masks),
    ...objectMasks,
    ...Object.values(assets),
  ]
  return [
    ...folders.map(({ dir, sha256 }) => ({ path: dir, sha256, isFolder: true })),
    ...files.flatMap((file) => (file === undefined ? [] : [{ path: file.path, sha256: file.sha256, isFolder: false }])),
  ]
}

/**
 * sha256 (hex) of a file of a clip as it is now, of a folder that of its files.
 * @param root the manifest's folder, without symbolic links
 * @throws KinemetricError `outside` for a link that leads out of the folder; the system's error
 */
export async function digestOfClipFile(root: string, { path, isFolder }: ClipFile): Promise<string> {
  const place = await placeIn(root, path)
  if (!isFolder) return hashFile(place)
  const names = await readdir(place)
  for (const name of names) await placeIn(root, `${path}/${name}`)
  return hashFolder(place, names)
}

/** Where a file really lies. */
async function placeIn(root: string, path: string): Promise<string> {
  const place = await realpath(join(root, path))
  if (liesInside(root, place)) return place
  throw fileError('outside', join(root, path), { expected: `a file inside ${root}`, found: `a link to ${place}` })
}

/** The path of the first file of a clip that is not there as its line says: gone, cut off, another. Undefined where all are. */
export async function changedFile(out: string, clip: ManifestClip): Promise<string | undefined> {
  const root = await realpath(out)
  for (const file of filesOfClip(clip)) {
    const found = await digestOfClipFile(root, file).catch(() => undefined)
    if (found === undefined || found !== (file.sha256 ?? found)) return file.path
  }
  return undefined
}
