import { makeFolder } from '@kinemetric/files'
import { join } from 'node:path'
import {
  type ControlType,
  type DatasetAdapter,
  findProtocol,
  type Manifest,
  prepare,
  readManifest,
  videoSource,
} from '@kinemetric/benchmark'
import type { MethodSpec } from '@kinemetric/records'
import { makePhysicsBenchmark } from '@kinemetric/physics'
import { frameArray, type FrameArray, writeLossless } from '@kinemetric/video'
import { z } from 'zod'
import { controlKinds } from '../generator/capabilities.ts'
import { runnerError } from '../generator/runner-error.ts'

/** What test clips look like: [height, width] in pixels, and frames. */
export interface ClipShape {
  readonly size: readonly [number, number]
  readonly frames: number
}

/** Smallest size and number of frames that test clips have where the method can do any. */
const size = [64, 96] as const
const frames = 4
const clips = 2

/** A shape that method.json says the method can do: its first size, or a small one of the right multiple. */
export function shapeOf({ capabilities }: MethodSpec): ClipShape {
  const { resolutions, multipleOf = 1, frames: able } = capabilities
  const [height, width] = size.map((side) => Math.ceil(side / multipleOf) * multipleOf)
  const { min = 1, max = Infinity, fixed } = able ?? {}
  return { size: resolutions?.[0] ?? [height, width], frames: fixed ?? Math.min(max, Math.max(min, frames)) }
}

/**
 * Two clips that nobody has to have: a bright square, the driver, crosses a picture, with its mask as the control signal and a text. A method that asks for a
 * scene of the physics benchmark gets two of those.
 * @param folder an empty or absent one, which gets the dataset and what is prepared of it
 * @throws KinemetricError `unfit-manifest` where it asks for files that cannot be made here
 */
export async function makeTestClips(spec: MethodSpec, folder: string, shape: ClipShape): Promise<Manifest> {
  const dataset = join(folder, 'dataset')
  const out = join(folder, 'prepared')
  const { assets } = spec.capabilities
  if (assets.length === 0) {
    await prepare({
      adapter: await squares(dataset, shape, controlTypeOf(spec)),
      dataset,
      protocol: findProtocol('as-is'),
      out,
    })
  } else {
    const unknown = assets.find((name) => name !== 'scene.json')
    if (unknown !== undefined)
      throw runnerError('unfit-manifest', spec.id, {
        expected: `clips with ${unknown}`,
        found: 'none that can be made',
      })
    await makePhysicsBenchmark(dataset, { clips })
    await prepare({ adapter: 'physics', dataset, protocol: 'physics-256x384', out })
  }
  return readManifest(join(out, 'manifest.jsonl'))
}

/** The first kind that the method takes: a white square on black is one of any. */
function controlTypeOf({ capabilities }: MethodSpec): ControlType {
  const kinds = controlKinds(capabilities)
  return (['mask', 'box', 'rgb', 'video'] as const).find((type) => kinds.includes(type)) ?? 'mask'
}

/** Writes the videos. */
async function squares(folder: string, shape: ClipShape, controlType: ControlType): Promise<DatasetAdapter> {
  await makeFolder(folder)
  const ids = Array.from({ length: clips }, (_, i) => `test ${i + 1}`)
  for (const [index, id] of ids.entries()) {
    const { pictures, masks } = draw(shape, index)
    await writeLossless(join(folder, `${id}.mkv`), { pixels: pictures, fps: 6 })
    await writeLossless(join(folder, `${id} mask.mkv`), { pixels: masks, fps: 6 })
  }
  return {
    id: 'conformance',
    title: 'Clips for the conformance test',
    options: z.strictObject({}),
    async *clips(from) {
      for (const id of ids)
        yield {
          id,
          name: `${id}.mkv`,
          label: 'moving a square across a picture',
          video: videoSource(join(from, `${id}.mkv`)),
          control: videoSource(join(from, `${id} mask.mkv`)),
          controlType,
        }
    },
  }
}

/** A square that crosses a picture, downwards in every other clip. */
function draw(
  { size: [height, width], frames: count }: ClipShape,
  index: number,
): { pictures: FrameArray; masks: FrameArray } {
  const pictures = new Uint8Array(count * height * width * 3)
  const masks = new Uint8Array(pictures.length)
  const side = Math.max(1, Math.floor(Math.min(height, width) / 4))
  for (let t = 0; t < count; t++) {
    const far = count === 1 ? 0 : t / (count - 1)
    const left = Math.round((index % 2 === 0 ? far : 0.5) * (width - side))
    const top = Math.round((index % 2 === 0 ? 0.5 : far) * (height - side))
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const inside = x >= left && x < left + side && y >= top && y < top + side
        const at = 3 * ((t * height + y) * width + x)
        pictures.set(
          inside ? [240, 220, 40 + (((x - left) * 7) % 60)] : [60 + (x % 64), 90 + (y % 48), 110 + 20 * index],
          at,
        )
        if (inside) masks.set([255, 255, 255], at)
      }
  }
  return { pictures: frameArray(pictures, count, height, width), masks: frameArray(masks, count, height, width) }
}
