import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hashBytes, hashFile, hashFolder } from '@kinemetric/files'
import {
  centreCropOffset,
  contiguous,
  coverSize,
  type FrameArray,
  hashFrames,
  sliceFrames,
  writeLossless,
  writePngFolder,
} from '@kinemetric/video'
import { clipError } from '../failures/clip-error.ts'
import { cutFrames, cutVideo } from './cut-video.ts'
import type { DatasetClip } from '../datasets/dataset-adapter.ts'
import type { ManifestClip } from '../manifest/manifest-clip.ts'
import type { Protocol, ProtocolIdentity } from '../protocol/protocol.ts'
import { readWindow } from './read-window.ts'

/** What a prepared clip depends on: when it is unchanged, the clip is not made again. `PREPARED` is raised when the same input gives other files. */
const PREPARED = 1

/** Hex sha256 over a clip's source files, its offsets and the protocol. @throws KinemetricError where a source cannot be read */
export async function preparedKey(
  clip: DatasetClip,
  protocolSha256: string,
): Promise<{ key: string; sourceSha256: string | undefined }> {
  const sourceSha256 = await hashFile(clip.video).catch(() => undefined)
  const masks = await Promise.all(
    (clip.objectMasks ?? []).map(async ({ object, video, offset }) => [object, await hashFile(video), offset]),
  )
  const parts = [
    PREPARED,
    protocolSha256,
    clip.id,
    sourceSha256 ?? (await hashFolder(clip.video)),
    clip.control === undefined ? null : await hashFile(clip.control),
    masks,
    await Promise.all(Object.entries(clip.assets ?? {}).map(async ([name, path]) => [name, await hashFile(path)])),
    clip.label ?? null,
  ]
  return { key: hashBytes(JSON.stringify(parts)), sourceSha256 }
}

export interface ClipTarget {
  dataset: string
  protocol: Protocol
  /** The clip's own folder, made by this function and empty before; `relative` is its path from the manifest. */
  folder: string
  relative: string
  sourceSha256: string | undefined
  signal?: AbortSignal | undefined
}

/**
 * Cuts one clip as the protocol says and writes its files: `reference.mkv` (lossless), `image.png` (frame 0), `control/frame_0000.png`, …,
 * `objects/<n>.png`, assets. About 1.5 MB a clip of 14 frames at 256×384.
 * @throws KinemetricError of kind `unfit` for this clip's trouble, the file system's error where writing fails
 */
export async function prepareClip(clip: DatasetClip, target: ClipTarget): Promise<ManifestClip> {
  const { folder, relative } = target
  const protocol = target.protocol.identity
  const video = await cutVideo(clip.video, protocol, target.signal)
  const { frames, native, window, fps } = video
  const count = frames.shape[0]

  await mkdir(folder, { recursive: true })
  await writeLossless(join(folder, 'reference.mkv'), { pixels: frames, fps: fps ?? protocol.window.fps ?? 6 })
  await writePng(folder, 'image.png', sliceFrames(frames, 0, 1, 1))
  const entry: ManifestClip = {
    schema: 'kinemetric/clip@1',
    id: clip.id,
    protocol: { id: protocol.id, version: protocol.version },
    source: { dataset: target.dataset, video: clip.name, sha256: target.sourceSha256, fps: video.sourceFps ?? null },
    window: { start: window.start, stride: window.stride, count },
    geometry: geometryOf(native, protocol),
    fps,
    label: clip.label,
    reference: { ...(await fileEntry(target, 'reference.mkv')), framesSha256: hashFrames(frames) },
    image: await fileEntry(target, 'image.png'),
  }
  if (clip.control !== undefined) {
    const control = await readWindow(clip.control, window, target.signal)
    if (control.total !== video.total)
      throw clipError('mask-frame-count', clip.control, {
        expected: `${video.total} mask frames, one a video frame`,
        found: String(control.total),
      })
    requireSameSize(control.pixels, native, clip.control)
    await writePngFolder(join(folder, 'control'), {
      pixels: cutFrames(control.pixels, protocol, 'torch-nearest'),
      fps: undefined,
    })
    const sha256 = await hashFolder(join(folder, 'control'))
    entry.control = { type: 'mask', dir: `${relative}/control`, count, sha256 }
  }
  if (clip.objectMasks !== undefined) entry.objectMasks = await prepareObjectMasks(clip.objectMasks, native, target)
  if (clip.assets !== undefined) {
    entry.assets = {}
    for (const [name, path] of Object.entries(clip.assets)) {
      await copyFile(path, join(folder, name))
      entry.assets[name] = await fileEntry(target, name)
    }
  }
  return entry
}

