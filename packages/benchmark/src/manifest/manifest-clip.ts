import { sha256Schema } from '@kinemetric/records'
import { z } from 'zod'

const pixels = z.tuple([z.number().int().positive(), z.number().int().positive()])

/** A path below the manifest's folder: forward slashes, not absolute, no `..`. Symbolic links that lead out are refused when the manifest is read. */
export const manifestPathSchema = z
  .string()
  .min(1)
  .refine(
    (path) => !path.startsWith('/') && !/^[A-Za-z]:/.test(path) && !path.includes('\\'),
    'expected a relative path with forward slashes',
  )
  .refine(
    (path) => path.split('/').every((part) => part !== '..' && part !== ''),
    'expected a path without ".." and empty parts',
  )

/**
 * Clip names become file and folder names: no separators, no control characters, no leading dot, at most 200 letters and 240 bytes in UTF-8 (file systems
 * count bytes, and an ending has to fit behind it). Read in Unicode's composed form (NFC).
 */
export const clipIdSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^./\\][^/\\]*$/, 'expected a name without "/" and "\\" that does not start with "."')
  .refine((id) => !/\p{Cc}/u.test(id), 'expected a name without control characters')
  .refine((id) => Buffer.byteLength(id) <= 240, 'expected a name of at most 240 bytes in UTF-8')
  .normalize('NFC')

/** A file and, where known, its sha256. */
export const manifestFileSchema = z.strictObject({ path: manifestPathSchema, sha256: sha256Schema.optional() })

/** A folder of PNG frames `frame_0000.png`, …; `sha256` is over the sorted lines "<file sha256>  <file name>". */
export const manifestFolderSchema = z.strictObject({
  dir: manifestPathSchema,
  count: z.number().int().positive(),
  sha256: sha256Schema.optional(),
})

/** How the prepared frames were cut from the source video: sizes are [height, width] in pixels. */
export const geometrySchema = z.strictObject({
  native: pixels,
  resize: pixels,
  filter: z.enum(['pillow-bicubic', 'none']),
  crop: z.strictObject({
    top: z.number().int().nonnegative(),
    left: z.number().int().nonnegative(),
    height: z.number().int().positive(),
    width: z.number().int().positive(),
  }),
  target: pixels,
})

/** One line of a manifest: a clip under a protocol, with everything that a method is given and everything that it is scored against. */
export const manifestClipSchema = z.strictObject({
  schema: z.literal('kinemetric/clip@1'),
  id: clipIdSchema,
  protocol: z.strictObject({ id: z.string().min(1), version: z.number().int().positive() }),
  source: z.strictObject({
    dataset: z.string().min(1),
    /** Name of the video inside its dataset; informative, never opened. */
    video: z.string().min(1),
    sha256: sha256Schema.optional(),
    fps: z.number().positive().nullable(),
  }),
  window: z.strictObject({
    start: z.number().int().nonnegative(),
    stride: z.number().int().positive(),
    count: z.number().int().positive(),
  }),
  geometry: geometrySchema,
  /** Frames a second of the prepared clip; null where the source does not say. */
  fps: z.number().positive().nullable(),
  label: z.string().optional(),
  /** The reference clip as the protocol scores it: lossless. For the evaluator, never for a method. */
  reference: manifestFileSchema.extend({ framesSha256: sha256Schema.optional() }),
  /** Frame 0: the image that a method is given. */
  image: manifestFileSchema,
  /** The control signal, frame f belonging to output frame f; white (255) where the driver is. */
  control: manifestFolderSchema.extend({ type: z.literal('mask') }).optional(),
  /** Masks of the objects at frame 0, for choosing the points to track. `sourceFrame` counts in the dataset's own mask video. */
  objectMasks: z
    .array(
      manifestFileSchema.extend({
        object: z.string().min(1),
        sourceFrame: z.number().int().nonnegative(),
        pixels: z.number().int().nonnegative(),
      }),
    )
    .optional(),
  /** Other files of the dataset that some method may ask for by name. */
  assets: z.record(z.string(), manifestFileSchema).optional(),
})

export type ManifestClip = z.infer<typeof manifestClipSchema>
export type ManifestFile = z.infer<typeof manifestFileSchema>
