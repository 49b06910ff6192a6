import { link, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProtocol, type Protocol, prepare } from '@kinemetric/benchmark'
import { isThere } from '@kinemetric/files'
import { frameArray, type FrameArray, writeLossless } from '@kinemetric/video'

const contents = 5
const [frames, size] = [3, 16]

const { identity } = findProtocol('physics-256x384')

/** 3 frames of 16×16, all scored. */
export const tinyProtocol: Protocol = {
  identity: {
    ...structuredClone(identity),
    id: 'tiny-16x16',
    title: 'Tiny',
    window: { frames, start: 0, fps: 6 },
    excludedFrames: [],
    geometry: {
      size: [size, size],
      video: 'pillow-bicubic',
      masks: 'torch-nearest',
      fit: 'cover',
      crop: 'centre-round-half-even',
    },
    metrics: [
      { metric: 'psnr', recipe: 'frame-mean', default: true },
      { metric: 'ssim', recipe: 'gaussian-valid', default: true },
    ],
  },
  added: [],
}

function picture(phase: number, side = size): FrameArray {
  const data = new Uint8Array(frames * side * side * 3)
  for (let i = 0; i < data.length; i++) data[i] = Math.round(127.5 + 100 * Math.sin(0.37 * i + phase))
  return frameArray(data, frames, side, side)
}

/** A manifest of so many clips below a folder, and their generated videos: five of each, linked under as many names. */
export async function manyClips(folder: string, count: number): Promise<{ manifest: string; generated: string }> {
  const own = join(folder, `clips-${count}`)
  const made = { manifest: join(own, 'prepared', `manifest-${count}.jsonl`), generated: join(own, 'generated') }
  if (await isThere(made.manifest)) return made
  const ids = Array.from({ length: contents }, (_, index) => `clip-${index}`)
  for (const [index, id] of ids.entries()) {
    const place = join(own, 'dataset', id)
    await mkdir(place, { recursive: true })
    await writeLossless(join(place, 'video.mkv'), { pixels: picture(index), fps: 6 })
    for (const mask of ['driver', 'ball'])
      await writeLossless(join(place, `mask_${mask}.mkv`), { pixels: picture(index), fps: 6 })
    await writeLossless(join(own, `${index}.mkv`), { pixels: picture(index + 0.2), fps: 6 })
  }
  const { manifest } = await prepare({
    adapter: 'physics',
    dataset: join(own, 'dataset'),
    protocol: tinyProtocol,
    out: join(own, 'prepared'),
  })
  const lines = (await readFile(manifest, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const references = join(own, 'prepared', 'many')
  for (const place of [references, made.generated]) await mkdir(place, { recursive: true })
  const text: string[] = []
  for (let index = 0; index < count; index++) {
    const line = { ...lines[index % contents], objectMasks: undefined, control: undefined }
    const id = `clip-${String(index).padStart(6, '0')}`
    await link(join(own, 'prepared', line.reference.path), join(references, `${id}.mkv`))
    await link(join(own, `${index % contents}.mkv`), join(made.generated, `${id}.mkv`))
    const source = { ...line.source, video: id }
    text.push(`${JSON.stringify({ ...line, id, source, reference: { ...line.reference, path: `many/${id}.mkv` } })}\n`)
  }
  await writeFile(made.manifest, text.join(''))
  return made
}
