import type { ProbeNotes, ProbePage } from '@kinemetric/records'
import { probePageSchema } from '@kinemetric/records'
import { parseJson, readTextFile } from '@kinemetric/files'
import type { MediaCopy, MethodSource } from './clip-media.ts'
import { confinedFile } from './confined-file.ts'
import { objectWords, pairWords } from './probe-words.ts'
import type { PairPageModel, ProbeModel, TracksModel, VideoModel } from './site-model.ts'
import type { Slugs } from './slug.ts'

const mostBytes = 8 * 2 ** 20
const playable = ['.mp4', '.m4v', '.webm']

/** What probes found of the clips of a protocol: words for each clip's page, and a page for each pair. */
export interface ProbeModels {
  byClip: Map<string, ProbeModel>
  pages: PairPageModel[]
}

/**
 * Reads what records say of probes. Only regular files below each record's folder are taken; what cannot be read is added to `problems`.
 * @param videosOf what the clip's own page shows
 */
export async function probeModels(
  methods: readonly MethodSource[],
  protocolSlug: string,
  slugOf: (clip: string) => string,
  videosOf: (clip: string) => readonly VideoModel[],
  copies: MediaCopy[],
  problems: string[],
  pairSlugs: Slugs,
): Promise<ProbeModels> {
  const byClip = new Map<string, ProbeModel>()
  const pages = new Map<string, PairPageModel>()
  for (const method of methods) {
    const { loaded, name, series, trivial, slug } = method
    for (const media of loaded.record.media?.clips ?? []) {
      if (media.probe === undefined) continue
      const page = await readProbe(loaded, media.probe, media.clip, problems)
      if (page === undefined) continue
      const clip = byClip.get(media.clip) ?? { methods: [], pairs: [] }
      byClip.set(media.clip, clip)
      clip.methods.push({ name, series, trivial, words: page.objects.map((row) => objectWords(row, page.fps)) })
      for (const { without, driver } of driversOf(page)) {
        const key = JSON.stringify([media.clip, without])
        let pair = pages.get(key)
        if (pair === undefined) {
          pair = {
            slug: pairSlugs.take(`${slugOf(media.clip)}-without-${without}`),
            clip: media.clip,
            clipSlug: slugOf(media.clip),
            driver,
            frames: page.objects[0]?.track.length ?? 0,
            videos: [],
            methods: [],
          }
          pages.set(key, pair)
          clip.pairs.push({ slug: pair.slug, driver })
          pair.videos.push(...sharedVideos(videosOf(media.clip), page))
        }
        const missing = page.missingPairs.find((each) => each.without === without)
        const rows = page.pairs.filter((row) => row.without === without)
        pair.methods.push({ name, series, trivial, missing: missing?.reason ?? null, words: rows.map(pairWords) })
        const own = media.pairs?.find((each) => each.without === without)
        if (own === undefined) continue
        const take = async (
          path: string | undefined,
          role: VideoModel['role'],
          title: string,
          tracks: TracksModel | null,
        ) => {
          if (path === undefined || (role === 'control' && pair.videos.some((video) => video.name === title))) return
          try {
            const from = await confinedFile(loaded.folder, path, playable)
            const folder = role === 'generated' ? `method-${slug}` : role
            const to = `${protocolSlug}/media/${folder}/${pair.slug}.mp4`
            copies.push({ from, to })
            const ofMethod = role === 'generated'
            pair.videos.push({
              role,
              name: title,
              series: ofMethod ? series : 0,
              trivial: ofMethod && trivial,
              src: to,
              tracks,
            })
          } catch (error) {
            problems.push(
              `${loaded.name}: a video of clip '${media.clip}' without ${driver} is left out (${reason(error)})`,
            )
          }
        }
        await take(own.control, 'control', `Control without ${driver}`, null)
        const withDriver = videosOf(media.clip).find((video) => video.role === 'generated' && video.name === name)
        if (withDriver !== undefined)
          pair.videos.push({
            ...withDriver,
            tracks: tracksOf(
              page,
              rows.map(({ object }) => object),
              'with',
            ),
          })
        await take(own.generated, 'generated', `${name} without ${driver}`, withoutTracks(page, rows))
      }
    }
  }
  return { byClip, pages: [...pages.values()] }
}

/** The reference with the true tracks, and the control signal. */
function sharedVideos(videos: readonly VideoModel[], page: ProbePage): VideoModel[] {
  return videos
    .filter(({ role }) => role !== 'generated')
    .map((video) =>
      video.role === 'reference'
        ? {
            ...video,
            tracks: tracksOf(
              page,
              page.objects.map(({ object }) => object),
              'truth',
            ),
          }
        : { ...video, tracks: null },
    )
}

/** Every driver whose absence was asked about. */
function driversOf({ pairs, missingPairs }: ProbeNotes): { without: string; driver: string }[] {
  const all = [...pairs, ...missingPairs].map(({ without, driver }) => [without, { without, driver }] as const)
  return [...new Map(all).values()]
}

function tracksOf(page: ProbePage, objects: readonly string[], which: 'with' | 'truth'): TracksModel {
  const rows = page.objects.filter(({ object }) => objects.includes(object))
  return model(
    page,
    rows.map((row) => (which === 'truth' ? row.truth : row.track)),
  )
}

function withoutTracks(page: ProbePage, rows: ProbePage['pairs']): TracksModel {
  return model(
    page,
    rows.map(({ track }) => track),
  )
}

function model(
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

async function readProbe(
  loaded: MethodSource['loaded'],
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

function round(value: number): number {
  return Math.round(value * 10) / 10
}
