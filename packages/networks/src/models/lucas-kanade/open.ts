import type { FrameArray } from '@kinemetric/video'
import { checkClip } from '../../roles/check-clip.ts'
import type { NetworkOpener } from '../../roles/network-card.ts'
import { requireKnown } from '../../roles/read-choice.ts'
import type { Tracker } from '../../roles/tracker.ts'
import type { Query, Tracklets } from '../../tracklets/tracklets.ts'
import { type CvMat, loadOpencv, type OpenCv } from './opencv.ts'
import { networkError } from '../../tracklets/network-error.ts'

// Pyramidal Lucas-Kanade (Bouguet 2001, OpenCV's calcOpticalFlowPyrLK), from frame to frame, forwards and backwards from
// each point's query frame. Visibility by the forward-backward error of Kalal et al. (ICPR 2010): a step that does not
// lead back to where it came from is not trusted. A lost point is carried on by the median motion of the trusted points
// around it, stands still where there are none, never leaves the frame, and stays invisible, because nothing here could
// recognise it again.

export interface LucasKanadeOptions {
  /** Side of the window that is matched, pixels; odd. Default 21. */
  window?: number | undefined
  /** Halvings of the image. Default 4. */
  levels?: number | undefined
  /** Largest distance in pixels between a point and where its step leads back to. Default 1. */
  maximalReturnError?: number | undefined
}

/** How many trusted neighbours carry a lost point. */
const CARRIERS = 8

/**
 * The tracker that needs no weights: deterministic, on the CPU, any size and number of points.
 *
 * @throws KinemetricError from `track`: `not-frames`, `too-few-frames`, `no-points`, `point-outside`, `closed`
 */
export async function openLucasKanade(options: LucasKanadeOptions = {}): Promise<Tracker> {
  const { cv } = await loadOpencv()
  const { window = 21, levels = 4, maximalReturnError = 1 } = options
  let closed = false
  return {
    id: 'lucas-kanade',
    digest: 'opencv-js-4.10.0',
    // `lost`: what becomes of points that cannot be followed. A change of it is another tracker to every cache and signature.
    settings: { window, levels, return: maximalReturnError, lost: 'neighbours-or-still' },
    track: async (frames, queries) => {
      if (closed) throw networkError('closed', 'lucas-kanade', 'the tracker is closed')
      checkClip('lucas-kanade', frames, queries)
      return track(cv, frames, queries, { window, levels, maximalReturnError })
    },
    close: async () => {
      closed = true
    },
  }
}

/** Lucas-Kanade as a card asks for it: there is nothing to choose. */
export const openAskedLucasKanade: NetworkOpener<'tracklets'> = async (_checkpoints, choice) => {
  requireKnown('lucas-kanade', { ...choice, ...choice.settings, settings: undefined }, [])
  return openLucasKanade()
}

function track(
  cv: OpenCv,
  frames: FrameArray,
  queries: readonly Query[],
  settings: Required<{ [K in keyof LucasKanadeOptions]: number }>,
): Tracklets {
  const [length, height, width] = frames.shape
  const count = queries.length
  const points = new Float32Array(count * length * 2)
  const visible = new Uint8Array(count * length)
  for (const [n, { t, x, y }] of queries.entries()) {
    points.set([x, y], 2 * (n * length + t))
    visible[n * length + t] = 1
  }
  const images = Array.from({ length }, () => new cv.Mat(height, width, cv.CV_8UC1))
  try {
    for (let t = 0; t < length; t++) images[t].data.set(greyFrame(frames, t))
    const move = (from: number, to: number): void => {
      const forwards = to > from
      const moving = [...queries.keys()].filter((n) => (forwards ? queries[n].t <= from : queries[n].t >= from))
      if (moving.length === 0) return
      const start = new Float32Array(moving.flatMap((n) => [at(n, from, 0), at(n, from, 1)]))
      const seen = Uint8Array.from(moving, (n) => visible[n * length + from])
      const step = stepPoints(cv, images[from], images[to], start, seen, settings)
      for (const [i, n] of moving.entries()) {
        const [x, y] = [step.points[2 * i], step.points[2 * i + 1]]
        // Beyond the border there is nothing to follow, and a step from there can lead anywhere.
        points.set([clamp(x, width - 1), clamp(y, height - 1)], 2 * (n * length + to))
        const inside = x >= 0 && y >= 0 && x <= width - 1 && y <= height - 1
        visible[n * length + to] = seen[i] & step.trusted[i] & (inside ? 1 : 0)
      }
    }
    const at = (n: number, t: number, axis: number): number => points[2 * (n * length + t) + axis]
    for (let t = 1; t < length; t++) move(t - 1, t)
    for (let t = length - 2; t >= 0; t--) move(t + 1, t)
  } finally {
    for (const image of images) image.delete()
  }
  return { points, visible, count, length }
}

