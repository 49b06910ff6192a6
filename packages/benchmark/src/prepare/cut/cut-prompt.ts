import type { FrameArray } from '@kinemetric/video'
import type { DatasetClip } from '../../datasets/dataset-adapter.ts'
import { clipError } from '../../failures/clip-error.ts'
import { frameStride } from '../../protocol/frame-stride.ts'
import type { ClipTarget } from './clip-target.ts'
import { type Cut, cutFrames, requireAsIs } from './cut-video.ts'

export interface CutPrompt extends Cut {
  /** [1, H, W, 3] at the protocol's size. */
  image: FrameArray
  sourceFps: undefined
  /** The protocol's. */
  fps: number | null
}

/**
 * A clip that nothing is held against: its image, and as many frames as the protocol wants; under one that takes every frame as many as its control signal has.
 * @throws KinemetricError `dataset` where it has no image, `too-few-frames` where nothing says how many; as reading its sources does
 */
export async function cutPrompt(clip: DatasetClip, { protocol, signal }: ClipTarget): Promise<CutPrompt> {
  const { image: source, control } = clip
  if (source === undefined) throw clipError('dataset', clip.name, { expected: 'a video or an image', found: 'neither' })
  const { pixels } = await source.read({ start: 0, stride: 1, count: 1 }, signal)
  const native: [number, number] = [pixels.shape[1], pixels.shape[2]]
  requireAsIs(native, protocol, source)
  const { frames, stride: everyNth, fps } = protocol.window
  const beside = clip.controlFrames !== 'window'
  const start = clip.window?.start ?? protocol.window.start
  const rate = await control?.rate()
  const stride = beside && control !== undefined ? (everyNth ?? frameStride(control.files[0], rate, fps)) : 1
  const count = frames === 'all' ? await lengthOf(clip, { start, stride }, signal) : frames
  return {
    image: cutFrames(pixels, protocol, 'pillow-bicubic', clip.crop),
    native,
    window: { start: beside ? start : 0, stride, count },
    total: undefined,
    sourceFps: undefined,
    fps,
  }
}

async function lengthOf(
  { control, controlFrames, name }: DatasetClip,
  { start, stride }: { start: number; stride: number },
  signal: AbortSignal | undefined,
): Promise<number> {
  const window = controlFrames === 'window' ? { start: 0, stride: 1 } : { start, stride }
  const found = await control?.read({ ...window, count: 'all' }, signal)
  if (found !== undefined && found.pixels.shape[0] > 0) return found.pixels.shape[0]
  const expected = 'a control signal, or a protocol that says how many frames are wanted'
  throw clipError('too-few-frames', name, { expected, found: 'neither' })
}
