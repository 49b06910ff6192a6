import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, writeWhole, makeFolder } from '@kinemetric/files'
import { probeSceneFile } from '@kinemetric/records/probe-scene'
import { centreCropOffset, coverSize, type CropOffset, hashFrames, sliceFrames, writeLossless } from '@kinemetric/video'
import type { DatasetClip } from '../datasets/dataset-adapter.ts'
import { giveBack, takeBytes } from '../datasets/frame-buffers.ts'
import type { FrameSource } from '../datasets/frame-source.ts'
import { clipError } from '../failures/clip-error.ts'
import { clipIdSchema, type ManifestClip, type ManifestPair, pairId } from '../manifest/manifest-clip.ts'
import type { ProtocolIdentity } from '../protocol/protocol.ts'
import { fileEntry, writePng } from './cut/clip-files.ts'
import type { ClipTarget } from './cut/clip-target.ts'
import { type Cut, cutFrames, cutVideo, type CutVideo, requireAsIs } from './cut/cut-video.ts'
import { prepareControl, prepareObjects } from './prepare-masks.ts'
import { prepareMovingPixels, prepareTakes } from './cut/prepare-takes.ts'
import { cutPrompt } from './cut/cut-prompt.ts'

/**
 * Cuts one clip as the protocol says and writes its files: `reference.mkv` (lossless), `image.png` (frame 0), `control/frame_0000.png`, …,
 * `objects/<n>.png`, assets; a pair's control signal and reference in `without-<driver>/`. About 1.5 MB a clip of 14 frames at 256×384. A prompt has no reference.
 * @throws KinemetricError of kind `unfit` for this clip's trouble, the file system's error where writing fails
 */
export async function prepareClip(clip: DatasetClip, target: ClipTarget): Promise<ManifestClip> {
  await makeFolder(target.folder)
  const { entry, cut } =
    clip.video === undefined ? await preparePrompt(clip, target) : await prepareVideo(clip, clip.video, target)
  if (clip.control !== undefined) entry.control = await prepareControl(clip.control, cut, clip, target)
  if (clip.pairs !== undefined) entry.pairs = await preparePairs(clip.pairs, { entry, cut }, clip, target)
  if (clip.takes !== undefined) entry.takes = await prepareTakes(clip.takes, entry, clip, target)
  if (clip.movingPixels !== undefined) entry.movingPixels = await prepareMovingPixels(clip.movingPixels, entry, target)
  if (clip.objects !== undefined) entry.objectMasks = await prepareObjects(clip.objects, cut, clip, target)
  if (clip.assets !== undefined) {
    entry.assets = {}
    for (const [name, path] of Object.entries(clip.assets)) {
      await copyFile(path, join(target.folder, name))
      entry.assets[name] = await fileEntry(target, name)
    }
  }
  if (clip.scene !== undefined) {
    await writeWhole(join(target.folder, probeSceneFile), canonicalJson(clip.scene), { durable: false })
    entry.assets = { ...entry.assets, [probeSceneFile]: await fileEntry(target, probeSceneFile) }
  }
  return entry
}

interface Prepared {
  entry: ManifestClip
  cut: Cut
}

async function prepareVideo(clip: DatasetClip, source: FrameSource, target: ClipTarget): Promise<Prepared> {
  const video = await cutVideo(source, target.protocol, clip, target.signal, takeBytes)
  const { frames } = video
  const image = clip.image === undefined ? sliceFrames(frames, 0, 1, 1) : await cutImage(clip.image, clip, target)
  await writePng(target.folder, 'image.png', image)
  const reference = await writeReference(video, target)
  giveBack(frames)
  const entry = await entryOf(clip, target, { ...video, schema: 'kinemetric/clip@1', reference })
  return { entry, cut: video }
}

/** Writes `reference.mkv`. @returns what the manifest says of it */
async function writeReference({ frames, fps, warnings }: CutVideo, target: ClipTarget) {
  for (const warning of warnings) target.onWarning?.(warning)
  const rate = fps ?? target.protocol.window.fps ?? 6
  await writeLossless(join(target.folder, 'reference.mkv'), { pixels: frames, fps: rate }, { blocking: true })
  return { ...(await fileEntry(target, 'reference.mkv')), framesSha256: hashFrames(frames) }
}

