import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hashBytes, hashFile, systemReason } from '@kinemetric/files'
import { contiguous, frameArray, readImage } from '@kinemetric/video'
import { clipError } from '../../failures/clip-error.ts'
import type { Size } from '../../selection/boxes.ts'
import type { FrameSource } from '../frame-source.ts'

/** A folder of masks, a PNG a frame: `0001.png` numbered from 1 as Something-Else numbers frames, or `frame_0000.png` from 0 as `kinemetric masks` does. */
export interface MaskFolder {
  path: string
  /** File by frame, counted from 0. */
  files: ReadonlyMap<number, string>
}

/** The masks of a folder; undefined where it is not there. @throws KinemetricError `dataset` where it cannot be listed */
export async function findMasks(path: string): Promise<MaskFolder | undefined> {
  const names = await readdir(path).catch((cause: unknown) => {
    const found = systemReason(cause)
    if (found === 'nothing of that name') return undefined
    throw clipError('dataset', path, { expected: 'a readable folder of masks', found }, { cause })
  })
  if (names === undefined) return undefined
  const numbered = names.flatMap((name) => {
    const match = /^(frame_)?(\d{1,8})\.png$/i.exec(name)
    if (match === null) return []
    const frame = match[1] === undefined ? Number(match[2]) - 1 : Number(match[2])
    return frame < 0 ? [] : [[frame, join(path, name)] as const]
  })
  return { path, files: new Map(numbered.sort(([a], [b]) => a - b)) }
}

/** Folders of masks to be read, as data. */
export interface MasksToRead {
  folders: readonly [MaskFolder, ...MaskFolder[]]
  /** Of the video, which the masks must have. */
  size: Size
  /** Frames of the video: masks of later ones belong to another video. */
  total: number
  /** Those that may be asked for. */
  frames: readonly number[]
}

/** Masks of some folders as one, white where any of them is not black: 0/1, 0/255 and grey ones mean the same. */
export function maskFiles(of: MasksToRead): FrameSource {
  const { folders, size, total, frames } = of
  const [{ path }] = folders
  return {
    files: [path],
    portable: { kind: 'mask-files', data: of },
    digest: async () => {
      const hashes: string[] = []
      for (const folder of folders)
        for (const frame of frames) hashes.push(await hashFile(fileOf(folder, frame, total)))
      return hashBytes(hashes.join('\n'))
    },
    rate: async () => undefined,
    async read({ start, stride, count }) {
      const wanted = count === 'all' ? frames.length : count
      const [height, width] = size
      const data = new Uint8Array(wanted * height * width * 3)
      for (let t = 0; t < wanted; t++)
        for (const folder of folders) {
          const mask = await readMask(fileOf(folder, start + t * stride, total), size)
          const at = t * height * width * 3
          for (let i = 0; i < mask.length; i++) if (mask[i] > 0) data[at + i] = 255
        }
      return { pixels: frameArray(data, wanted, height, width), total: undefined }
    },
  }
}

function fileOf({ path, files }: MaskFolder, frame: number, total: number): string {
  const last = [...files.keys()].at(-1) ?? -1
  if (last >= total)
    throw clipError('mask-frame-count', path, {
      expected: `masks of ${total} frames, as many as the video has`,
      found: `one of frame ${last + 1}`,
    })
  const file = files.get(frame)
  if (file !== undefined) return file
  throw clipError('mask-frame-count', path, {
    expected: `a mask of frame ${frame + 1} (${String(frame + 1).padStart(4, '0')}.png)`,
    found: files.size === 0 ? 'no such folder, or none in it' : `${files.size} of other frames`,
  })
}

async function readMask(path: string, [height, width]: Size): Promise<Uint8Array> {
  const mask = await readImage(path)
  if (mask.shape[1] !== height || mask.shape[2] !== width)
    throw clipError('wrong-size', path, {
      expected: `a mask of the video's ${height}×${width} (height × width)`,
      found: `${mask.shape[1]}×${mask.shape[2]}`,
    })
  return contiguous(mask).data
}
