import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type FrameArray, frameArray, writeLossless } from '@kinemetric/video'

export interface Picture {
  frames?: number
  height?: number
  width?: number
  /** Shifts the pattern: another content. */
  phase?: number
}

/** A pattern that moves two pixels a frame to the right, every frame different. */
export function pattern({ frames = 6, height = 48, width = 64, phase = 0 }: Picture = {}): FrameArray {
  return draw(frames, height, width, (t, y, x, c) =>
    Math.round(127.5 + 100 * Math.sin(0.31 * (x - 2 * t) + 0.17 * y + 0.9 * c + phase)),
  )
}

/** White in a disc that moves with the pattern, black around it. */
export function discMask({ frames = 6, height = 48, width = 64 }: Picture = {}, radius = 12): FrameArray {
  return draw(frames, height, width, (t, y, x) => ((x - 24 - 2 * t) ** 2 + (y - 24) ** 2 < radius ** 2 ? 255 : 0))
}

function draw(
  frames: number,
  height: number,
  width: number,
  value: (t: number, y: number, x: number, c: number) => number,
): FrameArray {
  const data = new Uint8Array(frames * height * width * 3)
  let i = 0
  for (let t = 0; t < frames; t++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) data[i++] = value(t, y, x, c)
  return frameArray(data, frames, height, width)
}

/** Writes `<folder>/<name>.mkv` and gives its path. */
export async function writeVideo(folder: string, name: string, picture?: Picture): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${name}.mkv`)
  await writeLossless(path, { pixels: pattern(picture), fps: 6 })
  return path
}

/** A dataset of the `physics` kind, small and without scenes: 14 frames, a driver and a ball with their masks. */
export async function writeDataset(folder: string, ids: readonly string[]): Promise<void> {
  const size = { frames: 14, height: 48, width: 72 }
  for (const [phase, id] of ids.entries()) {
    await writeVideo(join(folder, id), 'video', { ...size, phase })
    await writeLossless(join(folder, id, 'mask_driver.mkv'), { pixels: discMask(size, 8), fps: 6 })
    await writeLossless(join(folder, id, 'mask_ball.mkv'), { pixels: discMask(size), fps: 6 })
  }
}