async function prepareObjectMasks(
  masks: NonNullable<DatasetClip['objectMasks']>,
  native: [number, number],
  target: ClipTarget,
) {
  const entries: NonNullable<ManifestClip['objectMasks']> = []
  await mkdir(join(target.folder, 'objects'), { recursive: true })
  for (const [index, { object, video, offset }] of masks.entries()) {
    const sourceFrame = offset + target.protocol.identity.window.start
    const mask = await readWindow(video, { start: sourceFrame, stride: 1, count: 1 }, target.signal)
    if (mask.pixels.shape[0] === 0)
      throw clipError('mask-frame-count', video, {
        expected: `mask frame ${sourceFrame} (of video frame 0)`,
        found: `${mask.total} frames`,
      })
    requireSameSize(mask.pixels, native, video)
    const pixels = cutFrames(mask.pixels, target.protocol.identity, 'torch-nearest')
    // Numbered, because objects have names that no file name should have.
    const name = `objects/${index}.png`
    await writePng(target.folder, name, pixels)
    entries.push({
      object,
      ...(await fileEntry(target, name)),
      sourceFrame,
      pixels: maskArea(pixels, target.protocol.identity.motion.maskThreshold),
    })
  }
  return entries
}

/** Pixels of a mask frame [1, H, W, 3] whose first channel is above the threshold. */
function maskArea(mask: FrameArray, threshold: number): number {
  const data = contiguous(mask).data
  let area = 0
  for (let i = 0; i < data.length; i += 3) if (data[i] > threshold) area++
  return area
}

function geometryOf(native: [number, number], { geometry }: ProtocolIdentity): ManifestClip['geometry'] {
  const [height, width] = native
  if (geometry === null)
    return { native, resize: native, filter: 'none', crop: { top: 0, left: 0, height, width }, target: native }
  const [targetHeight, targetWidth] = geometry.size
  const resize = coverSize(height, width, targetHeight, targetWidth)
  const offset = centreCropOffset(resize.height, resize.width, targetHeight, targetWidth)
  return {
    native,
    resize: [resize.height, resize.width],
    filter: 'pillow-bicubic',
    crop: { ...offset, height: targetHeight, width: targetWidth },
    target: [targetHeight, targetWidth],
  }
}

function requireSameSize(mask: FrameArray, native: [number, number], path: string): void {
  const [height, width] = sizeOf(mask)
  if (height !== native[0] || width !== native[1])
    throw clipError('wrong-size', path, {
      expected: `a mask of the video's ${native[0]}×${native[1]} (height × width)`,
      found: `${height}×${width}`,
    })
}

function sizeOf(frames: FrameArray): [number, number] {
  return [frames.shape[1], frames.shape[2]]
}

async function fileEntry({ folder, relative }: ClipTarget, name: string) {
  return { path: `${relative}/${name}`, sha256: await hashFile(join(folder, name)) }
}

async function writePng(folder: string, name: string, frame: FrameArray): Promise<void> {
  const temporary = join(folder, '.png')
  await writePngFolder(temporary, { pixels: frame, fps: undefined })
  await rename(join(temporary, 'frame_0000.png'), join(folder, name))
  await rm(temporary, { recursive: true })
}
