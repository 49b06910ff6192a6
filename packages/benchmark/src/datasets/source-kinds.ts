import type { MaskCodec } from '../manifest/manifest-clip.ts'
import type { DatasetClip } from './dataset-adapter.ts'
import { type FrameSource, type PortableSource, videoSource } from './frame-source.ts'

/** Every kind of source that can be made again from data in another process, by the name that stands in `portable`. */
const sourceKinds: Readonly<Record<string, () => Promise<(data: never) => FrameSource>>> = {
  video: () => Promise.resolve(videoSource),
  'frames-at-rate': async () => (await import('./paired/frame-rates.ts')).framesAtRate,
  'filled-boxes': async () => (await import('./filled-boxes.ts')).filledBoxes,
  'painted-run-lengths': async () => (await import('./painted-run-lengths.ts')).paintedRunLengths,
  'physics-iq-take': async () => (await import('./physics-iq/take-sources.ts')).takeSource,
  'mask-files': async () => (await import('./ssv2/mask-files.ts')).maskFiles,
}

type Sources = Pick<DatasetClip, 'video' | 'image' | 'control'>
const named = ['video', 'image', 'control'] as const satisfies readonly (keyof Sources)[]

/** A clip whose sources are data. */
export interface PortableClip {
  clip: Omit<DatasetClip, keyof Sources | 'objects' | 'pairs' | 'takes' | 'movingPixels'>
  sources: Partial<Record<keyof Sources, PortableSource>>
  objects?: (Omit<NonNullable<DatasetClip['objects']>[number], 'mask'> & { mask: PortableSource })[] | undefined
  pairs?: { without: string; control: PortableSource; video?: PortableSource | undefined }[] | undefined
  takes?: PortableSource[] | undefined
  movingPixels?: { codec: MaskCodec; masks: PortableSource[] }[] | undefined
}

/** A clip as a structured clone; undefined where one of its sources is no data. */
export function portableClip({
  video,
  image,
  control,
  objects,
  pairs,
  takes,
  movingPixels,
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
  if (takes !== undefined) {
    const portable = allPortable(takes)
    if (portable === undefined) return undefined
    made.takes = portable
  }
  if (movingPixels !== undefined) {
    made.movingPixels = []
    for (const { codec, masks } of movingPixels) {
      const portable = allPortable(masks)
      if (portable === undefined) return undefined
      made.movingPixels.push({ codec, masks: portable })
    }
  }
  return made
}

/** Undefined where one of them is no data. */
function allPortable(sources: readonly FrameSource[]): PortableSource[] | undefined {
  const portable = sources.flatMap((source) => source.portable ?? [])
  return portable.length === sources.length ? portable : undefined
}

/** The clip again. Throws for a kind that this version does not know. */
export async function clipOfPortable({
  clip,
  sources,
  objects,
  pairs,
  takes,
  movingPixels,
}: PortableClip): Promise<DatasetClip> {
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
  if (takes !== undefined) made.takes = await Promise.all(takes.map(sourceOf))
  if (movingPixels !== undefined)
    made.movingPixels = await Promise.all(
      movingPixels.map(async ({ codec, masks }) => ({ codec, masks: await Promise.all(masks.map(sourceOf)) })),
    )
  return made
}

async function sourceOf({ kind, data }: PortableSource): Promise<FrameSource> {
  if (!Object.hasOwn(sourceKinds, kind)) throw new TypeError(`no kind of source is called ${kind}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind is given what it said of itself
  return (await sourceKinds[kind]())(data as never)
}
