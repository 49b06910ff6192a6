import {
  antialiasBilinear,
  contiguous,
  type FloatFrameArray,
  type FrameArray,
  roundHalfEven,
  torchNearest,
} from '@kinemetric/video'
import { requireFrameShape } from '../../roles/frame-shape.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { evenly, everyFourth, pickFrames } from './chosen-frames.ts'
import { opencvLinear } from './opencv-resize.ts'
import type { ClipSize } from './patch-rows.ts'

/** How frames become the input of V-JEPA: which of them, and their size. All end in ImageNet's mean and deviation. */
export const jepaPreprocessings = ['worldarena', 'jepa-eval', 'package-test', 'hf-256'] as const
export type JepaPreprocessing = (typeof jepaPreprocessings)[number]

/** A clip as a network takes it. */
export interface ClipInput {
  /** `[3, frames, height, width]`, normalised. */
  readonly video: Float32Array
  readonly size: ClipSize
}

const mean = [0.485, 0.456, 0.406]
const deviation = [0.229, 0.224, 0.225]

/** @throws KinemetricError `not-frames`, `too-few-frames` */
export async function clipInput(
  network: string,
  frames: FrameArray,
  preprocessing: JepaPreprocessing,
): Promise<ClipInput> {
  requireFrameShape(network, frames)
  return normalised(await resizedClip(network, frames, preprocessing))
}

/** The chosen frames at their size, `[T, H, W, 3]` on the scale [0, 255]. @throws KinemetricError `not-frames`, `too-few-frames` */
export async function resizedClip(
  network: string,
  frames: FrameArray,
  preprocessing: JepaPreprocessing,
): Promise<FrameArray | FloatFrameArray> {
  const [count, height, width] = requireFrameShape(network, frames)
  const fewest = preprocessing === 'package-test' ? 32 : 1
  if (count < fewest)
    throw networkError('too-few-frames', network, { expected: `at least ${fewest} frames`, found: String(count) })
  if (preprocessing === 'worldarena') return antialiasBilinear(pickFrames(frames, evenly(count, 16)), 224, 224)
  if (preprocessing === 'package-test')
    return torchNearest(
      pickFrames(
        frames,
        Array.from({ length: 32 }, (_, i) => i),
      ),
      240,
      320,
    )
  if (preprocessing === 'hf-256') {
    const cover = shorterSide(height, width, 292)
    return crop(antialiasBilinear(pickFrames(frames, evenly(count, 16)), cover.height, cover.width), 256)
  }
  const cover = shorterSide(height, width, 256)
  const picked = pickFrames(frames, everyFourth(count))
  const isThere = cover.height === height && cover.width === width
  return crop(isThere ? picked : await opencvLinear(picked, cover.height, cover.width), 224)
}

/** The shorter side becomes `side`, the other one in proportion, rounded down. */
export function shorterSide(height: number, width: number, side: number): { height: number; width: number } {
  return width < height
    ? { height: Math.floor((side * height) / width), width: side }
    : { height: side, width: Math.floor((side * width) / height) }
}

/** The middle square, its corner rounded half to even as torchvision and V-JEPA do. */
function crop<F extends FrameArray | FloatFrameArray>(frames: F, side: number): F {
  const [, height, width] = frames.shape
  const [top, left] = [roundHalfEven((height - side) / 2), roundHalfEven((width - side) / 2)]
  // A view of the same type of array: ndarray's own type says less.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return frames.lo(0, top, left, 0).hi(frames.shape[0], side, side, 3) as F
}

/** x/255, less the mean of its channel, over the channel's deviation. */
function normalised(clip: FrameArray | FloatFrameArray): ClipInput {
  const [frames, height, width] = clip.shape
  const data = pixelsOf(clip)
  const video = new Float32Array(data.length)
  const pixels = frames * height * width
  for (let channel = 0; channel < 3; channel++)
    for (let i = 0; i < pixels; i++)
      video[channel * pixels + i] = (data[3 * i + channel] / 255 - mean[channel]) / deviation[channel]
  return { video, size: { frames, height, width } }
}

/** In the order frame, row, column, channel. */
function pixelsOf(clip: FrameArray | FloatFrameArray): Uint8Array | Float32Array {
  if (isBytes(clip)) return contiguous(clip).data
  const [frames, height, width] = clip.shape
  const data = new Float32Array(frames * height * width * 3)
  let at = 0
  for (let t = 0; t < frames; t++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) data[at++] = clip.get(t, y, x, c)
  return data
}

function isBytes(clip: FrameArray | FloatFrameArray): clip is FrameArray {
  return clip.data instanceof Uint8Array
}
