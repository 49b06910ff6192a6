import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { frameArray, type FrameArray, writeLossless } from '@kinemetric/video'
import { findProtocol, type Protocol, type ProtocolIdentity } from '../src/index.ts'

/** Six frames of 48x64 at 6 fps, frame 0 excluded: small enough for many runs. */
export const smallProtocol: Protocol = changed(findProtocol('physics-256x384'), {
  id: 'small-48x64',
  title: 'Small',
  window: { frames: 6, start: 0, fps: 6 },
  geometry: {
    size: [48, 64],
    video: 'pillow-bicubic',
    masks: 'torch-nearest',
    fit: 'cover',
    crop: 'centre-round-half-even',
  },
  metrics: [
    { metric: 'psnr', recipe: 'frame-mean', default: true },
    { metric: 'ssim', recipe: 'gaussian-valid', default: true },
  ],
})

/** Another protocol: this one with some of its identity changed. */
export function changed(protocol: Protocol, changes: Partial<ProtocolIdentity>): Protocol {
  return { ...protocol, identity: { ...structuredClone(protocol.identity), ...changes } }
}

export interface Picture {
  frames?: number
  height?: number
  width?: number
  /** Shifts the pattern: another content. */
  phase?: number
}

/** A moving pattern, every frame different. */
export function pattern({ frames = 6, height = 48, width = 64, phase = 0 }: Picture = {}): FrameArray {
  const data = new Uint8Array(frames * height * width * 3)
  let i = 0
  for (let t = 0; t < frames; t++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < 3; c++)
          data[i++] = Math.round(127.5 + 100 * Math.sin(0.31 * (x - 2 * t) + 0.17 * y + 0.9 * c + phase))
  return frameArray(data, frames, height, width)
}

/** A mask: a disc of radius 12 that moves two pixels a frame to the right. */
export function discMask({ frames = 6, height = 48, width = 64, radius = 12 } = {}): FrameArray {
  const data = new Uint8Array(frames * height * width * 3)
  for (let t = 0; t < frames; t++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if ((x - 24 - 2 * t) ** 2 + (y - 24) ** 2 < radius * radius)
          data.fill(255, ((t * height + y) * width + x) * 3, ((t * height + y) * width + x) * 3 + 3)
  return frameArray(data, frames, height, width)
}

/** A dataset in the layout of the `physics` adapter. */
export async function writeDataset(folder: string, ids: readonly string[]): Promise<void> {
  for (const [index, id] of ids.entries()) {
    await mkdir(join(folder, id), { recursive: true })
    await writeLossless(join(folder, id, 'video.mkv'), { pixels: pattern({ phase: index }), fps: 6 })
    await writeLossless(join(folder, id, 'mask_driver.mkv'), { pixels: discMask({ radius: 8 }), fps: 6 })
    await writeLossless(join(folder, id, 'mask_ball.mkv'), { pixels: discMask(), fps: 6 })
  }
}

/** Where a body is that begins somewhere and goes `step` pixels a frame to the right. */
export function places(x: number, step: number): [number, number][] {
  return Array.from({ length: 6 }, (_, t) => [x + step * t, 24])
}

/** What moves in a clip of `writeDataset`: the ball goes two pixels a frame, as its masks do; without the driver it rests. */
export const motion = {
  frames: 6,
  driver: 'driver',
  bodies: [
    { name: 'driver', places: places(20, 2) },
    { name: 'ball', places: places(24, 2) },
  ],
  collisions: [{ frame: 1, bodies: ['driver', 'ball'] }],
  without: [{ driver: 'driver', bodies: [{ name: 'ball', places: places(24, 0) }], collisions: [] }],
}

/** What a clip of `writeDataset` needs to have a pair. */
export async function writePair(folder: string, id: string): Promise<void> {
  const aside = join(folder, id, 'without_driver')
  await mkdir(aside)
  await writeLossless(join(aside, 'video.mkv'), { pixels: pattern({ phase: 5 }), fps: 6 })
  const empty = frameArray(new Uint8Array(6 * 48 * 64 * 3), 6, 48, 64)
  await writeLossless(join(aside, 'mask_driver.mkv'), { pixels: empty, fps: 6 })
  await writeFile(join(folder, id, 'motion.json'), JSON.stringify(motion))
}
