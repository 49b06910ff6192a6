import { z } from 'zod'

/** The file of a prepared clip that holds it, and the name of that asset in a manifest. */
export const probeSceneFile = 'probe-scene.json'

const objectId = z.string().min(1).max(200)
const sourceFrame = z.number().int().nonnegative()
const level = z.number().int().min(0).max(255)

/** Of an object a point a frame of the clip, [x, y] in pixels of the clip's frames (pixel centres at whole numbers); null where nothing of it is visible. */
const trackSchema = z.array(z.tuple([z.number(), z.number()]).nullable())

const sceneObjectSchema = z.strictObject({
  id: objectId,
  /** In words: "blue rubber cube". */
  name: z.string(),
  /** `driver`: the control signal shows it · `uncontrolled`: in view at frame 0 and not controlled · `absent`: neither. Only uncontrolled ones are scored. */
  role: z.enum(['driver', 'uncontrolled', 'absent']),
  /** What the control signal paints a driver in, sRGB; null where it paints nothing. */
  colour: z.tuple([level, level, level]).nullable(),
  /** `object` of its mask at frame 0 among the manifest's `objectMasks`; null where frame 0 shows nothing of it. */
  mask: z.string().nullable(),
  /** Pixels of that mask. */
  area: z.number().int().nonnegative(),
  /** What counts as no movement, pixels: 0.1 √area; null where frame 0 shows nothing of it. */
  delta: z.number().positive().nullable(),
  /** In the truth: centroids of its masks. */
  track: trackSchema,
  /** First frame of the clip at which the truth is further than delta from its place at frame 0; null where it never is. */
  onset: z.number().int().positive().nullable(),
  /** How many hits after a driver it is reached in the window: 0 for drivers; null where force never reaches it. */
  depth: z.number().int().nonnegative().nullable(),
  /** Source frame of the hit that reaches it; of a driver the window's first. */
  reachedAt: sourceFrame.nullable(),
})

const pairSchema = z.strictObject({
  /** The driver that is taken out of the control signal. */
  without: objectId,
  /** In words, why the pair says nothing; null where it does. */
  excluded: z.string().nullable(),
  /** What this driver alone reaches, never through another driver. `outputFrame` is the first frame of the clip at or after the hit. */
  affected: z.array(
    z.strictObject({
      object: objectId,
      sourceFrame,
      outputFrame: z.number().int().nonnegative(),
      /** Drivers that reach it too, later in the window: without a simulation nobody knows whether they still would. */
      laterAlso: z.array(objectId),
    }),
  ),
  /** The others in view at frame 0 that are not controlled. */
  unaffected: z.array(objectId),
  /** What really happens without the driver, where it is known: tracks by object, as above. Only their displacement from frame 0 counts. */
  truth: z.record(objectId, trackSchema).nullable(),
})

/**
 * What happens in a prepared clip, for probes: who is controlled, what is hit by what and when, where the objects go in the truth, and for each driver what would be
 * another without it. Frames of the clip count from 0, source frames in the dataset's video. For the evaluator, never for a method.
 */
export const probeSceneSchema = z
  .strictObject({
    schema: z.literal('kinemetric/probe-scene@1'),
    /** The source frame of each frame of the clip. */
    sourceFrames: z.array(sourceFrame).min(1),
    objects: z.array(sceneObjectSchema),
    /** Hits after the window's first frame and up to its last, in the order of their frames. */
    collisions: z.array(z.strictObject({ frame: sourceFrame, objects: z.tuple([objectId, objectId]) })),
    /** One a driver. */
    pairs: z.array(pairSchema),
  })
  .superRefine((scene, context) => {
    const ids = new Set(scene.objects.map(({ id }) => id))
    if (ids.size !== scene.objects.length) context.addIssue({ code: 'custom', message: 'expected every object once' })
    const tracks = [
      ...scene.objects.map(({ track }) => track),
      ...scene.pairs.flatMap(({ truth }) => Object.values(truth ?? {})),
    ]
    if (tracks.some((track) => track.length !== scene.sourceFrames.length))
      context.addIssue({ code: 'custom', message: `expected tracks of ${scene.sourceFrames.length} frames` })
    const named = [
      ...scene.collisions.flatMap(({ objects }) => objects),
      ...scene.pairs.flatMap(({ without, affected, unaffected, truth }) => [
        without,
        ...affected.flatMap(({ object, laterAlso }) => [object, ...laterAlso]),
        ...unaffected,
        ...Object.keys(truth ?? {}),
      ]),
    ]
    const unknown = named.find((id) => !ids.has(id))
    if (unknown !== undefined) context.addIssue({ code: 'custom', message: `names object ${unknown}, which is none` })
  })

export type ProbeScene = z.infer<typeof probeSceneSchema>
export type ProbeObject = ProbeScene['objects'][number]
export type ProbePair = ProbeScene['pairs'][number]
export type ProbeTrack = ProbeObject['track']
