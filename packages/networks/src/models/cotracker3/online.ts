import { contiguous, type FrameArray, sliceFrames } from '@kinemetric/video'

import { checkClip } from '../../roles/check-clip.ts'
import type { Query, Tracklets } from '../../tracklets/tracklets.ts'
import { cotracker3 } from './model.ts'
import type { Cotracker3Network, Pyramid, TrackState } from './network.ts'
import { featurePoints, foundTracklets, modelScale, scaledQueries, sigmoid, supportGrid } from './queries.ts'
import { timeEmbeddingLength } from './tensors.ts'

export interface OnlineOptions {
  /** Refinements of each window. Default 6, as the reference's predictor. */
  iterations?: number | undefined
  /** Track the 6 × 6 grid along. Default false, as the reference's online predictor. */
  supportGrid?: boolean | undefined
}

/** Frames of a window, and how far the next window starts after it. */
const WINDOW = timeEmbeddingLength.online
const STEP = WINDOW / 2

/** From this product of the probabilities of visibility and confidence on a point is visible. */
const VISIBLE = 0.6

/**
 * CoTracker3's online predictor: windows of 16 frames, each starting from what the window before found for the 8 frames
 * that they share. For clips of any length, in memory that does not grow with it but for the tracks themselves.
 *
 * A clip that does not fill its last window is continued by its last frame. Where the reference leaves a clip of 8 frames
 * or fewer without any window, it has one here.
 *
 * @throws KinemetricError as `checkClip`
 */
export async function trackOnline(
  network: Cotracker3Network,
  frames: FrameArray,
  queries: readonly Query[],
  options: OnlineOptions = {},
): Promise<Tracklets> {
  const clip = checkClip('cotracker3-online', frames, queries)
  const scale = modelScale(clip)
  const wanted = scaledQueries(queries, scale)
  const all = options.supportGrid === true ? [...wanted, ...supportGrid()] : wanted
  const state = await trackWindows(network, frames, all, options.iterations ?? cotracker3.iterations)

  const isVisible = (at: number) => sigmoid(state.visibility[at]) * sigmoid(state.confidence[at]) > VISIBLE
  return foundTracklets(state, queries.length, clip.length, scale, isVisible)
}

async function trackWindows(
  network: Cotracker3Network,
  frames: FrameArray,
  queries: readonly Query[],
  iterations: number,
): Promise<TrackState> {
  const length = frames.shape[0]
  const count = queries.length
  const starts = featurePoints(queries)
  const tracks = emptyState(count, length)
  const size = cotracker3.channels * cotracker3.support
  const support = Array.from({ length: cotracker3.levels }, () => new Float32Array(count * size))
  let window: Pyramid | undefined
  const last = Math.max(0, Math.ceil((length - WINDOW) / STEP)) * STEP
  for (let start = 0; start <= last; start += STEP) {
    window = await windowFeatures(network, frames, start, window)
    // A query's template is taken in the first window that has its frame; until then it is zero.
    const seenBefore = start === 0 ? 0 : start + STEP
    const fresh = [...queries.keys()].filter((n) => queries[n].t >= seenBefore && queries[n].t < start + WINDOW)
    if (fresh.length > 0) {
      const found = await network.support(
        window,
        fresh.map((n) => queries[n].t - start),
        Float32Array.from(fresh.flatMap((n) => [starts[2 * n], starts[2 * n + 1]])),
      )
      for (const [level, vectors] of found.entries()) {
        for (const [i, n] of fresh.entries()) support[level].set(vectors.subarray(i * size, (i + 1) * size), n * size)
      }
    }
    const refined = await network.refine(
      window,
      support,
      initialState(tracks, queries, starts, start, length),
      iterations,
    )
    keep(refined, tracks, count, start, length)
  }
  return tracks
}

/** The pyramid of the 16 frames from `start`; what the window before shares with it is moved, not encoded again. */
async function windowFeatures(
  network: Cotracker3Network,
  frames: FrameArray,
  start: number,
  before: Pyramid | undefined,
): Promise<Pyramid> {
  const length = frames.shape[0]
  const known = before === undefined ? 0 : WINDOW - STEP
  const end = Math.min(start + WINDOW, length)
  const fresh = await network.features(contiguous(sliceFrames(frames, start + known, 1, end - start - known)))
  const levels = fresh.levels.map((values, level) => {
    const size = values.length / fresh.length
    const target = before?.levels[level] ?? new Float32Array(WINDOW * size)
    target.copyWithin(0, STEP * size)
    target.set(values, known * size)
    const lastFrame = values.subarray((fresh.length - 1) * size)
    for (let frame = end - start; frame < WINDOW; frame++) target.set(lastFrame, frame * size)
    return target
  })
  return { levels, length: WINDOW }
}

/**
 * Where a window starts from: for points queried before its second half, what the window before found, its last frame
 * repeated; for the others their query.
 */
function initialState(
  tracks: TrackState,
  queries: readonly Query[],
  starts: Float32Array,
  start: number,
  length: number,
): TrackState {
  const state = emptyState(queries.length, WINDOW)
  for (const [n, query] of queries.entries()) {
    const continues = start > 0 && query.t < start + STEP
    for (let t = 0; t < WINDOW; t++) {
      const to = n * WINDOW + t
      const from = n * length + start + Math.min(t, STEP - 1)
      state.coordinates[2 * to] = continues ? tracks.coordinates[2 * from] : starts[2 * n]
      state.coordinates[2 * to + 1] = continues ? tracks.coordinates[2 * from + 1] : starts[2 * n + 1]
      state.visibility[to] = continues ? tracks.visibility[from] : 0
      state.confidence[to] = continues ? tracks.confidence[from] : 0
    }
  }
  return state
}

/** Copies a window's frames that the clip has into its tracks. */
function keep(window: TrackState, tracks: TrackState, count: number, start: number, length: number): void {
  const frames = Math.min(WINDOW, length - start)
  for (let n = 0; n < count; n++) {
    const from = n * WINDOW
    const to = n * length + start
    tracks.coordinates.set(window.coordinates.subarray(2 * from, 2 * (from + frames)), 2 * to)
    tracks.visibility.set(window.visibility.subarray(from, from + frames), to)
    tracks.confidence.set(window.confidence.subarray(from, from + frames), to)
  }
}

function emptyState(count: number, length: number): TrackState {
  return {
    coordinates: new Float32Array(count * length * 2),
    visibility: new Float32Array(count * length),
    confidence: new Float32Array(count * length),
  }
}
