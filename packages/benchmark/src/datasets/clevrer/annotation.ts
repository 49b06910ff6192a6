import { readJson } from '@kinemetric/files'
import { z } from 'zod'
import { clipError } from '../../failures/clip-error.ts'
import type { Hit } from '../probe/force.ts'

/** Frames of every scene. */
export const sceneFrames = 128

export interface ClevrerObject {
  readonly id: number
  readonly colour: string
  readonly material: string
  readonly shape: string
}

export type Collision = Hit<number>

/** What an annotation says of a scene. */
export interface ClevrerScene {
  /** In the order of their ids. */
  readonly objects: readonly ClevrerObject[]
  /** By id, a word a frame: whether the object is inside the camera's view. */
  readonly inside: ReadonlyMap<number, readonly boolean[]>
  /** By id, a place a frame: world units, the first down in the image, the second to the right. */
  readonly places: ReadonlyMap<number, readonly (readonly [number, number])[]>
  /** In the order of their frames; of one frame in the file's. */
  readonly collisions: readonly Collision[]
  /** The number that the file gives the scene. */
  readonly index: number | undefined
}

const id = z.number().int().nonnegative()
const annotationSchema = z.object({
  scene_index: z.number().optional(),
  object_property: z
    .array(z.object({ object_id: id, color: z.string(), material: z.string(), shape: z.string() }))
    .min(1)
    .max(64),
  motion_trajectory: z.array(
    z.object({
      frame_id: id,
      objects: z.array(
        z.object({ object_id: id, location: z.array(z.number()).min(2), inside_camera_view: z.boolean() }),
      ),
    }),
  ),
  collision: z.array(z.object({ object_ids: z.tuple([id, id]), frame_id: id })),
})

/**
 * Reads an `annotation_00000.json`.
 * @throws KinemetricError as `readJson`; `dataset` for objects that share an id or all their properties, frames that are missing, objects missing from a frame
 * and collisions of objects that are not there
 */
export async function readAnnotation(path: string): Promise<ClevrerScene> {
  const file = await readJson(path, annotationSchema)
  const refuse = (expected: string, found: string) => clipError('dataset', path, { expected, found })
  const objects = file.object_property
    .map(({ object_id, color, material, shape }) => ({ id: object_id, colour: color, material, shape }))
    .sort((a, b) => a.id - b.id)
  for (const [what, key] of [
    ['id', (object: ClevrerObject) => String(object.id)],
    ['colour, material and shape', nameOf],
  ] as const) {
    const twice = [...Map.groupBy(objects, key)].find(([, same]) => same.length > 1)
    if (twice !== undefined) throw refuse(`every object with its own ${what}`, `${twice[1].length} with ${twice[0]}`)
  }

  const frames = new Map(file.motion_trajectory.map((frame) => [frame.frame_id, frame]))
  const inside = new Map<number, boolean[]>(objects.map((object) => [object.id, []]))
  const places = new Map<number, [number, number][]>(objects.map((object) => [object.id, []]))
  if (frames.size !== sceneFrames || file.motion_trajectory.length !== sceneFrames)
    throw refuse(`${sceneFrames} frames, each once`, `${file.motion_trajectory.length} entries, ${frames.size} frames`)
  for (let t = 0; t < sceneFrames; t++) {
    const byId = new Map(frames.get(t)?.objects.map((object) => [object.object_id, object]))
    for (const object of objects) {
      const entry = byId.get(object.id)
      if (entry === undefined) throw refuse('every object in every frame', `none with id ${object.id} in frame ${t}`)
      inside.get(object.id)?.push(entry.inside_camera_view)
      places.get(object.id)?.push([entry.location[0], entry.location[1]])
    }
  }

  const collisions = file.collision
    .map(({ frame_id, object_ids }) => ({ frame: frame_id, objects: object_ids }))
    .sort((a, b) => a.frame - b.frame)
  const stranger = collisions.flatMap((collision) => collision.objects).find((each) => !inside.has(each))
  if (stranger !== undefined) throw refuse('collisions of the objects of the scene', `one of object ${stranger}`)
  return { objects, inside, places, collisions, index: file.scene_index }
}

/** An object in words, which no other of its scene shares: "blue rubber cube". */
export function nameOf({ colour, material, shape }: Omit<ClevrerObject, 'id'>): string {
  return `${colour} ${material} ${shape}`
}

/** Of objects that are outside at frame 0 and inside later, the first frame inside. */
export function entriesOf({ inside }: ClevrerScene): Map<number, number> {
  return new Map(
    [...inside].flatMap(([object, flags]) => {
      const first = flags.indexOf(true)
      return first > 0 ? [[object, first] as const] : []
    }),
  )
}
