import { extname } from 'node:path'
import { controlSide, referenceSide, sideName, sideOfMethod } from '../data-files/media-address.ts'
import type { MediaSet, ProtocolHead } from '../data-files/protocol-file.ts'
import { readVideoFacts } from '../media/video-facts.ts'
import type { ClipStore } from './clip-values/clip-store.ts'
import { confinedFile } from './results/confined-file.ts'
import type { LoadedRecord } from './results/load-results.ts'
import { mediaSample } from './clip-values/media-sample.ts'

/** `all` videos, a `sample` of the clips, `none`, or the address of a site that has all of them: there they lie. */
export type MediaPolicy = 'all' | 'sample' | 'none' | { address: string }

/** A file of the records that goes into the site; `to` is a path from the protocol's folder. */
export interface MediaFile {
  from: string
  to: string
}

/** Videos and tracks of a protocol's clips, as far as they are published. */
export interface ProtocolMedia {
  /** Its sets are made by `closeSets`, when tracks and thumbnails are written. */
  head: ProtocolHead['media']
  /** What each clip has. */
  sets: Map<number, MediaSet>
  /** Folder of each clip's media where it is not the id. */
  slugs: Map<number, string>
  files: MediaFile[]
  /** Clips of which tracks and thumbnails are published: those whose videos are, and of videos that lie elsewhere a sample. */
  own: ReadonlySet<number>
  /** By clip, the file of tracks of each method that has one. */
  tracks: Map<number, { method: number; path: string }[]>
  /** Videos of each clip by side, for thumbnails. */
  videos: Map<number, Map<number, string>>
}

/** What browsers play. */
const playable = ['.mp4', '.m4v', '.webm']
/** Pixels of a picture in a strip of thumbnails. */
export const thumbSize: [number, number] = [96, 64]

interface PublishedProtocol {
  /** Its folder in the site. */
  slug: string
  store: ClipStore
  metrics: readonly number[]
  slugOf: (clip: string) => string
}

interface MediaSource {
  loaded: LoadedRecord
  slug: string
}

/**
 * Chooses the clips whose videos are published, and finds their files. Only regular files below each record's folder are taken; what cannot be taken is
 * added to `problems`.
 *
 * @param metrics of the store, for the sample
 * @param slugOf folder name of a clip
 */
export async function protocolMedia(
  methods: readonly MediaSource[],
  { slug: folder, store, metrics, slugOf }: PublishedProtocol,
  policy: MediaPolicy,
  problems: string[],
): Promise<ProtocolMedia> {
  const offered = offeredMedia(methods, store)
  const chosen = choose(offered, store, metrics, methods.length, policy)
  const media: ProtocolMedia = {
    head: { base: '', sets: [], clips: 0, why: '', thumb: thumbSize },
    sets: new Map(),
    slugs: new Map(),
    files: [],
    own: typeof policy === 'object' ? choose(offered, store, metrics, methods.length, 'sample') : chosen,
    tracks: new Map(),
    videos: new Map(),
  }
  for (const clip of [...chosen].sort((a, b) => a - b)) {
    const slug = slugOf(store.ids[clip])
    const set = await clipSet(clip, slug, offered.get(clip)!, { methods, media, policy, problems })
    if (set.files.length === 0) continue
    if (slug !== store.ids[clip]) media.slugs.set(clip, slug)
    media.sets.set(clip, set)
  }
  media.head.clips = media.sets.size
  if (typeof policy === 'object') media.head.base = `${policy.address.replace(/\/+$/, '')}/${folder}/`
  media.head.why = whyNotAll(media.head.clips, offered.size, store.ids.length, policy)
  return media
}

/** Puts equal sets together, when nothing is added to them any more. Answers the set of each clip, −1 for none. */
export function closeSets({ head, sets }: ProtocolMedia, clips: number): Int32Array {
  const mediaOf = new Int32Array(clips).fill(-1)
  const known = new Map<string, number>()
  head.sets = []
  for (const [clip, set] of sets) {
    const key = JSON.stringify(set)
    const at = known.get(key) ?? head.sets.push(set) - 1
    known.set(key, at)
    mediaOf[clip] = at
  }
  return mediaOf
}

