import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isError, readRawJson } from '@kinemetric/files'
import { type Query, type Tracklets, tracksFromJson, type TracksMaker } from '@kinemetric/networks'
import { gridQueries, type TrackedWindows, windowStarts } from '../../features/tracked-windows.ts'
import { findRecipe } from '../../recipes/find-recipe.ts'
import { metricError } from '../../recipes/metric-error.ts'
import { rowsAsked, type TrackedRowsNeed } from '../../spec/need.ts'
import type { DistanceChoice, DistanceSide } from '../distance.ts'

/** How far a query may lie from its place on the grid, in pixels. */
const NEAR = 0.5

export interface TrackedSides {
  generated: DistanceSide
  reference: DistanceSide
  /** Clips without rows, and why; what has to be known of those that have some. */
  warnings: string[]
}

/** A clip's file, read. */
type TracksOfClip = ReturnType<typeof tracksFromJson>

/**
 * Both sides of a distance whose rows are made of tracklets: folders of files as `kinemetric track --out` writes them, one `<clip>.json` a clip. Clips of one name have one
 * number on both sides.
 *
 * @throws KinemetricError `recipe-mismatch` for a metric that is not made of tracklets and for sides of two trackers; `bad-option` for a folder without such files; `bad-file`,
 * and `shape-mismatch` for tracks of other frames or points than the recipe's; `too-few` where no clip has rows
 */
export async function readTrackedSides(
  generated: string,
  reference: string,
  choice: DistanceChoice,
): Promise<TrackedSides> {
  const [own, theirs] = await Promise.all([clipsIn(generated), clipsIn(reference)])
  const numbers = new Map([...new Set([...own, ...theirs])].toSorted().map((clip, at) => [clip, at]))
  const sides = [
    await sideOf(generated, own, numbers, choice, 'generated'),
    await sideOf(reference, theirs, numbers, choice, 'reference'),
  ] as const
  return { generated: sides[0].side, reference: sides[1].side, warnings: sides.flatMap(({ warnings }) => warnings) }
}

/** Whether a metric's sides are folders of tracks. */
export function isOfTracks({ metric }: Pick<DistanceChoice, 'metric'>): boolean {
  return metric.rows !== undefined
}

async function clipsIn(folder: string): Promise<string[]> {
  const clips = (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5))
  if (clips.length > 0) return clips.toSorted()
  throw metricError('bad-option', folder, {
    expected: 'files of tracks, <clip>.json, as kinemetric track --out writes them',
    found: 'none',
  })
}

async function sideOf(
  folder: string,
  clips: readonly string[],
  numbers: ReadonlyMap<string, number>,
  choice: DistanceChoice,
  name: 'generated' | 'reference',
): Promise<{ side: DistanceSide; warnings: string[] }> {
  const { metric } = choice
  const recipe = findRecipe(metric, choice.recipe)
  const need = metric.needs(recipe)
  if (need.kind !== 'tracked-rows' || metric.rows === undefined)
    throw metricError('recipe-mismatch', metric.id, {
      expected: `features of ${rowsAsked(need)?.network}`,
      found: `a folder of tracks: ${folder}`,
    })
  const rows: Float32Array[] = []
  const clipOfRow: number[] = []
  const warnings: string[] = []
  let continued = 0
  let tracker: TracksMaker | undefined
  for (const [at, clip] of clips.entries()) {
    const path = join(folder, `${clip}.json`)
    const tracks = tracksFromJson(await readRawJson(path))
    if (at === 0) tracker = tracks.tracker
    else requireSameTracker(tracker, tracks.tracker, path)
    try {
      const { windows, isContinued } = windowsOf(tracks, need.ask, path)
      if (isContinued) continued++
      for (const window of windows) {
        rows.push(metric.rows(window, recipe))
        clipOfRow.push(numbers.get(clip) ?? 0)
      }
    } catch (error) {
      // A clip that is too short is one that has no rows.
      if (!isError(error) || error.code !== 'too-few') throw error
      warnings.push(`${name}: ${clip} has no row: ${error.sentence}`)
    }
  }
  if (rows.length === 0)
    throw metricError('too-few', `${metric.id}: ${name}`, {
      expected: `a clip of at least ${need.ask.windows.frames} frames`,
      found: `none of ${clips.length}`,
    })
  if (continued > 0)
    warnings.push(
      `${name}: in ${continued} of ${clips.length} clips points were asked for in the first frame alone: later windows are of where they went, not of the grid`,
    )
  const { dimension, network, preprocessing, variant } = need.ask
  const data = new Float32Array(rows.length * dimension)
  for (const [at, row] of rows.entries()) data.set(row, at * dimension)
  return {
    side: {
      data: { data, rows: rows.length, dimension, clipOfRow: Int32Array.from(clipOfRow) },
      origin: {
        network,
        preprocessing,
        variant,
        clips: new Set(clipOfRow).size,
        failed: clips.length - new Set(clipOfRow).size,
      },
      tracker,
    },
    warnings,
  }
}

