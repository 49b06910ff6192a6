import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { tracksToJson, type Query, type Tracklets } from '@kinemetric/networks'
import { jsonLine, writeWhole, makeFolder } from '@kinemetric/files'
import type { RecordMedia } from '@kinemetric/records'
import { readFrames, writePreview } from '@kinemetric/video'
import type { ClipMeasurements } from '../journal/measurement.ts'
import { type ClipVideo, isPair } from './clip-pair.ts'
import { methodSide, previewPath, tracksPath } from './media-path.ts'
import type { ReferenceClip } from '../references/reference-clips.ts'

/** Small videos of a clip's sides under `<folder>/media/`: lossy, for looking at. @throws KinemetricError */
export async function writePreviews(folder: string, method: string, video: ClipVideo): Promise<void> {
  const { reference, generatedFrames } = video
  const fps = reference.fps ?? undefined
  const write = async (side: string, pixels: typeof generatedFrames) => {
    await makeFolder(join(folder, 'media', side))
    await writePreview(join(folder, previewPath(side, reference.id)), { pixels, fps })
  }
  if (isPair(video)) await write('reference', video.referenceFrames)
  await write(methodSide(method), generatedFrames)
  if (reference.control !== undefined) await write('control', (await readFrames(reference.control)).pixels)
}

/** Writes `media/<method>/<clip>.tracks.json`, `{ generated, reference }` with the tracks of all objects of the clip; false where there are none. */
export async function writeTracks(
  folder: string,
  method: string,
  clip: ClipMeasurements,
  tracks: (address: string) => Promise<Tracklets | undefined>,
): Promise<boolean> {
  const sides: { generated: Tracklets[]; reference: Tracklets[] } = { generated: [], reference: [] }
  // One kind of points: the recipes' grids would hide the objects.
  const first = Object.values(clip.objects).find((objects) => objects.some((object) => object.tracks !== null))
  for (const { tracks: addresses } of first ?? []) {
    if (addresses === null) continue
    const generated = await tracks(addresses.generated)
    const reference = await tracks(addresses.reference)
    if (generated === undefined || reference === undefined) return false
    sides.generated.push(generated)
    sides.reference.push(reference)
  }
  if (sides.generated.length === 0) return false
  const [height, width] = clip.size
  const json = (tracklets: readonly Tracklets[]) => {
    const joined = joinTracklets(tracklets)
    return tracksToJson(joined, startsOf(joined), { width, height })
  }
  const content = `${jsonLine({ generated: json(sides.generated), reference: json(sides.reference) })}\n`
  await writeWhole(join(folder, tracksPath(method, clip.clip)), content)
  return true
}

/** Whether the videos that `writePreviews` writes for a clip are there. */
export async function hasPreviews(
  folder: string,
  method: string,
  { id, control, read }: ReferenceClip,
): Promise<boolean> {
  const sides = [
    ...(read === undefined ? [] : ['reference']),
    methodSide(method),
    ...(control === undefined ? [] : ['control']),
  ]
  const there = await Promise.all(
    sides.map((side) =>
      access(join(folder, previewPath(side, id))).then(
        () => true,
        () => false,
      ),
    ),
  )
  return there.every(Boolean)
}

/** What the record says of a clip's media. */
export function mediaEntry(
  method: string,
  { id, label, control, read }: ReferenceClip,
  hasTracks: boolean,
): RecordMedia['clips'][number] {
  return {
    clip: id,
    ...(label === undefined ? {} : { label }),
    ...(read === undefined ? {} : { reference: previewPath('reference', id) }),
    ...(control === undefined ? {} : { control: previewPath('control', id) }),
    generated: previewPath(methodSide(method), id),
    ...(hasTracks ? { tracks: tracksPath(method, id) } : {}),
  }
}

function joinTracklets(parts: readonly Tracklets[]): Tracklets {
  const [{ length }] = parts
  return {
    points: Float32Array.from(parts.flatMap((part) => [...part.points])),
    visible: Uint8Array.from(parts.flatMap((part) => [...part.visible])),
    count: parts.reduce((sum, part) => sum + part.count, 0),
    length,
  }
}

/** A tracklet begins at its query, in frame 0. */
function startsOf({ points, count, length }: Tracklets): Query[] {
  return Array.from({ length: count }, (_, n) => ({ t: 0, x: points[2 * n * length], y: points[2 * n * length + 1] }))
}
