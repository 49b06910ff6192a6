import { isError, readJson } from '@kinemetric/files'
import { z } from 'zod'

/** Of a longer clip, or of more bodies, none is made. */
const mostFrames = 1000
const mostBodies = 64

/** Part of the names of files. */
const name = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^/\\]+$/)
const frame = z.number().int().nonnegative().max(mostFrames)
const bodies = z
  .array(z.object({ name, places: z.array(z.tuple([z.number(), z.number()])).max(mostFrames) }))
  .max(mostBodies)
const collisions = z.array(z.object({ frame, bodies: z.tuple([name, name]) })).max(mostFrames * mostBodies)

const motionSchema = z.object({
  frames: z.number().int().positive().max(mostFrames),
  driver: name,
  bodies: bodies.min(1),
  collisions,
  without: z.array(z.object({ driver: name, bodies, collisions })).max(mostBodies),
})

/** What a clip's `motion.json` says: where every body is in the frames of the video, what it touches, and the same without a driver. */
export type ClipMotion = z.infer<typeof motionSchema>

/** @returns undefined where there is no such file @throws KinemetricError as `readJson` */
export async function readMotion(path: string): Promise<ClipMotion | undefined> {
  try {
    return await readJson(path, motionSchema)
  } catch (error) {
    if (isError(error, 'input', 'not-found')) return undefined
    throw error
  }
}
