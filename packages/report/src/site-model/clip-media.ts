import { extname } from 'node:path'
import type { LoadedRecord } from './results/load-results.ts'
import { confinedFile } from './results/confined-file.ts'
import { readTracks } from './read-tracks.ts'
import type { TracksModel, VideoModel } from './site-model.ts'
import type { Slugs } from './slug.ts'
import { readVideoFacts } from '../media/video-facts.ts'

/** A file to copy into the site, or a text to write there; `to` is relative to the site's root. */
export type MediaCopy = { to: string } & ({ from: string } | { text: string })

/** What browsers play. */
const playable = ['.mp4', '.m4v', '.webm']

export interface MethodSource {
  loaded: LoadedRecord
  name: string
  slug: string
  series: number
  trivial: boolean
}

/**
 * The published videos of each clip in the order reference, control, then methods, where `protocolMedia` puts them and told what cannot be taken.
 */
export async function clipMedia(
  methods: readonly MethodSource[],
  protocolSlug: string,
  slugOf: (clip: string) => string,
  isPublished: (clip: string) => boolean,
): Promise<Map<string, { videos: VideoModel[]; label: string }>> {
  const clips = new Map<string, { videos: VideoModel[]; label: string; sides: Map<string, VideoModel> }>()
  for (const { loaded, name, slug, series, trivial } of methods) {
    for (const media of loaded.record.media?.clips ?? []) {
      if (!isPublished(media.clip)) continue
      const clip = clips.get(media.clip) ?? { videos: [], label: '', sides: new Map<string, VideoModel>() }
      clips.set(media.clip, clip)
      clip.label ||= media.label ?? ''
      const tracks = await tracksOf(media.tracks, loaded)
      for (const role of ['reference', 'control', 'generated'] as const) {
        const path = media[role]
        const known = role === 'generated' ? undefined : clip.sides.get(role)
        if (known !== undefined) {
          if (role === 'reference') known.tracks ??= tracks.reference
          continue
        }
        if (path === undefined) continue
        try {
          const from = await confinedFile(loaded.folder, path, playable)
          const side = role === 'generated' ? slug : role
          const to = `${protocolSlug}/media/${slugOf(media.clip)}/${side}${extname(from).toLowerCase()}`
          const video: VideoModel = {
            role,
            name: role === 'generated' ? name : role === 'reference' ? 'Reference' : 'Control',
            series: role === 'generated' ? series : 0,
            trivial: role === 'generated' && trivial,
            src: to,
            facts: await readVideoFacts(from),
            tracks: role === 'control' ? null : tracks[role],
          }
          if (role !== 'generated') clip.sides.set(role, video)
          clip.videos.push(video)
        } catch {
          continue
        }
      }
    }
  }
  const rank = { reference: 0, control: 1, generated: 2 }
  for (const clip of clips.values()) clip.videos.sort((a, b) => rank[a.role] - rank[b.role])
  return clips
}

async function tracksOf(
  path: string | undefined,
  loaded: LoadedRecord,
): Promise<{ generated: TracksModel | null; reference: TracksModel | null }> {
  if (path === undefined) return { generated: null, reference: null }
  try {
    return await readTracks(await confinedFile(loaded.folder, path, ['.json']))
  } catch {
    return { generated: null, reference: null }
  }
}

/** Names of a protocol's clips for files: made once, in the clips' order. */
export function clipSlugs(ids: readonly string[], slugs: Slugs): (clip: string) => string {
  const names = new Map(ids.map((id) => [id, slugs.take(id)]))
  return (clip) => names.get(clip)!
}
