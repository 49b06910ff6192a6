import { join } from 'node:path'
import { isThere, jsonLine, writeWhole, makeFolder } from '@kinemetric/files'
import { type ProbeNotes, probeNotesSchema, type ProbePage, type RecordMedia } from '@kinemetric/records'
import { type FrameArray, readFrames, writePreview } from '@kinemetric/video'
import type { ClipMeasurements } from '../journal/measurement.ts'
import { type MetricName, metricKey } from '../plan/metric-name.ts'
import type { ClipPair } from './clip-pair.ts'
import { methodSide, previewPath, probePath } from './media-path.ts'
import type { ReferenceClip } from '../references/reference-clips.ts'

/** Small videos of a clip's pairs, each without one driver, and of their control signals. @throws KinemetricError */
export async function writePairPreviews(folder: string, method: string, pair: ClipPair): Promise<void> {
  const { reference, without } = pair
  const fps = reference.fps ?? undefined
  for (const { driver, id, control, read } of reference.probe?.pairs ?? []) {
    const video = await without.find((each) => each.driver === driver)?.read()
    if (video === undefined || 'failure' in video) continue
    const truth = await read?.()
    const sides: [string, FrameArray][] = [
      [methodSide(method), video.frames],
      ['control', (await readFrames(control)).pixels],
      ...(truth === undefined ? [] : [['reference', truth] satisfies [string, FrameArray]]),
    ]
    for (const [side, pixels] of sides) {
      await makeFolder(join(folder, 'media', side))
      await writePreview(join(folder, previewPath(side, id)), { pixels, fps })
    }
  }
}

/** What probes kept of a clip's first sample; undefined where none asked. */
export function probeNotes(names: readonly MetricName[], { notes }: ClipMeasurements): ProbeNotes | undefined {
  const name = names.find(({ metric, recipe }) => metric.needs(recipe).kind === 'probe')
  const own = name === undefined ? undefined : notes[metricKey(name)]
  return own === undefined ? undefined : probeNotesSchema.array().parse(own).at(0)
}

/** Writes `media/<method>/<clip>.probe.json`, and says what the record says of it and of the pairs' videos. @throws KinemetricError */
export async function writeProbe(
  folder: string,
  method: string,
  reference: ReferenceClip,
  { size: [height, width] }: ClipMeasurements,
  notes: ProbeNotes,
): Promise<Pick<RecordMedia['clips'][number], 'probe' | 'pairs'>> {
  const page: ProbePage = { schema: 'kinemetric/probe@1', size: [height, width], fps: reference.fps, ...notes }
  const path = probePath(method, reference.id)
  await makeFolder(join(folder, 'media', methodSide(method)))
  await writeWhole(join(folder, path), `${jsonLine(page)}\n`)
  const pairs: NonNullable<RecordMedia['clips'][number]['pairs']> = []
  for (const { driver, id, read } of reference.probe?.pairs ?? []) {
    const generated = previewPath(methodSide(method), id)
    if (!(await isThere(join(folder, generated)))) continue
    const truth = read === undefined ? {} : { reference: previewPath('reference', id) }
    pairs.push({ without: driver, control: previewPath('control', id), ...truth, generated })
  }
  return { probe: path, ...(pairs.length === 0 ? {} : { pairs }) }
}
