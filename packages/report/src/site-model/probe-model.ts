import { parseJson, readTextFile } from '@kinemetric/files'
import { type ProbeNotes, type ProbePage, probePageSchema, type RecordMedia } from '@kinemetric/records'
import type { MediaCopy, MethodSource } from './clip-media.ts'
import { confinedFile } from './results/confined-file.ts'
import { objectWords, pairWords } from './probe-words.ts'
import type { PairPageModel, ProbeModel, TracksModel, VideoModel } from './site-model.ts'
import type { Slugs } from './slug.ts'
import { readVideoFacts } from '../media/video-facts.ts'

const mostBytes = 8 * 2 ** 20
/** Clips whose words stand on the page of probes, each as a table. */
export const mostWordedClips = 60
const playable = ['.mp4', '.m4v', '.webm']

/** What probes found of the clips of a protocol: words for each clip's page, and a page for each pair. */
export interface ProbeModels {
  byClip: Map<string, ProbeModel>
  pages: PairPageModel[]
}

/** What a protocol's pages share. */
export interface ProbeContext {
  protocolSlug: string
  slugOf: (clip: string) => string
  /** What the clip's own page shows. */
  videosOf: (clip: string) => readonly VideoModel[]
  pairSlugs: Slugs
  copies: MediaCopy[]
  problems: string[]
}

type ClipMedia = RecordMedia['clips'][number]

/** A method as far as its probes want it. */
export interface ProbeSource extends Pick<MethodSource, 'name' | 'slug' | 'series' | 'trivial'> {
  loaded: { record: { media?: RecordMedia | undefined }; folder: string; name: string }
}

/**
 * Reads what records say of probes. Only regular files below each record's folder are taken; what cannot be read is added to `problems`.
 */
export async function probeModels(methods: readonly ProbeSource[], context: ProbeContext): Promise<ProbeModels> {
  const byClip = new Map<string, ProbeModel>()
  const pages = new Map<string, PairPageModel>()
  for (const method of methods)
    for (const media of method.loaded.record.media?.clips ?? []) {
      if (media.probe === undefined) continue
      const found = await readProbe(method, media.probe, media.clip, context.problems)
      if (found === undefined) continue
      const clip = byClip.get(media.clip) ?? { methods: [], pairs: [] }
      byClip.set(media.clip, clip)
      const { name, series, trivial } = method
      clip.methods.push({ name, series, trivial, words: found.objects.map((row) => objectWords(row, found.fps)) })
      for (const driver of driversOf(found)) {
        const key = JSON.stringify([media.clip, driver.without])
        let page = pages.get(key)
        if (page === undefined) {
          page = pairPage(media.clip, driver, found, context)
          pages.set(key, page)
          clip.pairs.push({ slug: page.slug, driver: driver.driver })
        }
        await addMethod(page, driver, method, media, found, context)
      }
    }
  return { byClip, pages: [...pages.values()] }
}

interface Driver {
  without: string
  /** In words. */
  driver: string
}

/** Every driver whose absence was asked about. */
function driversOf({ pairs, missingPairs }: ProbeNotes): Driver[] {
  const all = [...pairs, ...missingPairs].map(({ without, driver }) => [without, { without, driver }] as const)
  return [...new Map(all).values()]
}

/** A pair's page with what is no method's on it: the reference with the true tracks, and the control signal. */
function pairPage(clip: string, { without, driver }: Driver, found: ProbePage, context: ProbeContext): PairPageModel {
  const shared = context.videosOf(clip).filter(({ role }) => role !== 'generated')
  return {
    slug: context.pairSlugs.take(`${context.slugOf(clip)}-without-${without}`),
    clip,
    clipHref: `${context.protocolSlug}/clip.html?c=${encodeURIComponent(clip)}`,
    driver,
    frames: found.objects[0]?.track.length ?? 0,
    videos: shared.map((video) => ({
      ...video,
      side: 'with',
      tracks:
        video.role === 'reference'
          ? tracksOf(
              found,
              found.objects.map(({ truth }) => truth),
            )
          : null,
    })),
    methods: [],
  }
}

async function addMethod(
  page: PairPageModel,
  { without, driver }: Driver,
  method: ProbeSource,
  media: ClipMedia,
  found: ProbePage,
  context: ProbeContext,
): Promise<void> {
  const { name, series, trivial, slug } = method
  const rows = found.pairs.filter((row) => row.without === without)
  const missing = found.missingPairs.find((each) => each.without === without)?.reason ?? null
  page.methods.push({ name, series, trivial, missing, words: rows.map(pairWords) })
  const own = media.pairs?.find((each) => each.without === without)
  const videos = context.videosOf(media.clip)
  const withDriver = videos.find((video) => video.role === 'generated' && video.name === name)
  if (own === undefined || withDriver === undefined) return
  const take = async (role: VideoModel['role'], tracks: TracksModel | null): Promise<VideoModel[]> => {
    const path = own[role]
    if (path === undefined) return []
    const ofMethod = role === 'generated'
    try {
      const from = await confinedFile(method.loaded.folder, path, playable)
      const to = `${context.protocolSlug}/media/pairs/${ofMethod ? `method-${slug}` : role}/${page.slug}.mp4`
      context.copies.push({ from, to })
      const title = `${ofMethod ? name : role === 'control' ? 'Control' : 'Reference'} without ${driver}`
      const shown = { series: ofMethod ? series : 0, trivial: ofMethod && trivial }
      return [{ role, name: title, ...shown, src: to, facts: await readVideoFacts(from), tracks, side: 'without' }]
    } catch (error) {
      context.problems.push(
        `${method.loaded.name}: the ${role} video of clip '${media.clip}' without ${driver} is left out (${reason(error)})`,
      )
      return []
    }
  }
  for (const role of ['reference', 'control'] as const) {
    if (page.videos.some((video) => video.role === role && video.side === 'without')) continue
    const tracks = rows.map(({ truth }) => truth)
    const taken = await take(role, role === 'reference' ? tracksOf(found, tracks) : null)
    // Behind its like with the driver.
    const at = page.videos.findIndex((video) => video.role === role)
    page.videos.splice(at < 0 ? page.videos.length : at + 1, 0, ...taken)
  }
  const objects = rows.map(({ object }) => object)
  const tracks = found.objects.filter(({ object }) => objects.includes(object)).map(({ track }) => track)
  const generated = await take(
    'generated',
    tracksOf(
      found,
      rows.map(({ track }) => track),
    ),
  )
  page.videos.push({ ...withDriver, side: 'with', tracks: tracksOf(found, tracks) }, ...generated)
}

function tracksOf(
  { size: [height, width] }: ProbePage,
  tracks: readonly ProbePage['pairs'][number]['track'][],
): TracksModel {
  return {
    width,
    height,
    points: tracks.map((track) => track.flatMap((point) => (point === null ? [0, 0] : point.map(round)))),
    visible: tracks.map((track) => track.map((point) => (point === null ? '0' : '1')).join('')),
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

async function readProbe(
  { loaded }: ProbeSource,
  path: string,
  clip: string,
  problems: string[],
): Promise<ProbePage | undefined> {
  try {
    const file = await confinedFile(loaded.folder, path, ['.json'])
    return probePageSchema.parse(parseJson(await readTextFile(file, { maxBytes: mostBytes })))
  } catch (error) {
    problems.push(`${loaded.name}: the probes of clip '${clip}' are left out (${reason(error)})`)
    return undefined
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
