import { join } from 'node:path'
import { hashFolder, makeFolder } from '@kinemetric/files'
import { contiguous, type FrameArray, writePngFolder } from '@kinemetric/video'
import type { DatasetClip } from '../datasets/dataset-adapter.ts'
import { giveBack, takeBytes } from '../datasets/frame-buffers.ts'
import type { FrameSource } from '../datasets/frame-source.ts'
import { clipError } from '../failures/clip-error.ts'
import type { ManifestClip } from '../manifest/manifest-clip.ts'
import type { ClipTarget } from './cut/clip-target.ts'
import { fileEntry, writePng } from './cut/clip-files.ts'
import { type ChosenWindow, readChosen } from './cut/choose-frames.ts'
import { type Cut, cutFrames } from './cut/cut-video.ts'

type Objects = NonNullable<DatasetClip['objects']>

/**
 * Cuts a control signal as its clip is cut and writes it as `control/frame_0000.png`, …. Masks, boxes and colours keep their values (nearest pixel); other
 * pictures are resized as the video is.
 * @throws KinemetricError `mask-frame-count`, `wrong-size`; as reading its source does
 */
export async function prepareControl(
  source: FrameSource,
  cut: Cut,
  { crop, controlType = 'mask', controlSource, controlFrames = 'video' }: DatasetClip,
  { folder, relative, protocol, signal, onWarning }: ClipTarget,
): Promise<NonNullable<ManifestClip['control']>> {
  const { count } = cut.window
  const control =
    controlFrames === 'video'
      ? await readChosen(source, cut.window, signal)
      : await source.read({ start: 0, stride: 1, count: 'all' }, signal)
  for (const { code, message } of control.warnings ?? []) onWarning?.({ code, message: `its mask: ${message}` })
  if (controlFrames === 'video') requireCount(control.total, cut.total, 'video frame', source)
  requireCount(control.pixels.shape[0], count, 'frame of the clip', source)
  requireSameSize(control.pixels, cut.native, source)
  const filter = controlType === 'video' ? 'pillow-bicubic' : 'torch-nearest'
  const pixels = cutFrames(control.pixels, protocol, filter, crop, takeBytes)
  if (pixels.data.buffer !== control.pixels.data.buffer) giveBack(control.pixels)
  await writePngFolder(join(folder, 'control'), { pixels, fps: undefined }, { inTheMaking: true })
  giveBack(pixels)
  const sha256 = await hashFolder(join(folder, 'control'))
  const from = controlSource === undefined ? {} : { source: controlSource }
  return { type: controlType, dir: `${relative}/control`, count, sha256, ...from }
}

/**
 * Cuts the objects' masks of a clip's first frame and writes them as `objects/<n>.png`.
 * @throws KinemetricError `mask-frame-count`, `wrong-size`; as reading their sources does
 */
export async function prepareObjects(
  objects: Objects,
  { window, native }: Cut,
  { crop }: DatasetClip,
  target: ClipTarget,
): Promise<NonNullable<ManifestClip['objectMasks']>> {
  const entries: NonNullable<ManifestClip['objectMasks']> = []
  await makeFolder(join(target.folder, 'objects'))
  for (const [index, { object, mask, offset, source, everyFrame = false }] of objects.entries()) {
    const sourceFrame = offset === 'window' ? 0 : offset + window.start
    const found = await mask.read({ start: sourceFrame, stride: 1, count: 1 }, target.signal)
    if (found.pixels.shape[0] === 0)
      throw clipError('mask-frame-count', mask.files[0], {
        expected: `mask frame ${sourceFrame} (of the clip's first frame)`,
        found: found.total === undefined ? 'none' : `${found.total} frames`,
      })
    requireSameSize(found.pixels, native, mask)
    const pixels = cutFrames(found.pixels, target.protocol, 'torch-nearest', crop)
    // Numbered, because objects have names that no file name should have.
    const name = `objects/${index}.png`
    await writePng(target.folder, name, pixels)
    const area = maskArea(pixels, target.protocol.motion.maskThreshold)
    giveBack(found.pixels)
    const from = source === undefined ? {} : { source }
    const frames = everyFrame ? await prepareEach(objects[index], `objects/${index}`, window, native, crop, target) : {}
    entries.push({ object, ...(await fileEntry(target, name)), sourceFrame, pixels: area, ...from, ...frames })
  }
  return entries
}

/**
 * Cuts an object's masks of all the clip's frames and writes them as `objects/<n>/frame_0000.png`, …; masks that end before the clip are told, and are none.
 * @throws KinemetricError `wrong-size`; as reading their source does
 */
async function prepareEach(
  { object, mask, offset }: Objects[number],
  name: string,
  window: ChosenWindow,
  native: Cut['native'],
  crop: DatasetClip['crop'],
  { folder, relative, protocol, signal, onWarning }: ClipTarget,
): Promise<Pick<NonNullable<ManifestClip['objectMasks']>[number], 'frames'>> {
  const shift = offset === 'window' ? -window.start : offset
  const own = {
    ...window,
    start: window.start + shift,
    sourceFrames: window.sourceFrames?.map((frame) => frame + shift),
  }
  const found = await readChosen(mask, own, signal)
  const [count] = found.pixels.shape
  if (count < window.count) {
    const message = `masks of ${object} end after ${count} of the clip's ${window.count} frames: no score of its region`
    onWarning?.({ code: 'gap', message })
    giveBack(found.pixels)
    return {}
  }
  requireSameSize(found.pixels, native, mask)
  const pixels = cutFrames(found.pixels, protocol, 'torch-nearest', crop, takeBytes)
  if (pixels.data.buffer !== found.pixels.data.buffer) giveBack(found.pixels)
  await writePngFolder(join(folder, name), { pixels, fps: undefined }, { inTheMaking: true })
  giveBack(pixels)
  const sha256 = await hashFolder(join(folder, name))
  return { frames: { dir: `${relative}/${name}`, count: window.count, sha256 } }
}

/** @param found undefined where a source does not say, as `wanted` */
function requireCount(
  found: number | undefined,
  wanted: number | undefined,
  ofWhat: string,
  { files: [place] }: FrameSource,
): void {
  if (found === undefined || wanted === undefined || found === wanted) return
  const expected = `${wanted} mask frames, one a ${ofWhat}`
  throw clipError('mask-frame-count', place, { expected, found: String(found) })
}

function requireSameSize(
  { shape: [, height, width] }: FrameArray,
  native: readonly [number, number],
  { files: [place] }: FrameSource,
): void {
  if (height === native[0] && width === native[1]) return
  const expected = `a mask of the video's ${native[0]}×${native[1]} (height × width)`
  throw clipError('wrong-size', place, { expected, found: `${height}×${width}` })
}

/** Pixels of a mask frame [1, H, W, 3] whose first channel is above the threshold. */
function maskArea(mask: FrameArray, threshold: number): number {
  const data = contiguous(mask).data
  let area = 0
  for (let i = 0; i < data.length; i += 3) if (data[i] > threshold) area++
  return area
}