/** @throws KinemetricError `recipe-mismatch` */
function requireSameTracker(first: TracksMaker | undefined, own: TracksMaker | undefined, where: string): void {
  if (trackerText(first) === trackerText(own)) return
  throw metricError('recipe-mismatch', where, {
    expected: `tracks by ${trackerText(first)}, as the files before it`,
    found: `by ${trackerText(own)}`,
  })
}

function trackerText(tracker: TracksMaker | undefined): string {
  return tracker === undefined
    ? 'a tracker that is not named'
    : `${tracker.id} ${tracker.digest} ${JSON.stringify(tracker.settings)}`
}

/**
 * The windows of a clip, each with the points of the grid. Where points were asked for in the first frame alone, they are followed through all windows.
 * @throws KinemetricError `too-few` for a clip shorter than a window, `shape-mismatch`
 */
function windowsOf(
  { tracklets, queries, width, height }: TracksOfClip,
  { windows, preprocessing }: TrackedRowsNeed,
  where: string,
): { windows: Tracklets[]; isContinued: boolean } {
  const fits = windows.resize === 'squash256-pil' ? width === 256 && height === 256 : Math.min(width, height) === 256
  if (!fits)
    throw metricError('shape-mismatch', where, {
      expected: `tracks in frames that ${preprocessing} makes`,
      found: `in frames of ${width}×${height} (width × height)`,
      then: 'kinemetric track --for makes such files',
    })
  const byStart = Map.groupBy(queries.keys(), (n) => queries[n].t)
  const starts = windowStarts(windows, tracklets.length, where)
  const isContinued = byStart.size === 1 && byStart.has(0) && starts.length > 1
  const found = starts.map((start) => {
    const points = byStart.get(isContinued ? 0 : start) ?? []
    requireGrid(points, queries, windows, { width, height }, where)
    return windowAt(tracklets, points, start, windows.frames)
  })
  return { windows: found, isContinued }
}

function requireGrid(
  points: readonly number[],
  queries: readonly Query[],
  windows: TrackedWindows,
  size: { width: number; height: number },
  where: string,
): void {
  const grid = gridQueries(windows, size)
  const off =
    points.length === grid.length
      ? grid.findIndex(({ x, y }, at) => Math.hypot(queries[points[at]].x - x, queries[points[at]].y - y) > NEAR)
      : points.length
  if (off < 0) return
  const side = `${windows.grid}×${windows.grid}`
  throw metricError('shape-mismatch', where, {
    expected: `the points of a grid of ${side}, ${windows.margin} pixels inside of the frame, row by row, asked for in the first frame of each window`,
    found:
      points.length === grid.length
        ? `point ${off} at ${queries[points[off]].x}, ${queries[points[off]].y}`
        : `${points.length} points`,
    then: 'kinemetric track --for makes such files',
  })
}

/** Some points through some frames. */
function windowAt(
  { points, visible, length }: Tracklets,
  chosen: readonly number[],
  start: number,
  frames: number,
): Tracklets {
  const window = {
    points: new Float32Array(chosen.length * frames * 2),
    visible: new Uint8Array(chosen.length * frames),
    count: chosen.length,
    length: frames,
  }
  for (const [at, n] of chosen.entries()) {
    const from = n * length + start
    window.points.set(points.subarray(2 * from, 2 * (from + frames)), 2 * at * frames)
    window.visible.set(visible.subarray(from, from + frames), at * frames)
  }
  return window
}
