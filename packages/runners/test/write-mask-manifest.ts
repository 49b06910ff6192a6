import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Manifest, readManifest } from '@kinemetric/benchmark'
import { frameArray, writePngFolder } from '@kinemetric/video'

/** Writes a manifest of clips with a picture and a hand's masks, without references, into `prepared` in a folder. */
export async function writeMaskManifest(
  folder: string,
  clips: readonly string[],
  [height, width]: readonly [number, number],
  frames: number,
): Promise<Manifest> {
  const root = join(folder, 'prepared')
  const lines: unknown[] = []
  for (const [n, id] of clips.entries()) {
    const picture = new Uint8Array(height * width * 3)
    for (let i = 0; i < picture.length; i++) picture[i] = i * (7 + n) + 40 * (i % 3)
    const mask = new Uint8Array(frames * height * width * 3)
    for (let t = 0; t < frames; t++)
      for (let y = 0; y < height; y++) {
        const row = (t * height + y) * width
        const left = Math.min(width, 4 * (t + n) + 1)
        mask.fill(255, 3 * (row + left), 3 * (row + Math.min(width, left + 19)))
      }
    await mkdir(join(root, id, 'image'), { recursive: true })
    await mkdir(join(root, id, 'control'), { recursive: true })
    await writePngFolder(join(root, id, 'image'), { pixels: frameArray(picture, 1, height, width), fps: 6 })
    await writePngFolder(join(root, id, 'control'), { pixels: frameArray(mask, frames, height, width), fps: 6 })
    lines.push({
      schema: 'kinemetric/clip@1',
      id,
      protocol: { id: 'as-is', version: 1 },
      source: { dataset: 'made', video: id, fps: 6 },
      window: { start: 0, stride: 1, count: frames },
      geometry: {
        native: [height, width],
        resize: [height, width],
        filter: 'none',
        crop: { top: 0, left: 0, height, width },
        target: [height, width],
      },
      fps: 6,
      reference: { path: `${id}/reference.mkv` },
      image: { path: `${id}/image/frame_0000.png` },
      control: { type: 'mask', dir: `${id}/control`, count: frames },
    })
  }
  const path = join(root, 'manifest.jsonl')
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return readManifest(path)
}
