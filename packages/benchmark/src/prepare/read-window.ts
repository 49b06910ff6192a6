import { contiguous, type FrameArray, frameArray, type FrameWindow, streamFrames } from '@kinemetric/video'

export interface WindowOfVideo {
  /** The window's frames [T, H, W, 3]; fewer than asked for where the video ends before. */
  pixels: FrameArray
  /** Frames of the whole video. */
  total: number
}

/**
 * Decodes a window and counts the whole video in the same pass (containers often do not say how long they are), holding only the window in memory.
 * @throws KinemetricError as reading videos does
 */
export async function readWindow(path: string, window: FrameWindow, signal?: AbortSignal): Promise<WindowOfVideo> {
  const kept: Uint8Array[] = []
  let total = 0
  let size: [number, number] = [0, 0]
  for await (const frame of streamFrames(path, { signal })) {
    const place = total - window.start
    total++
    const index = place / window.stride
    if (place < 0 || !Number.isInteger(index) || (window.count !== 'all' && index >= window.count)) continue
    size = [frame.pixels.shape[1], frame.pixels.shape[2]]
    kept.push(contiguous(frame.pixels).data)
  }
  const bytes = size[0] * size[1] * 3
  const data = new Uint8Array(kept.length * bytes)
  for (const [t, frame] of kept.entries()) data.set(frame, t * bytes)
  return { pixels: frameArray(data, kept.length, size[0], size[1]), total }
}
