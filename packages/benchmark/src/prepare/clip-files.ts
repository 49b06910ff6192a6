import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile } from '@kinemetric/files'
import { type FrameArray, writePngFolder } from '@kinemetric/video'
import type { ClipTarget } from './cut/clip-target.ts'

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
