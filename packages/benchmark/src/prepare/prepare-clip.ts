import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile, hashFolder } from '@kinemetric/files'
import {
  centreCropOffset,
  contiguous,
  coverSize,
  type CropOffset,
  type FrameArray,
  hashFrames,
  type OnWarning,
  sliceFrames,
  writeLossless,
  writePngFolder,
} from '@kinemetric/video'
import { clipError } from '../failures/clip-error.ts'
import { cutFrames, cutVideo, type CutVideo } from './cut-video.ts'
import type { DatasetClip } from '../datasets/dataset-adapter.ts'
import type { FrameSource } from '../datasets/frame-source.ts'
import type { ManifestClip } from '../manifest/manifest-clip.ts'
import type { ProtocolIdentity } from '../protocol/protocol.ts'

export interface ClipTarget {
  dataset: string
  protocol: ProtocolIdentity
  /** The clip's own folder, made by this function and empty before; `relative` is its path from the manifest. */
  folder: string
  relative: string
  sourceSha256: string | undefined
  signal?: AbortSignal | undefined
  /** Told of what decoding found odd; not where an earlier preparation is kept. */
  onWarning?: OnWarning | undefined
}

/**
 * Cuts one clip as the protocol says and writes its files: `reference.mkv` (lossless), `image.png` (frame 0), `control/frame_0000.png`, …,
 * `objects/<n>.png`, assets. About 1.5 MB a clip of 14 frames at 256×384.
 * @throws KinemetricError of kind `unfit` for this clip's trouble, the file system's error where writing fails
 */
export async function prepareClip(clip: DatasetClip, target: ClipTarget): Promise<ManifestClip> {
  const { folder } = target
  const { id, version, window: wanted } = target.protocol
  const video = await cutVideo(clip.video, target.protocol, clip, target.signal)
  const { frames, native, window, fps } = video
  for (const warning of video.warnings) target.onWarning?.(warning)

  await mkdir(folder, { recursive: true })
  await writeLossless(join(folder, 'reference.mkv'), { pixels: frames, fps: fps ?? wanted.fps ?? 6 })
  await writePng(folder, 'image.png', sliceFrames(frames, 0, 1, 1))
  const entry: ManifestClip = {
    schema: 'kinemetric/clip@1',
    id: clip.id,
    protocol: { id, version },
    source: { dataset: target.dataset, video: clip.name, sha256: target.sourceSha256, fps: video.sourceFps ?? null },
    window: { start: window.start, stride: window.stride, count: frames.shape[0] },
    geometry: geometryOf(native, target.protocol, clip.crop),
    fps,
    label: clip.label,
    reference: { ...(await fileEntry(target, 'reference.mkv')), framesSha256: hashFrames(frames) },
    image: await fileEntry(target, 'image.png'),
  }
  if (clip.control !== undefined) entry.control = await prepareControl(clip.control, video, clip, target)
  if (clip.objects !== undefined) entry.objectMasks = await prepareObjects(clip.objects, video, clip, target)
  if (clip.assets !== undefined) {
    entry.assets = {}
    for (const [name, path] of Object.entries(clip.assets)) {
      await copyFile(path, join(folder, name))
      entry.assets[name] = await fileEntry(target, name)
    }
  }
  return entry
}

async function prepareControl(
  source: FrameSource,
  { window, total, native, frames }: CutVideo,
  { crop }: DatasetClip,
  { folder, relative, protocol, signal, onWarning }: ClipTarget,
): Promise<ManifestClip['control']> {
  const [place] = source.files
  const control = await source.read(window, signal)
  for (const { code, message } of control.warnings ?? []) onWarning?.({ code, message: `its mask: ${message}` })
  if (control.total !== total)
    throw clipError('mask-frame-count', place, {
      expected: `${total} mask frames, one a video frame`,
      found: String(control.total),
    })
  requireSameSize(control.pixels, native, place)
  const pixels = cutFrames(control.pixels, protocol, 'torch-nearest', crop)
  await writePngFolder(join(folder, 'control'), { pixels, fps: undefined })
  const sha256 = await hashFolder(join(folder, 'control'))
  return { type: 'mask', dir: `${relative}/control`, count: frames.shape[0], sha256 }
}

async function prepareObjects(
  objects: NonNullable<DatasetClip['objects']>,
  { window, native }: CutVideo,
  { crop }: DatasetClip,
  target: ClipTarget,
): Promise<NonNullable<ManifestClip['objectMasks']>> {
  const entries: NonNullable<ManifestClip['objectMasks']> = []
  await mkdir(join(target.folder, 'objects'), { recursive: true })
  for (const [index, { object, mask, offset }] of objects.entries()) {
    const [place] = mask.files
    const sourceFrame = offset + window.start
    const found = await mask.read({ start: sourceFrame, stride: 1, count: 1 }, target.signal)
    if (found.pixels.shape[0] === 0)
      throw clipError('mask-frame-count', place, {
        expected: `mask frame ${sourceFrame} (of video frame 0)`,
        found: `${found.total} frames`,
      })
    requireSameSize(found.pixels, native, place)
    const pixels = cutFrames(found.pixels, target.protocol, 'torch-nearest', crop)
    // Numbered, because objects have names that no file name should have.
    const name = `objects/${index}.png`
    await writePng(target.folder, name, pixels)
    const area = maskArea(pixels, target.protocol.motion.maskThreshold)
    entries.push({ object, ...(await fileEntry(target, name)), sourceFrame, pixels: area })
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

function geometryOf(
  native: [number, number],
  { geometry }: ProtocolIdentity,
  crop: CropOffset | undefined,
): ManifestClip['geometry'] {
  const [height, width] = native
  if (geometry === null)
    return { native, resize: native, filter: 'none', crop: { top: 0, left: 0, height, width }, target: native }
  const [targetHeight, targetWidth] = geometry.size
  const resize = coverSize(height, width, targetHeight, targetWidth)
  const offset = crop ?? centreCropOffset(resize.height, resize.width, targetHeight, targetWidth)
  return {
    native,
    resize: [resize.height, resize.width],
    filter: 'pillow-bicubic',
    crop: { top: offset.top, left: offset.left, height: targetHeight, width: targetWidth },
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
