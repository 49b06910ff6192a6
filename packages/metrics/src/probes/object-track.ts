import type { Tracklets } from '@kinemetric/networks'
import type { ProbeTrack } from '@kinemetric/records'

/** Of an object where it went from its place at frame 0, a frame: [dx, dy] in pixels; null where nothing of it is seen, or frame 0 shows nothing. */
export type Displacements = ProbeTrack

/** Share of an object's points that have to be visible: of fewer nobody can say that they are the object's and not what covers it. */
const FEWEST_SEEN = 0.25

/**
 * One point a frame of many tracked on an object: the middle of where they begin, and from there the median way, x and y apart, of those that are visible. The
 * median of their places would jump where other points are seen than before, although none of them moves.
 * @returns `[T]` [x, y] in pixels; null where less than a quarter of them is visible
 */
export function medianTrack({ points, visible, count, length }: Tracklets): ProbeTrack {
  const all = Array.from({ length: count }, (_, n) => n)
  const begin = ([0, 1] as const).map((axis) => median(all.map((n) => points[2 * n * length + axis])))
  return Array.from({ length }, (_, t) => {
    const seen = all.filter((n) => visible[n * length + t] !== 0)
    if (seen.length === 0 || seen.length < FEWEST_SEEN * count) return null
    const way = (axis: 0 | 1) =>
      median(seen.map((n) => points[2 * (n * length + t) + axis] - points[2 * n * length + axis]))
    return [begin[0] + way(0), begin[1] + way(1)]
  })
}

/** d(t) = c(t) − c(0) of a track c. */
export function displacementsOf(track: ProbeTrack): Displacements {
  const [origin = null] = track
  return track.map((point) => (point === null || origin === null ? null : [point[0] - origin[0], point[1] - origin[1]]))
}

/** The first frame from 1 on that is further than `delta` from frame 0; null where none is. */
export function onsetOfDisplacements(displacements: Displacements, delta: number): number | null {
  const onset = displacements.findIndex((d, t) => t > 0 && d !== null && lengthOf(d) > delta)
  return onset === -1 ? null : onset
}

/** The longest of the displacements; 0 where there is none. */
export function furthest(displacements: Displacements): number {
  return displacements.reduce((most, d) => (d === null ? most : Math.max(most, lengthOf(d))), 0)
}

/** The displacement at a frame, or at the last one before it that has one; null where there is none. */
export function latestAt(displacements: Displacements, frame: number): readonly [number, number] | null {
  for (let t = Math.min(frame, displacements.length - 1); t >= 0; t--) {
    const d = displacements[t]
    if (d !== null) return d
  }
  return null
}

/** a − b, frame by frame; null where either is. */
export function differenceOf(a: Displacements, b: Displacements): Displacements {
  return a.map((d, t) => {
    const other = b.at(t) ?? null
    return d === null || other === null ? null : [d[0] - other[0], d[1] - other[1]]
  })
}

/** The angle between two directions in degrees, 0..180; null where one of them has no length. */
export function angleBetween(a: readonly [number, number], b: readonly [number, number]): number | null {
  if (lengthOf(a) === 0 || lengthOf(b) === 0) return null
  return (Math.abs(Math.atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1])) * 180) / Math.PI
}

export function lengthOf([x, y]: readonly [number, number]): number {
  return Math.hypot(x, y)
}

/** The middle value; of an even number the mean of the two in the middle, as numpy has it. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}
