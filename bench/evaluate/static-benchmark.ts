import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type ManifestClip, readManifest } from '@kinemetric/benchmark'
import { contiguous, frameArray, readFrames, sliceFrames, writeLossless } from '@kinemetric/video'
import { prepareRealClips } from './real-clips.ts'

export interface StaticBenchmark {
  manifest: string
  root: string
  clips: ManifestClip[]
  /** Frame 0 repeated, one `.mkv` a clip. */
  generated: string
}

/** The 29 real clips under interdyn-256x384, and the `static` method's clips for them. */
export async function staticBenchmark(folder: string): Promise<StaticBenchmark> {
  const manifest = await prepareRealClips(folder)
  const { clips, root } = await readManifest(manifest)
  const generated = join(folder, 'static')
  await mkdir(generated, { recursive: true })
  for (const clip of clips) {
    const { pixels } = await readFrames(join(root, clip.reference?.path ?? ''))
    const [count, height, width] = pixels.shape
    const first = contiguous(sliceFrames(pixels, 0, 1, 1)).data
    const data = new Uint8Array(count * first.length)
    for (let t = 0; t < count; t++) data.set(first, t * first.length)
    await writeLossless(join(generated, `${clip.id}.mkv`), { pixels: frameArray(data, count, height, width), fps: 6 })
  }
  return { manifest, root, clips, generated }
}
