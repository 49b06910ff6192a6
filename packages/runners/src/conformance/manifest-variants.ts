import { join } from 'node:path'
import { type Manifest, type ManifestClip, readManifest } from '@kinemetric/benchmark'
import { jsonLine, writeWhole } from '@kinemetric/files'
import { contiguous, frameArray, type FrameArray, readFrames, sliceFrames, writePngFolder } from '@kinemetric/video'

/** The manifest with every clip changed, in a file beside it. */
export async function changedManifest(
  { root, clips }: Manifest,
  name: string,
  change: (clip: ManifestClip) => ManifestClip | Promise<ManifestClip>,
): Promise<Manifest> {
  const changed: ManifestClip[] = []
  for (const clip of clips) changed.push(await change(clip))
  const path = join(root, `${name}.jsonl`)
  await writeWhole(path, changed.map((clip) => `${jsonLine(clip)}\n`).join(''), { durable: false })
  return readManifest(path)
}

/** With another control signal, made of each clip's own frames [T, H, W, 3]; its size may be another. */
export async function withControls(
  manifest: Manifest,
  name: string,
  make: (frames: FrameArray) => FrameArray,
): Promise<Manifest> {
  return changedManifest(manifest, name, async (clip) => {
    if (clip.control === undefined) return clip
    const dir = `${name}/${clip.id}`
    const pixels = make((await readFrames(join(manifest.root, clip.control.dir))).pixels)
    await writePngFolder(join(manifest.root, dir), { pixels, fps: undefined })
    return { ...clip, control: { type: clip.control.type, dir, count: pixels.shape[0] } }
  })
}

/** Frames in the opposite order. */
export function backwards(frames: FrameArray): FrameArray {
  const { data, shape } = contiguous(frames)
  const [count, height, width] = shape
  const one = height * width * 3
  const turned = new Uint8Array(data.length)
  for (let t = 0; t < count; t++) turned.set(data.subarray(t * one, (t + 1) * one), (count - 1 - t) * one)
  return frameArray(turned, count, height, width)
}

/** All frames, and the last once more. */
export function oneMore(frames: FrameArray): FrameArray {
  const [count, height, width] = frames.shape
  const last = contiguous(sliceFrames(frames, count - 1, 1, 1)).data
  const data = new Uint8Array((count + 1) * last.length)
  data.set(contiguous(frames).data)
  data.set(last, count * last.length)
  return frameArray(data, count + 1, height, width)
}

/** Without the last row of pixels. */
export function oneRowLess(frames: FrameArray): FrameArray {
  const [count, height, width] = frames.shape
  const cut = contiguous(frames.hi(count, height - 1, width, 3))
  return frameArray(cut.data, count, height - 1, width)
}
