import { benchmarkError } from '../../failures/benchmark-error.ts'
import { isOwnClip, type Shard } from '../../shards/shard.ts'
import type { Removal } from '../../selection/funnel.ts'
import type { BoxesRead } from '../something-else/read-boxes.ts'
import { readBoxesOnce } from '../something-else/remember-boxes.ts'
import type { VideoView } from './frame-views.ts'
import { copyState, type CopyState } from './copy-state.ts'
import { findVideos, type FoundVideos } from './videos/find-videos.ts'
import { judgeRow, type KeptRow, removedByClass } from './judge-row.ts'
import type { LabelRow } from './labels/label-rows.ts'
import type { Probe, ProbedVideo } from './videos/probe.ts'
import { probeVideos, type ProbeOptions } from './videos/probe-videos.ts'
import { readLabels } from './labels/read-labels.ts'
import { videoFps } from './labels/releases.ts'
import type { Ssv2Rules } from './rules.ts'

/** A row that is kept, with all that its clip is made of. */
export interface SelectedRow extends KeptRow {
  row: LabelRow
  /** Path of its video. */
  path: string
  probe: ProbedVideo
}

/** Something odd about one row or video, which keeps nothing from being used. */
export interface SelectionWarning {
  id: string
  reason: string
  message: string
}

export interface Selection {
  rows: number
  removals: Removal[]
  /** In the order of their ids as strings. */
  kept: SelectedRow[]
  /** Ids of rows of other shards, whose videos are not looked at. */
  elsewhere: string[]
  warnings: SelectionWarning[]
  notes: string[]
  copy: CopyState
}

/** How, and who is told of what takes long. */
export interface SelectOptions extends Omit<ProbeOptions, 'onProgress'> {
  shard?: Shard | undefined
  onProgress?: ((done: number, total: number, what: string) => void) | undefined
}

/**
 * Reads labels, boxes and videos and asks the rules of each row; a video is decoded only where no earlier rule leaves its row out.
 * @throws KinemetricError `bad-dataset`, naming the file; the signal's reason
 */
export async function selectRows(rules: Ssv2Rules, context: SelectOptions = {}): Promise<Selection> {
  const { onProgress, shard, ...how } = context
  const { options } = rules
  const labels = await readLabels(options.labels, options.split)
  const videos = await findVideos(options.videos)
  // A plan says what the copy lacks; a preparation need not read gigabytes of boxes for that.
  if (videos.unpack !== undefined && how.hurry !== true)
    throw benchmarkError('bad-dataset', options.videos, {
      expected: 'videos (<id>.webm)',
      found: `pieces of the archive (${videos.parts.join(', ')})`,
      then: `unpack all of them: ${videos.unpack}`,
    })
  const asked = labels.rows.filter((row) => removedByClass(row, rules) === undefined).map(({ id }) => id)
  // Of all rows, so that what is remembered serves other rules too.
  const wanted = new Set(labels.rows.map(({ id }) => id))
  const boxes = await readBoxesOnce(options.boxes, wanted, {
    signal: how.signal,
    cache: how.cache,
    onProgress: (done, total) => onProgress?.(Math.round(done / 1e6), Math.round(total / 1e6), 'MB of boxes'),
  })
  const paths = new Map(
    asked
      .filter((id) => isOwnClip(id, shard))
      .flatMap((id) => {
        const path = videos.paths.get(id)
        return path === undefined || !boxes.boxes.has(id) ? [] : [[id, path] as const]
      }),
  )
  const probes = await probeVideos(videos.folder, paths, {
    ...how,
    onProgress: (done, total) => onProgress?.(done, total, 'videos'),
  })
  const selection: Omit<Selection, 'copy'> = {
    rows: labels.rows.length,
    removals: [],
    kept: [],
    elsewhere: [],
    warnings: [],
    notes: [...labels.notes],
  }
  const unreadable: string[] = []
  for (const row of [...labels.rows].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const { id } = row
    if (!isOwnClip(id, shard)) {
      selection.elsewhere.push(id)
      continue
    }
    const probe = probes.get(id)
    const { removedAt, kept, view } = judgeRow(row, { boxes: boxes.boxes.get(id), probe }, rules)
    if (removedByClass(row, rules) === undefined)
      selection.warnings.push(...boxWarnings(id, boxes, view), ...videoWarnings(id, probe, view, boxes))
    if (removedAt === 'unreadable') unreadable.push(id)
    if (removedAt !== undefined) selection.removals.push({ id, removedAt })
    const path = paths.get(id)
    if (kept !== undefined && path !== undefined && probe !== undefined && 'frames' in probe)
      selection.kept.push({ ...kept, row, path, probe })
  }
  const rowsWithout = asked.filter((id) => !boxes.boxes.has(id)).length
  const undecoded = selection.kept.filter(({ probe }) => probe.undecoded === true).length
  if (undecoded > 0)
    selection.notes.push(
      `${undecoded} of the videos that are kept were not decoded: their containers say how many frames they have. Preparing decodes them`,
    )
  const copy = copyState(labels, videos, { files: boxes.files, videos: boxes.videos, rowsWithout }, unreadable)
  selection.warnings.push(...copyWarnings(copy, videos))
  selection.warnings.sort((a, b) => (a.reason === b.reason ? (a.id < b.id ? -1 : 1) : a.reason < b.reason ? -1 : 1))
  // What explains that nothing is left comes first.
  if (asked.length > 0 && boxes.boxes.size === 0) selection.notes.unshift(otherVideos(boxes))
  if (asked.length > 0 && asked.every((id) => !videos.paths.has(id)))
    selection.notes.unshift(noVideos(videos.paths.size, asked))
  return { ...selection, copy }
}

