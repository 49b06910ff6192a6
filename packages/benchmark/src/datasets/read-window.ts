import {
  contiguous,
  type FrameArray,
  frameArray,
  type FrameWindow,
  requireRoom,
  streamFrames,
  type VideoWarning,
} from '@kinemetric/video'

/**
 * Decodes a window of a video and counts the whole of it in the same pass (containers often do not say how long they are), holding only the window in
 * memory. Frames behind it are counted without being decoded where the codec's packets tell how many they show (VP9, VP8, codecs of single pictures), and
 * else decoded.
 * @returns the window's frames [T, H, W, 3], fewer than asked for where the video ends before, the number of frames of the whole video, and what
 * decoding found odd
 * @throws KinemetricError as reading videos does, also `too-large` where the window is over 4 GiB of pixels
 */
export async function readWindow(
  path: string,
  window: FrameWindow,
  signal?: AbortSignal,
): Promise<{ pixels: FrameArray; total: number; warnings: VideoWarning[] }> {
  const kept: Uint8Array[] = []
  let total = 0
  let size: [number, number] = [0, 0]
  const warnings: VideoWarning[] = []
  const onTotal = (frames: number) => (total = frames)
  const onWarning = (warning: VideoWarning) => warnings.push(warning)
  for await (const frame of streamFrames(path, { window, signal, onTotal, onWarning })) {
    size = [frame.pixels.shape[1], frame.pixels.shape[2]]
    requireRoom(path, kept.length + 1, frame.pixels.data.length)
    kept.push(contiguous(frame.pixels).data)
  }
  const bytes = size[0] * size[1] * 3
  const data = new Uint8Array(kept.length * bytes)
  for (const [t, frame] of kept.entries()) data.set(frame, t * bytes)
  return { pixels: frameArray(data, kept.length, size[0], size[1]), total, warnings }
}
