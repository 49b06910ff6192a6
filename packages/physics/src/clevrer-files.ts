import { join } from 'node:path'
import { jsonLine, writeWhole, makeFolder } from '@kinemetric/files'
import {
  type BinaryMask,
  contiguous,
  encodeRunLengths,
  frameArray,
  type FrameArray,
  maskExtent,
  sliceFrames,
  writePreview,
} from '@kinemetric/video'
import type { TableMotion } from './move-table.ts'
import { render } from './render.ts'
import type { Scene } from './scene.ts'
import { seededGenerator } from './seeded-generator.ts'
import { simulateTable } from './simulate.ts'
import { outlineOf, randomTableScene, surfaceOf, type TableScene } from './table-scene.ts'

/** Behind CLEVRER's own numbers, so that no scene can be taken for one of its. */
const FIRST = 20_000
/** A body that shows fewer pixels has no proposal. */
const FEWEST = 30
/** Frames that are drawn at a time: a whole scene's masks would fill memory. */
const CHUNK = 8

/**
 * Writes scenes in CLEVRER's files and folders, so that everything can be tried without the data set: videos (H.264), annotations, masks as run lengths, and for
 * each body that comes in an annotation of what happens without it, in `counterfactual/`. The same seed gives the same annotations and masks on every machine.
 * @returns the scenes' numbers, from 20000 on: CLEVRER's own end before
 * @throws KinemetricError `disk-full`, `write-failed`; `no-decoder` where videos cannot be written
 */
export async function makeClevrerScenes(
  folder: string,
  options: { scenes: number; seed?: number; onProgress?: (done: number, total: number) => void },
): Promise<number[]> {
  const places = {
    annotations: join(folder, 'annotation_synthetic', 'annotation_20000-21000'),
    videos: join(folder, 'video_synthetic', 'video_20000-21000'),
    masks: join(folder, 'derender_proposals'),
    counterfactual: join(folder, 'counterfactual'),
  }
  for (const place of Object.values(places)) await makeFolder(place)
  const numbers: number[] = []
  for (let index = 0; index < options.scenes; index++) {
    const number = FIRST + index
    const scene = randomTableScene(options.seed ?? 1, index)
    const motion = await simulateTable(scene)
    const { frames, masks } = film(scene, motion)
    await write(places.masks, `proposal_${number}.json`, proposals(number, scene, masks))
    for (const { id } of scene.bodies.filter(({ launch }) => launch !== null)) {
      const without = { ...scene, bodies: scene.bodies.filter((body) => body.id !== id) }
      const name = `annotation_${number}_without_${id}.json`
      await write(places.counterfactual, name, annotation(number, without, await simulateTable(without)))
    }
    await writePreview(join(places.videos, `video_${number}.mp4`), { pixels: frames, fps: scene.fps })
    await write(places.annotations, `annotation_${number}.json`, annotation(number, scene, motion))
    numbers.push(number)
    options.onProgress?.(index + 1, options.scenes)
  }
  return numbers
}

async function write(place: string, name: string, value: unknown): Promise<void> {
  await writeWhole(join(place, name), jsonLine(value), { durable: false })
}

/** World units of a point of the picture, by the camera that CLEVRER's readers fit to it: u/480 = 0.0589x + 0.2286y + 0.485, v/320 = 0.1562x + 0.0105y + 0.4506. */
function toWorld({ width, height }: TableScene, u: number, v: number): [number, number] {
  const [a, b] = [u / width - 0.485, v / height - 0.4506]
  const determinant = 0.0589 * 0.0105 - 0.2286 * 0.1562
  return [(0.0105 * a - 0.2286 * b) / determinant, (0.0589 * b - 0.1562 * a) / determinant]
}

