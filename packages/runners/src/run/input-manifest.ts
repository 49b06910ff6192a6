import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join, relative } from 'node:path'
import type { Manifest, ManifestClip } from '@kinemetric/benchmark'

/**
 * What an external program gets (RUNNERS.md §6.2): one JSON line an item with the image, the control frames and what the
 * output must be. The reference clip is not in it. Paths are relative to the file, which lies in `<out>/.input/`.
 */
export async function writeInputManifest(
  manifest: Manifest,
  clips: readonly ManifestClip[],
  out: string,
): Promise<string> {
  const folder = join(out, '.input')
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'manifest.jsonl')
  const to = (file: string) => relative(folder, join(manifest.root, file)).split('\\').join('/')
  const lines = await Promise.all(clips.map((clip) => inputItem(clip, manifest.root, to)))
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return path
}

async function inputItem(clip: ManifestClip, root: string, to: (file: string) => string) {
  const { window } = clip
  const sha256 =
    clip.image.sha256 ??
    createHash('sha256')
      .update(await readFile(join(root, clip.image.path)))
      .digest('hex')
  return {
    schema: 'kinemetric/input@1',
    itemId: clip.id,
    source: {
      dataset: clip.source.dataset,
      videoId: clip.source.video,
      startFrame: window.start,
      stride: window.stride,
      sourceFps: clip.source.fps,
      frameIndices: Array.from({ length: window.count }, (_, t) => window.start + t * window.stride),
    },
    geometry: clip.geometry,
    image: { path: to(clip.image.path), sha256 },
    ...(clip.control === undefined
      ? {}
      : {
          control: {
            type: clip.control.type,
            dir: to(clip.control.dir),
            encoding: 'png-rgb',
            polarity: '255=driver',
            count: clip.control.count,
            alignedWith: 'output-frame-0',
          },
        }),
    ...(clip.label === undefined ? {} : { text: { label: clip.label } }),
    target: {
      frames: window.count,
      fps: clip.fps,
      timestamps: Array.from({ length: window.count }, (_, t) => (clip.fps === null ? t : t / clip.fps)),
    },
    seed: 0,
    sampleIndex: 0,
  }
}
