import type { Query, Tracklets } from './tracklets.ts'
import { networkError } from './network-error.ts'

/** What `tracks.json` holds: one row a point. */
export interface TracksFile {
  width: number
  height: number
  /** t, x, y of each point, pixels of the original frame. */
  queries: [t: number, x: number, y: number][]
  /** `[N][T]` x, y in pixels of the original frame. */
  tracks: [x: number, y: number][][]
  /** `[N][T]` */
  visible: (0 | 1)[][]
  /** What made them; absent in files that do not say. */
  tracker?: TracksMaker
}

/** The tracker behind tracks, with all that changes them. */
export interface TracksMaker {
  id: string
  digest: string
  settings: Readonly<Record<string, string | number>>
}

/**
 * The object that is written as `tracks.json`.
 *
 * Coordinates are rounded to a thousandth of a pixel, below any tracker's own noise, unless `exact`: whoever asks whether a point moves at all needs them as they
 * are.
 *
 * @throws KinemetricError `shape-mismatch` when there is not one query a tracklet
 */
export function tracksToJson(
  tracklets: Tracklets,
  queries: readonly Query[],
  size: { width: number; height: number },
  { exact = false, tracker }: { exact?: boolean; tracker?: TracksMaker } = {},
): TracksFile {
  const { count, length, points, visible } = tracklets
  if (queries.length !== count) {
    throw networkError('shape-mismatch', 'tracksToJson', {
      expected: `a query for each of ${count} tracklets`,
      found: String(queries.length),
    })
  }
  const written = exact ? shortest : round
  const tracks: [number, number][][] = []
  const seen: (0 | 1)[][] = []
  for (let n = 0; n < count; n++) {
    const path: [number, number][] = []
    const flags: (0 | 1)[] = []
    for (let t = 0; t < length; t++) {
      const at = n * length + t
      path.push([written(points[2 * at]), written(points[2 * at + 1])])
      flags.push(visible[at] === 0 ? 0 : 1)
    }
    tracks.push(path)
    seen.push(flags)
  }
  return {
    width: size.width,
    height: size.height,
    queries: queries.map(({ t, x, y }) => [t, x, y]),
    tracks,
    visible: seen,
    ...(tracker === undefined
      ? {}
      : { tracker: { id: tracker.id, digest: tracker.digest, settings: { ...tracker.settings } } }),
  }
}

/**
 * The tracklets and queries of a parsed `tracks.json`.
 *
 * @throws KinemetricError `bad-file`, naming the first thing that is not as expected
 */
export function tracksFromJson(value: unknown): {
  tracklets: Tracklets
  queries: Query[]
  width: number
  height: number
  tracker: TracksMaker | undefined
} {
  const file = object(value, 'tracks.json')
  const queries = queriesFromJson(value)
  const tracks = list(file.tracks, 'tracks')
  const visible = list(file.visible, 'visible')
  const count = queries.length
  const length = count === 0 ? 0 : list(tracks[0], 'tracks[0]').length
  const points = new Float32Array(count * length * 2)
  const flags = new Uint8Array(count * length)
  if (tracks.length !== count || visible.length !== count) {
    throw networkError('bad-file', 'tracks.json', {
      expected: `${count} rows as queries has`,
      found: `${tracks.length} of tracks, ${visible.length} of visible`,
    })
  }
  for (let n = 0; n < count; n++) {
    const path = list(tracks[n], `tracks[${n}]`, length)
    const row = list(visible[n], `visible[${n}]`, length)
    for (let t = 0; t < length; t++) {
      const [x, y] = list(path[t], `tracks[${n}][${t}]`, 2)
      points[2 * (n * length + t)] = number(x, `tracks[${n}][${t}][0]`)
      points[2 * (n * length + t) + 1] = number(y, `tracks[${n}][${t}][1]`)
      flags[n * length + t] = row[t] ? 1 : 0
    }
  }
  return {
    tracklets: { points, visible: flags, count, length },
    queries,
    width: number(file.width, 'width'),
    height: number(file.height, 'height'),
    tracker: file.tracker === undefined ? undefined : makerFrom(file.tracker),
  }
}

function makerFrom(value: unknown): TracksMaker {
  const { id, digest, settings } = object(value, 'tracker')
  if (typeof id !== 'string' || typeof digest !== 'string')
    throw networkError('bad-file', 'tracks.json', { expected: 'a tracker with id and digest', found: describe(value) })
  const known = Object.entries(object(settings ?? {}, 'tracker.settings')).flatMap(
    ([name, each]): [string, string | number][] =>
      typeof each === 'string' || typeof each === 'number' ? [[name, each]] : [],
  )
  return { id, digest, settings: Object.fromEntries(known) }
}

/**
 * The queries of a parsed `points.json`: `{ "queries": [[t, x, y], …] }`, pixels of the original frame.
 *
 * @throws KinemetricError `bad-file`
 */
export function queriesFromJson(value: unknown): Query[] {
  return list(object(value, 'points.json').queries, 'queries').map((row, index) => {
    const [t, x, y] = list(row, `queries[${index}]`, 3)
    return {
      t: number(t, `queries[${index}][0]`),
      x: number(x, `queries[${index}][1]`),
      y: number(y, `queries[${index}][2]`),
    }
  })
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

/** As few digits as give the same number in 32 bits. */
function shortest(value: number): number {
  return Number(Math.fround(value).toPrecision(9))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function object(value: unknown, where: string): Record<string, unknown> {
  if (isRecord(value)) return value
  throw networkError('bad-file', where, { expected: 'an object', found: describe(value) })
}

function list(value: unknown, where: string, length?: number): unknown[] {
  if (Array.isArray(value) && (length === undefined || value.length === length)) return value
  const expected = length === undefined ? 'a list' : `a list of ${length}`
  throw networkError('bad-file', where, { expected, found: describe(value) })
}

function number(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw networkError('bad-file', where, { expected: 'a number', found: describe(value) })
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value).slice(0, 40)
}
