import { sha256Schema } from '@kinemetric/records/names'
import { z } from 'zod'

/** One object's mask on one frame. */
export const maskEntrySchema = z.strictObject({
  frame: z.number().int().nonnegative(),
  /** Below the folder of masks.json: 8-bit grey, 0 and 255. */
  file: z.string().min(1),
  sha256: sha256Schema,
  /** Pixels of the object. */
  area: z.number().int().nonnegative(),
  /** A logit; null where nobody asked for the object on this frame. */
  objectScore: z.number().nullable(),
  /** Expected overlap with the truth, 0..1; null likewise. */
  iou: z.number().nullable(),
  /** Whether the mask comes of a prompt on this very frame. */
  prompted: z.boolean(),
  /** Whether the object was judged absent, which empties its mask. */
  absent: z.boolean(),
})

export type MaskEntry = z.infer<typeof maskEntrySchema>

/** What was chosen (what changes a mask). */
export const maskSettingsSchema = z.strictObject({
  /** What resizes a frame to the network's square. */
  preprocessing: z.enum(['torch-bilinear-antialias', 'pillow-bicubic']),
  /** Cells of the network's map; 0: holes are left. */
  fillHoles: z.number().int().nonnegative(),
  /** `none`: every frame by itself. */
  order: z.enum(['none', 'forwards from the first prompt, then backwards from it']),
  /** Objects do not see one another. */
  objects: z.literal('each by itself'),
  overlaps: z.literal('kept'),
  /** Which of the decoder's masks is taken. */
  selection: z.string().min(1),
  /** A pixel is the object's where its logit is above this. */
  threshold: z.literal(0),
  provider: z.enum(['cpu', 'webgpu', 'cuda']),
  dtype: z.literal('float32'),
})

export type MaskSettings = z.infer<typeof maskSettingsSchema>

export const maskModelSchema = z.strictObject({
  /** `sam2.1-large` */
  id: z.string().min(1),
  /** Sizes of a network of one's own, where `--config` gave them: `id` is then the published one that is like it. */
  config: z.unknown().optional(),
  /** Of the tensors; absent where an earlier build found every mask there. */
  digest: z.string().min(1).optional(),
  weights: z.array(z.strictObject({ id: z.string().min(1), sha256: sha256Schema, licence: z.string() })),
  /** Whether nothing vouches for the weights. */
  unverified: z.boolean(),
})

export type MaskModel = z.infer<typeof maskModelSchema>

/** `masks.json`: what lies beside it, and all that decided it. No time and no folder of the machine. */
export const masksFileSchema = z.strictObject({
  schema: z.literal('kinemetric/masks@1'),
  /** sha256 of all that decides the masks: a run of the same identity has nothing to do. */
  identity: sha256Schema,
  mode: z.enum(['box-per-frame', 'box-propagate']),
  video: z.strictObject({
    name: z.string(),
    sha256: sha256Schema,
    frames: z.number().int().positive(),
    height: z.number().int().positive(),
    width: z.number().int().positive(),
    fps: z.number().positive().nullable(),
  }),
  model: maskModelSchema,
  settings: maskSettingsSchema,
  objects: z.array(
    z.strictObject({
      id: z.string().min(1),
      /** As they were given, in pixels of the video's frame. */
      prompts: z.array(
        z.strictObject({
          frame: z.number().int().nonnegative(),
          box: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
          points: z.array(z.tuple([z.number(), z.number(), z.number()])).optional(),
        }),
      ),
      /** One a frame of the video, in order. */
      masks: z.array(maskEntrySchema),
    }),
  ),
  warnings: z.array(z.string()),
})

export type MasksFile = z.infer<typeof masksFileSchema>
