import { basename, join } from 'node:path'
import type { ManifestClip, ManifestFile } from '@kinemetric/benchmark'
import { hashFile, hashFolder } from '@kinemetric/files'
import { listImages } from '@kinemetric/video'
import { runnerError } from './runner-error.ts'

/**
 * Holds a file against the sha256 that the manifest has for it; without one it is taken as it is. Whoever reads the file calls this after that: what cannot be read
 * says so itself, and the system still has the bytes.
 * @param root the manifest's folder
 * @throws KinemetricError `hash-mismatch`
 */
export async function requireContent(root: string, { path, sha256 }: ManifestFile): Promise<void> {
  if (sha256 === undefined) return
  const file = join(root, path)
  requireHash(file, sha256, await hashFile(file))
}

/** The same of a folder of frames, of which pictures alone count: they are what is read. */
export async function requireFrames(
  root: string,
  { dir, sha256 }: { readonly dir: string; readonly sha256?: string | undefined },
): Promise<void> {
  if (sha256 === undefined) return
  const folder = join(root, dir)
  const names = (await listImages(folder)).map((path) => basename(path))
  requireHash(folder, sha256, await hashFolder(folder, names))
}

/** All that a program is handed of a clip. */
export async function requireHanded(root: string, { image, control }: ManifestClip): Promise<void> {
  await requireContent(root, image)
  if (control !== undefined) await requireFrames(root, control)
}

function requireHash(where: string, expected: string, found: string): void {
  if (found === expected) return
  throw runnerError('hash-mismatch', where, {
    expected: `the sha256 ${expected.slice(0, 12)}… that the manifest has for it`,
    found: `${found.slice(0, 12)}…`,
    then: 'prepare the clip again, or leave sha256 out of its line where this is meant',
  })
}
