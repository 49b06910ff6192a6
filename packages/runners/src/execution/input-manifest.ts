import { join, relative } from 'node:path'
import type { ControlType, Manifest, ManifestClip } from '@kinemetric/benchmark'
import { hashFile, jsonLine, writeWhole } from '@kinemetric/files'
import { textOf } from '../generator/capabilities.ts'
import type { WantedSample } from './execution.ts'

/**
 * Writes what a program gets: one JSON line a sample of a clip with its seed, the image, the control frames and what the output must be (docs/process-methods.md); a pair's says whose
 * noise it has. The reference is not in it. Paths are relative to the file, which lies in `folder`: `<out>/.input/`, of a shard `<out>/.input/<i>-of-<N>/`. It is written anew for every run: it need not outlive one.
 * @returns its path
 * @throws KinemetricError `disk-full`, `write-failed`; where an image whose hash the manifest does not give cannot be read
 */
export async function writeInputManifest(
  manifest: Manifest,
  samples: readonly WantedSample[],
  folder: string,
): Promise<string> {
  const path = join(folder, 'manifest.jsonl')
  const to = (file: string) => relative(folder, join(manifest.root, file)).split('\\').join('/')
  const lines = await Promise.all(samples.map((wanted) => inputItem(wanted, manifest.root, to)))
  await writeWhole(path, lines.map((line) => `${jsonLine(line)}\n`).join(''), { durable: false })
  return path
}

async function inputItem({ clip, sample }: WantedSample, root: string, to: (file: string) => string) {
  const { window } = clip
  const sha256 = clip.image.sha256 ?? (await hashFile(join(root, clip.image.path)))
  return {
    schema: 'kinemetric/input@1',
    itemId: clip.id,
    source: {
      dataset: clip.source.dataset,
      videoId: clip.source.video,
      startFrame: window.start,
      stride: window.stride,
      sourceFps: clip.source.fps,
      frameIndices:
        window.sourceFrames ?? Array.from({ length: window.count }, (_, t) => window.start + t * window.stride),
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
            ...(isDriverMask(clip.control.type) ? { polarity: '255=driver' } : {}),
            ...(clip.control.source === undefined ? {} : { source: clip.control.source }),
            count: clip.control.count,
            alignedWith: 'output-frame-0',
          },
        }),
    ...textsOf(clip),
    target: {
      frames: window.count,
      fps: clip.fps,
      timestamps: Array.from({ length: window.count }, (_, t) => (clip.fps === null ? t : t / clip.fps)),
    },
    seed: sample,
    sampleIndex: sample,
    ...(clip.noiseKey === clip.id ? {} : { noiseKey: clip.noiseKey }),
  }
}

function isDriverMask(type: ControlType): boolean {
  return type === 'mask' || type === 'box'
}

/** `label` is what the method is to be given, whatever the dataset calls it. */
function textsOf(clip: ManifestClip) {
  const label = textOf(clip)
  if (label === undefined) return {}
  const { template, class: ofClass } = clip
  return {
    text: {
      label,
      ...(template === undefined ? {} : { template }),
      ...(ofClass === undefined ? {} : { class: ofClass }),
    },
  }
}