function boxWarnings(id: string, { troubles }: BoxesRead, view: VideoView | undefined): SelectionWarning[] {
  const found: SelectionWarning[] = (troubles.get(id) ?? []).map((trouble) => ({ id, ...trouble }))
  if (view === undefined) return found
  const { beyond, unusable } = view
  if (beyond.length > 0) {
    const message = `boxes of frames that the video does not have are left out (frame ${framesText(beyond)})`
    found.push({ id, reason: 'frames-beyond', message })
  }
  if (unusable.length > 0) {
    const message = `boxes outside of the picture, or less than a pixel wide or high in it, are left out (frame ${framesText(unusable)})`
    found.push({ id, reason: 'unusable-box', message })
  }
  return found
}

/** As numbers of the file's names, from 1. */
function framesText(frames: readonly number[]): string {
  return `${frames
    .slice(0, 5)
    .map((frame) => frame + 1)
    .join(', ')}${frames.length > 5 ? `, … (${frames.length})` : ''}`
}

function videoWarnings(
  id: string,
  probe: Probe | undefined,
  view: VideoView | undefined,
  { boxes }: BoxesRead,
): SelectionWarning[] {
  if (probe === undefined) return []
  if ('unreadable' in probe) return [{ id, reason: 'video-unreadable', message: probe.unreadable }]
  const found: SelectionWarning[] = []
  if (probe.damage !== undefined) found.push({ id, reason: 'video-damaged', message: probe.damage })
  const entries = boxes.get(id)?.entries ?? probe.frames
  if (view !== undefined && Math.abs(entries - probe.frames) > 1) {
    const message = `boxes of ${entries} frames and a video of ${probe.frames}: the boxes may drift against it`
    found.push({ id, reason: 'length-differs', message })
  }
  const rate = otherRate(probe)
  if (rate !== undefined) found.push({ id, reason: 'other-rate', message: rate })
  return found
}

/** Said where a video has another rate than that by which its boxes are numbered, so that they do not belong to its frames. */
export function otherRate({ fps }: ProbedVideo): string | undefined {
  if (fps === null || Math.abs(fps - videoFps) <= 0.01 * videoFps) return undefined
  return `expected ${videoFps} frames a second, by which its boxes are numbered, found ${Number(fps.toFixed(3))}`
}

function copyWarnings({ videos }: CopyState, { repeated, broken }: FoundVideos): SelectionWarning[] {
  const strangers = videos.withoutRow.map((id) => ({
    id,
    reason: 'video-without-row',
    message: 'a video without a row in any label file',
  }))
  const twice = [...repeated].map(([id, names]) => ({
    id,
    reason: 'repeated-video',
    message: `several videos of one id (${names.join(', ')}): ${names.includes(`${id}.webm`) ? `${id}.webm is taken` : 'none of them is .webm, and none is taken'}`,
  }))
  const ofRows = new Set(videos.missing)
  const missing = broken
    .filter((id) => ofRows.has(id))
    .map((id) => ({
      id,
      reason: 'no-video',
      message: `${id}.webm is a link that leads to nothing`,
    }))
  return [...strangers, ...twice, ...missing]
}

function noVideos(found: number, [first]: readonly string[]): string {
  return found === 0
    ? `no videos there: expected ${first}.webm, …`
    : `the videos are others: none of the ${found} belongs to a row (expected ${first}.webm, …)`
}

function otherVideos({ videos, others }: BoxesRead): string {
  if (videos === 0) return 'the box files have no videos'
  const shown = `${others.join(', ')}${videos > others.length ? ', …' : ''}`
  return `the boxes are of other videos: none of the rows is among their ${videos} (${shown})`
}