type Offered = Map<number, { method: number; entry: MediaEntry }[]>
type MediaEntry = NonNullable<LoadedRecord['record']['media']>['clips'][number]

/** What records say of media, by clip. */
function offeredMedia(methods: readonly MediaSource[], store: ClipStore): Offered {
  const offered: Offered = new Map()
  for (const [method, { loaded }] of methods.entries())
    for (const entry of loaded.record.media?.clips ?? []) {
      const clip = store.placeOf(entry.clip)
      if (clip === undefined || !(entry.reference ?? entry.control ?? entry.generated)) continue
      const known = offered.get(clip)
      if (known === undefined) offered.set(clip, [{ method, entry }])
      else known.push({ method, entry })
    }
  return offered
}

function choose(
  offered: Offered,
  store: ClipStore,
  metrics: readonly number[],
  methods: number,
  policy: MediaPolicy,
): Set<number> {
  if (policy === 'none') return new Set()
  const clips = [...offered.keys()].sort((a, b) => a - b)
  return policy === 'sample' ? mediaSample(clips, store, metrics, methods) : new Set(clips)
}

interface SetContext {
  methods: readonly MediaSource[]
  media: ProtocolMedia
  policy: MediaPolicy
  problems: string[]
}

/** A clip's files: the reference and the control of the first method that has one, and every method's own. */
async function clipSet(
  clip: number,
  slug: string,
  entries: readonly { method: number; entry: MediaEntry }[],
  { methods, media, policy, problems }: SetContext,
): Promise<MediaSet> {
  const set: MediaSet = { files: [], thumb: [], tracks: [] }
  const videos = new Map<number, string>()
  for (const { method, entry } of entries) {
    const { loaded } = methods[method]
    const sides = [
      [referenceSide, 'reference'],
      [controlSide, 'control'],
      [sideOfMethod(method), 'generated'],
    ] as const
    for (const [side, role] of sides) {
      const path = entry[role]
      if (path === undefined || videos.has(side)) continue
      try {
        const from = await confinedFile(loaded.folder, path, playable)
        const type = typeOf(from)
        videos.set(side, from)
        set.files.push({ side, type, facts: await readVideoFacts(from) })
        if (typeof policy === 'string')
          media.files.push({ from, to: `media/${slug}/${sideName(methods, side)}.${type}` })
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        problems.push(`${loaded.name}: the ${role} video of clip '${entry.clip}' is left out (${reason})`)
      }
    }
    if (entry.tracks !== undefined && media.own.has(clip))
      await addTracks(clip, method, entry.tracks, { methods, media, problems })
  }
  set.files.sort((a, b) => a.side - b.side)
  media.videos.set(clip, videos)
  return set
}

async function addTracks(
  clip: number,
  method: number,
  path: string,
  { methods, media, problems }: Omit<SetContext, 'policy'>,
): Promise<void> {
  const { loaded } = methods[method]
  try {
    const from = await confinedFile(loaded.folder, path, ['.json'])
    media.tracks.set(clip, [...(media.tracks.get(clip) ?? []), { method, path: from }])
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    problems.push(`${loaded.name}: the tracks '${path}' are left out (${reason})`)
  }
}

function typeOf(path: string): MediaSet['files'][number]['type'] {
  const ending = extname(path).toLowerCase()
  return ending === '.webm' ? 'webm' : ending === '.m4v' ? 'm4v' : 'mp4'
}

function whyNotAll(clips: number, offered: number, all: number, policy: MediaPolicy): string {
  if (clips === all) return ''
  if (clips === 0)
    return 'No videos are published here; the numbers of all clips are. kinemetric score --previews makes them, kinemetric report build --media all publishes them.'
  const some = `Videos of ${grouped(clips)} of ${grouped(all)} clips are published here; the numbers of all are.`
  return policy === 'sample' && clips < offered
    ? `${some} They are ${Math.min(200, clips)} at random and those on which methods differ most.`
    : some
}

function grouped(number: number): string {
  return number.toLocaleString('en')
}
