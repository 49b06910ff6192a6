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
 * memory.
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
  for await (const frame of streamFrames(path, { signal, onWarning: (warning) => warnings.push(warning) })) {
    const place = total - window.start
    total++
    const index = place / window.stride
    if (place < 0 || !Number.isInteger(index) || (window.count !== 'all' && index >= window.count)) continue
    size = [frame.pixels.shape[1], frame.pixels.shape[2]]
    requireRoom(path, kept.length + 1, frame.pixels.data.length)
    kept.push(contiguous(frame.pixels).data)
  }
  const bytes = size[0] * size[1] * 3
  const data = new Uint8Array(kept.length * bytes)
  for (const [t, frame] of kept.entries()) data.set(frame, t * bytes)
  return { pixels: frameArray(data, kept.length, size[0], size[1]), total, warnings }
}