/** Where points of one image are in the next, and which of the steps lead back. */
function stepPoints(
  cv: OpenCv,
  from: CvMat,
  to: CvMat,
  start: Float32Array,
  seen: Uint8Array,
  settings: Required<{ [K in keyof LucasKanadeOptions]: number }>,
): { points: Float32Array; trusted: Uint8Array } {
  const forth = flow(cv, from, to, start, settings)
  const back = flow(cv, to, from, forth.points, settings)
  const count = seen.length
  const trusted = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    const error = Math.hypot(back.points[2 * i] - start[2 * i], back.points[2 * i + 1] - start[2 * i + 1])
    trusted[i] = forth.found[i] && back.found[i] && error <= settings.maximalReturnError ? 1 : 0
  }
  return { points: carryLost(start, forth.points, trusted, seen), trusted }
}

/**
 * Replaces each untrusted step by the median step of the nearest trusted ones, axis by axis: those of visible points, else
 * of any, else none: the point stands still.
 */
function carryLost(start: Float32Array, end: Float32Array, trusted: Uint8Array, seen: Uint8Array): Float32Array {
  const followed = [...trusted.keys()].filter((i) => trusted[i] === 1)
  const visible = followed.filter((i) => seen[i] === 1)
  const carriers = visible.length > 0 ? visible : followed
  const points = end.slice()
  for (let i = 0; i < trusted.length; i++) {
    if (trusted[i] === 1) continue
    if (carriers.length === 0) {
      points.set(start.subarray(2 * i, 2 * i + 2), 2 * i)
      continue
    }
    const distance = (j: number): number => Math.hypot(start[2 * j] - start[2 * i], start[2 * j + 1] - start[2 * i + 1])
    // Array sorting is stable: ties go by index, so that the result is the same everywhere.
    const nearest = carriers.toSorted((a, b) => distance(a) - distance(b)).slice(0, CARRIERS)
    for (const axis of [0, 1]) {
      points[2 * i + axis] = start[2 * i + axis] + median(nearest.map((j) => end[2 * j + axis] - start[2 * j + axis]))
    }
  }
  return points
}

function clamp(value: number, largest: number): number {
  return Math.min(largest, Math.max(0, value))
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** One call of OpenCV's pyramidal Lucas-Kanade. */
function flow(
  cv: OpenCv,
  from: CvMat,
  to: CvMat,
  start: Float32Array,
  { window, levels }: { window: number; levels: number },
): { points: Float32Array; found: Uint8Array } {
  const count = start.length / 2
  const mats = [new cv.Mat(count, 1, cv.CV_32FC2), new cv.Mat(), new cv.Mat(), new cv.Mat()]
  const [before, after, status, error] = mats
  try {
    before.data32F.set(start)
    const criteria = new cv.TermCriteria(cv.TermCriteria_COUNT + cv.TermCriteria_EPS, 40, 0.003)
    cv.calcOpticalFlowPyrLK(
      from,
      to,
      before,
      after,
      status,
      error,
      new cv.Size(window, window),
      levels,
      criteria,
      0,
      1e-5,
    )
    return { points: after.data32F.slice(), found: status.data.slice() }
  } finally {
    for (const mat of mats) mat.delete()
  }
}

/** Luma of one frame, BT.601 weights in 1/2^14 as OpenCV rounds them. */
function greyFrame(frames: FrameArray, t: number): Uint8Array {
  const [, height, width] = frames.shape
  const [strideT, strideY, strideX, strideC] = frames.stride
  const { data } = frames
  const grey = new Uint8Array(height * width)
  for (let y = 0; y < height; y++) {
    let at = frames.offset + t * strideT + y * strideY
    for (let x = 0; x < width; x++, at += strideX) {
      grey[y * width + x] = (4899 * data[at] + 9617 * data[at + strideC] + 1868 * data[at + 2 * strideC] + 8192) >> 14
    }
  }
  return grey
}
