import { z } from 'zod'
import type { Scene } from './scene.ts'

const finite = z.number().min(-10_000).max(10_000)
const colour = z.tuple([z.number(), z.number(), z.number()])
const pose = z.strictObject({ x: finite, y: finite, angle: finite })
const shape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('disc'), radius: z.number().positive().max(1000) }),
  z.strictObject({
    kind: z.literal('box'),
    halfWidth: z.number().positive().max(1000),
    halfHeight: z.number().positive().max(1000),
    corner: z.number().nonnegative().max(1000),
  }),
])
const material = z.strictObject({
  base: colour,
  accent: colour,
  pattern: z.enum(['wood', 'stripes', 'rings', 'checks', 'speckle']),
  seed: z.number().int(),
})

/** `scene.json` beside a clip of the physics benchmark: what the driver-only baseline needs to draw it again. */
export const sceneSchema: z.ZodType<Scene> = z.strictObject({
  id: z.string(),
  width: z.number().int().min(16).max(4096),
  height: z.number().int().min(16).max(4096),
  frameCount: z.number().int().min(1).max(1000),
  fps: z.number().positive(),
  table: material,
  objects: z.array(z.strictObject({ name: z.string(), shape, start: pose, material })).max(64),
  driver: z.strictObject({ shape, material, path: z.array(pose).min(2).max(64) }),
})
