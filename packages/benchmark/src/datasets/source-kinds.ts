import type { DatasetClip } from './dataset-adapter.ts'
import { type FrameSource, type PortableSource, videoSource } from './frame-source.ts'

/** Every kind of source that can be made again from data in another process, by the name that stands in `portable`. */
const sourceKinds: Readonly<Record<string, () => Promise<(data: never) => FrameSource>>> = {
  video: () => Promise.resolve(videoSource),
  'frames-at-rate': async () => (await import('./paired/frame-rates.ts')).framesAtRate,
  'filled-boxes': async () => (await import('./filled-boxes.ts')).filledBoxes,
  'painted-run-lengths': async () => (await import('./painted-run-lengths.ts')).paintedRunLengths,
  'mask-files': async () => (await import('./ssv2/mask-files.ts')).maskFiles,
}

type Sources = Pick<DatasetClip, 'video' | 'image' | 'control'>
const named = ['video', 'image', 'control'] as const satisfies readonly (keyof Sources)[]

/** A clip whose sources are data. */
export interface PortableClip {
  clip: Omit<DatasetClip, keyof Sources | 'objects' | 'pairs'>
  sources: Partial<Record<keyof Sources, PortableSource>>
  objects?: (Omit<NonNullable<DatasetClip['objects']>[number], 'mask'> & { mask: PortableSource })[] | undefined
  pairs?: { without: string; control: PortableSource; video?: PortableSource | undefined }[] | undefined
}

/** A clip as a structured clone; undefined where one of its sources is no data. */
export function portableClip({
  video,
  image,
  control,
  objects,
  pairs,
  ...clip
}: DatasetClip): PortableClip | undefined {
  const sources: PortableClip['sources'] = {}
  for (const [name, source] of Object.entries({ video, image, control })) {
    if (source === undefined) continue
    if (source.portable === undefined) return undefined
    Object.assign(sources, { [name]: source.portable })
  }
  const made: PortableClip = { clip, sources }
  if (objects !== undefined) {
    made.objects = []
    for (const { mask, ...object } of objects) {
      if (mask.portable === undefined) return undefined
      made.objects.push({ ...object, mask: mask.portable })
    }
  }
  if (pairs !== undefined) {
    made.pairs = []
    for (const { without, control: beside, video: truth } of pairs) {
      if (beside.portable === undefined || (truth !== undefined && truth.portable === undefined)) return undefined
      made.pairs.push({ without, control: beside.portable, video: truth?.portable })
    }
  }
  return made
}

/** The clip again. Throws for a kind that this version does not know. */
export async function clipOfPortable({ clip, sources, objects, pairs }: PortableClip): Promise<DatasetClip> {
  const made: DatasetClip = { ...clip }
  for (const name of named) {
    const source = sources[name]
    if (source !== undefined) made[name] = await sourceOf(source)
  }
  if (objects !== undefined)
    made.objects = await Promise.all(
      objects.map(async ({ mask, ...object }) => ({ ...object, mask: await sourceOf(mask) })),
    )
  if (pairs !== undefined)
    made.pairs = await Promise.all(
      pairs.map(async ({ without, control, video }) => ({
        without,
        control: await sourceOf(control),
        ...(video === undefined ? {} : { video: await sourceOf(video) }),
      })),
    )
  return made
}

async function sourceOf({ kind, data }: PortableSource): Promise<FrameSource> {
  if (!Object.hasOwn(sourceKinds, kind)) throw new TypeError(`no kind of source is called ${kind}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind is given what it said of itself
  return (await sourceKinds[kind]())(data as never)
}