function annotation(number: number, scene: TableScene, { states, collisions }: TableMotion) {
  const { width, height } = scene
  const [zeroX, zeroY] = toWorld(scene, 0, 0)
  return {
    scene_index: number,
    video_filename: `video_${number}.mp4`,
    object_property: scene.bodies.map(({ id, colour, material, shape }) => ({
      object_id: id,
      color: colour,
      material,
      shape,
    })),
    motion_trajectory: Array.from({ length: scene.frameCount }, (_, frame) => ({
      frame_id: frame,
      objects: scene.bodies.map(({ id }, index) => {
        const { x, y, angle, speedX, speedY, spin } = states[index][frame]
        const [goX, goY] = toWorld(scene, speedX, speedY)
        return {
          object_id: id,
          location: rounded([...toWorld(scene, x, y), 0.2]),
          orientation: rounded([0, 0, angle]),
          velocity: rounded([goX - zeroX, goY - zeroY, 0]),
          angular_velocity: rounded([0, 0, spin]),
          inside_camera_view: x >= 0 && x < width && y >= 0 && y < height,
        }
      }),
    })),
    collision: collisions.map(({ frame, ids, x, y }) => ({
      object_ids: ids,
      frame_id: frame,
      location: rounded([...toWorld(scene, x, y), 0.2]),
    })),
  }
}

function rounded(values: readonly number[]): number[] {
  return values.map((value) => Math.round(value * 1e6) / 1e6)
}

/** Every frame, and by frame and body the pixels that are seen of it. */
function film(scene: TableScene, { states }: TableMotion): { frames: FrameArray; masks: BinaryMask[][] } {
  const { width, height, frameCount } = scene
  const size = height * width * 3
  const pixels = new Uint8Array(frameCount * size)
  const masks: BinaryMask[][] = []
  for (let start = 0; start < frameCount; start += CHUNK) {
    const count = Math.min(CHUNK, frameCount - start)
    // Each stretch is another take, so that the camera's noise does not repeat.
    const picture = render(
      pictureOf(scene, count),
      { driver: faraway(count), objects: states.map((poses) => poses.slice(start, start + count)) },
      start / CHUNK,
    )
    pixels.set(contiguous(picture.frames).data, start * size)
    for (let t = 0; t < count; t++)
      masks.push(picture.objectMasks.map((each) => maskOf(sliceFrames(each, t, 1, 1), height, width)))
  }
  return { frames: frameArray(pixels, frameCount, height, width), masks }
}

function maskOf(frame: FrameArray, height: number, width: number): BinaryMask {
  const { data } = contiguous(frame)
  const inside = new Uint8Array(height * width)
  for (let i = 0; i < inside.length; i++) inside[i] = data[3 * i] >> 7
  return { height, width, inside }
}

/** For the renderer, which draws a driver too: one that is nowhere to be seen. */
function pictureOf({ width, height, fps, bodies, seed }: TableScene, frameCount: number): Scene {
  const table = { base: [150, 147, 143], accent: [136, 133, 130], pattern: 'speckle', seed } as const
  return {
    id: '',
    width,
    height,
    frameCount,
    fps,
    table,
    objects: bodies.map((body) => ({
      name: String(body.id),
      shape: outlineOf(body),
      start: body.start,
      material: surfaceOf(body, seed % 1000),
    })),
    driver: { shape: { kind: 'disc', radius: 1 }, material: table, path: faraway(2) },
  }
}

function faraway(count: number) {
  return Array.from({ length: count }, () => ({ x: -1000, y: -1000, angle: 0 }))
}

function proposals(number: number, { bodies, seed }: TableScene, masks: readonly (readonly BinaryMask[])[]) {
  const random = seededGenerator(seed)
  return {
    video_index: number,
    frames: masks.map((row, frame) => ({
      frame_index: frame,
      objects: row.flatMap((mask, index) => {
        if (maskExtent(mask).area < FEWEST) return []
        const { colour, material, shape } = bodies[index]
        const score = Math.round((0.97 + 0.0299 * random()) * 1e6) / 1e6
        return [
          {
            mask: encodeRunLengths(mask),
            video_index: number,
            frame_index: frame,
            color: colour,
            material,
            shape,
            score,
          },
        ]
      }),
    })),
    video_filename: `video_${number}.mp4`,
  }
}
