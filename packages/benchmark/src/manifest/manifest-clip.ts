import { sha256Schema } from '@kinemetric/records/names'
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

/**
 * What a control signal shows: `mask`, white (255) where the driver is; `box`, the same from filled boxes and therefore none; `rgb`, a colour a driver on black;
 * `video`, any other pictures (depth, poses).
 */
export const controlTypeSchema = z.enum(['mask', 'box', 'rgb', 'video'])

/** In words that stay the same on every machine where masks came from: `folder`, `boxes`, `sam2.1-large/box-per-frame`. */
const maskSourceSchema = z.string().min(1).max(200)

/** The control signal, frame f belonging to output frame f. */
const controlSchema = manifestFolderSchema.extend({ type: controlTypeSchema, source: maskSourceSchema.optional() })

/** A clip as the protocol scores it: lossless. */
const referenceSchema = manifestFileSchema.extend({ framesSha256: sha256Schema.optional() })

/**
 * What masks went through before they were kept: `lossless` nothing, `mpeg4` an encoder, as published code has it; `shipped` came with the data set, whatever they
 * went through.
 */
export const maskCodecSchema = z.enum(['lossless', 'mpeg4', 'shipped'])

/** The clip once more with one driver taken out of its control signal: the image, the noise and everything else are the clip's. */
const pairSchema = z.strictObject({
  /** The driver's id in the clip's probe-scene.json. */
  without: z.string().min(1).max(200),
  /** What its generated video is called: `<clip>.without-<driver>`. No other clip or pair of the manifest has that name. */
  id: clipIdSchema,
  control: controlSchema,
  /** What really happens without the driver, where the dataset knows: as many frames as the clip's reference, of the same size. */
  reference: referenceSchema.optional(),
})

/** What a clip without a driver is called. */
export function pairId(clip: string, without: string): string {
  return `${clip}.without-${without}`
}

/** The fields of a line, before it is asked whether they go together. */
const clipFields = z.strictObject({
  /** A clip has a reference. A prompt has none: methods run on it, and of metrics only those that need no reference. */
  schema: z.enum(['kinemetric/clip@1', 'kinemetric/prompt@1']),
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
    /** The source's frame of each frame, where they are not start, start + stride, …: the protocol said how to resample. */
    sourceFrames: z.array(z.number().int().nonnegative()).min(1).optional(),
  }),
  geometry: geometrySchema,
  /** Frames a second of the prepared clip; null where the source does not say. */
  fps: z.number().positive().nullable(),
  /** What methods that take a text are given; the label where it is absent. */
  text: z.string().optional(),
  /** What happens, in the dataset's words. */
  label: z.string().optional(),
  /** The label with its slots open: `Putting [something] behind [something]`. */
  template: z.string().optional(),
  /** The label's class by the dataset's name for it. */
  class: z.string().optional(),
  /** The reference clip. For the evaluator, never for a method. */
  reference: referenceSchema.optional(),
  /** Frame 0: the image that a method is given. */
  image: manifestFileSchema,
  control: controlSchema.optional(),
  /** For probes: what a method is asked besides, one a driver whose absence would say something. */
  pairs: z.array(pairSchema).min(1).optional(),
  /** What was recorded again of the same scene: as many frames as the reference, of the same size. */
  takes: z.array(referenceSchema).min(1).optional(),
  /** Videos that are white where the reference, then each take, moves: lossless, of the reference's length and size. */
  movingPixels: z
    .array(z.strictObject({ codec: maskCodecSchema, masks: z.array(manifestFileSchema).min(1) }))
    .min(1)
    .optional(),
  /**
   * Masks of the objects at frame 0, for choosing the points to track. `sourceFrame` counts in what they were read from: the dataset's mask video, or the
   * video itself where that has the same frames.
   */
  objectMasks: z
    .array(
      manifestFileSchema.extend({
        object: z.string().min(1),
        sourceFrame: z.number().int().nonnegative(),
        pixels: z.number().int().nonnegative(),
        source: maskSourceSchema.optional(),
        /** Its masks in every frame of the clip, where the dataset has them: for scores of the part of each frame that it covers. */
        frames: manifestFolderSchema.optional(),
      }),
    )
    .optional(),
  /** Other files of the dataset that some method may ask for by name. */
  assets: z.record(z.string(), manifestFileSchema).optional(),
})

/** One line of a manifest: a clip under a protocol, with everything that a method is given and everything that it is scored against. */
export const manifestClipSchema = clipFields
  .refine(({ schema, reference }) => (schema === 'kinemetric/clip@1') === (reference !== undefined), {
    path: ['reference'],
    error: 'expected one in a clip (kinemetric/clip@1), and none in a prompt (kinemetric/prompt@1)',
  })
  .refine(({ window: { count, sourceFrames } }) => sourceFrames === undefined || sourceFrames.length === count, {
    path: ['window', 'sourceFrames'],
    error: 'expected as many as the window has frames',
  })
  .refine(
    ({ takes, movingPixels = [] }) => movingPixels.every(({ masks }) => masks.length === 1 + (takes?.length ?? 0)),
    {
      path: ['movingPixels'],
      error: 'expected masks of the reference and of each take',
    },
  )
  .refine(({ takes, reference }) => takes === undefined || reference !== undefined, {
    path: ['takes'],
    error: 'expected them in a clip with a reference alone',
  })
  .refine(({ pairs = [] }) => new Set(pairs.map(({ without }) => without)).size === pairs.length, {
    path: ['pairs'],
    error: 'expected one a driver',
  })
  .refine(
    ({ pairs = [], reference }) => reference !== undefined || pairs.every((pair) => pair.reference === undefined),
    {
      path: ['pairs'],
      error: 'expected references in a clip that has one alone',
    },
  )

export type MaskCodec = z.infer<typeof maskCodecSchema>
export type ManifestClip = z.infer<typeof manifestClipSchema>
export type ManifestPair = z.infer<typeof pairSchema>
export type ControlType = z.infer<typeof controlTypeSchema>
export type ManifestFile = z.infer<typeof manifestFileSchema>
export type ManifestFolder = z.infer<typeof manifestFolderSchema>