/**
 * Each pair of a clip, cut as the clip is.
 * @throws KinemetricError of kind `unfit`: a name that no file can have; what happens without the driver is not of the clip's length and size
 */
async function preparePairs(
  pairs: NonNullable<DatasetClip['pairs']>,
  { entry, cut }: Prepared,
  clip: DatasetClip,
  target: ClipTarget,
): Promise<ManifestPair[]> {
  const made: ManifestPair[] = []
  for (const { without, control, video } of pairs) {
    const id = pairId(clip.id, without)
    if (!clipIdSchema.safeParse(id).success)
      throw clipError('dataset', clip.name, {
        expected: 'a driver whose name can be part of a file name',
        found: JSON.stringify(without),
      })
    const name = `without-${without}`
    const own = { ...target, folder: join(target.folder, name), relative: `${target.relative}/${name}` }
    await mkdir(own.folder)
    const prepared = await prepareControl(control, cut, clip, own)
    const reference = video && entry.reference && (await prepareTruth(video, entry, clip, own))
    made.push({ without, id, control: prepared, ...(reference === undefined ? {} : { reference }) })
  }
  return made
}

/** What really happens without a driver, as the clip's reference is. @throws KinemetricError `wrong-size` for another length or size than the clip's */
async function prepareTruth(
  source: FrameSource,
  { window, geometry }: ManifestClip,
  clip: DatasetClip,
  target: ClipTarget,
): Promise<NonNullable<ManifestPair['reference']>> {
  const video = await cutVideo(source, target.protocol, clip, target.signal, takeBytes)
  const { frames, native } = video
  const [expected, found] = [shapeText(window.count, geometry.native), shapeText(frames.shape[0], native)]
  if (found !== expected)
    throw clipError('wrong-size', source.files[0], { expected: `${expected}, as the clip has`, found })
  const reference = await writeReference(video, target)
  giveBack(frames)
  return reference
}

function shapeText(count: number, size: readonly number[]): string {
  return `${count} frames of ${size.join('×')} (height × width)`
}

async function preparePrompt(clip: DatasetClip, target: ClipTarget): Promise<Prepared> {
  const prompt = await cutPrompt(clip, target)
  await writePng(target.folder, 'image.png', prompt.image)
  return { entry: await entryOf(clip, target, { ...prompt, schema: 'kinemetric/prompt@1' }), cut: prompt }
}

/** The image that a method is given, [1, H, W, 3], where it is a file of its own. @throws KinemetricError as reading its source does */
async function cutImage(source: FrameSource, { crop }: DatasetClip, { protocol, signal }: ClipTarget) {
  const { pixels } = await source.read({ start: 0, stride: 1, count: 1 }, signal)
  requireAsIs([pixels.shape[1], pixels.shape[2]], protocol, source)
  return cutFrames(pixels, protocol, 'pillow-bicubic', crop)
}

/** The manifest's line so far: what every clip has. */
async function entryOf(
  clip: DatasetClip,
  target: ClipTarget,
  made: Cut & Pick<ManifestClip, 'schema' | 'reference' | 'fps'> & { sourceFps: number | undefined },
): Promise<ManifestClip> {
  const { id, version } = target.protocol
  return {
    schema: made.schema,
    id: clip.id,
    protocol: { id, version },
    source: { dataset: target.dataset, video: clip.name, sha256: target.sourceSha256, fps: made.sourceFps ?? null },
    window: made.window,
    geometry: geometryOf(made.native, target.protocol, clip.crop),
    fps: made.fps,
    text: clip.text,
    label: clip.label,
    template: clip.template,
    class: clip.class,
    reference: made.reference,
    image: await fileEntry(target, 'image.png'),
  }
}

function geometryOf(
  native: [number, number],
  { geometry }: ProtocolIdentity,
  crop: CropOffset | undefined,
): ManifestClip['geometry'] {
  const [height, width] = native
  if (geometry === null || geometry.fit === 'exact')
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
