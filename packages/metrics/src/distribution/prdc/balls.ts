import type { FeatureRows } from '../../features/feature-rows.ts'
import { groupByClip } from '../../intervals/units/clip-groups.ts'
import { type NearestRows, radiusWithout } from '../neighbours/nearest-rows.ts'
import type { BallRule } from './prdc-recipe.ts'

/** The balls around the rows of one side, and the rows of the other (points) that are in them or would be without some unit. */
export interface Balls {
  rule: BallRule
  nearest: NearestRows
  /** Of the centres' units and the points'; `groupOfRow` and how many. */
  centreUnits: Units
  pointUnits: Units
  /** `[centres]`, and how far each ball would reach at most without one unit. */
  radii: Float64Array
  reaches: Float64Array
  /** Balls around each point, points in each ball, and all of them. */
  ballsOfPoint: Uint32Array
  pointsOfBall: Uint32Array
  inside: number
  /** The pairs within reach; undefined where there are too many to hold, or lists of neighbours were not long enough. */
  pairs: { centres: number[]; points: number[]; distances: number[] } | undefined
}

export interface Units {
  groupOfRow: Int32Array
  units: number
}

/** Most rows of a unit whose neighbours are listed, so that the unit can be left out. */
const MOST_ROWS_OF_UNIT = 64
/** 24 bytes each. */
const MOST_PAIRS = 4_000_000

/** Units of a side, and how many neighbours of each of its rows have to be known: enough for leaving out any of its units. */
export function unitsOf(side: FeatureRows, k: number): Units & { count: number; complete: boolean } {
  const { groupOfRow, ids } = groupByClip(side)
  const sizes = new Uint32Array(ids.length)
  for (const group of groupOfRow) sizes[group]++
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0)
  const complete = largest <= MOST_ROWS_OF_UNIT
  return { groupOfRow, units: ids.length, count: k + 1 + (complete ? largest : 0), complete }
}

/** Balls without any point yet. */
export function emptyBalls(
  rule: BallRule,
  nearest: NearestRows,
  centreUnits: Units & { complete: boolean },
  pointUnits: Units,
): Balls {
  const { rows, count, distances } = nearest
  const { k } = rule
  const none = centreUnits.groupOfRow
  const radii = Float64Array.from({ length: rows }, (_, i) => radiusWithout(nearest, i, k, none, -1))
  // The list ends where the largest unit can push the radius: what lies beyond it no unit's absence brings in.
  const reaches = Float64Array.from({ length: rows }, (_, i) => lastFinite(distances, i * count, (i + 1) * count))
  return {
    rule,
    nearest,
    centreUnits,
    pointUnits,
    radii,
    reaches,
    ballsOfPoint: new Uint32Array(pointUnits.groupOfRow.length),
    pointsOfBall: new Uint32Array(rows),
    inside: 0,
    pairs: centreUnits.complete ? { centres: [], points: [], distances: [] } : undefined,
  }
}

function lastFinite(values: Float64Array, start: number, end: number): number {
  let at = end - 1
  while (at > start && values[at] === Infinity) at--
  return values[at]
}

/** Takes in one pair of a centre and a point. */
export function addPair(balls: Balls, centre: number, point: number, distance: number): void {
  if (distance > balls.reaches[centre]) return
  if (isInside(balls.rule, distance, balls.radii[centre])) {
    balls.inside++
    balls.ballsOfPoint[point]++
    balls.pointsOfBall[centre]++
  }
  const { pairs } = balls
  if (pairs === undefined) return
  if (pairs.centres.length >= MOST_PAIRS) {
    balls.pairs = undefined
    return
  }
  pairs.centres.push(centre)
  pairs.points.push(point)
  pairs.distances.push(distance)
}

/** Whether a point at that distance is in a ball of that radius. */
export function isInside({ edge }: BallRule, distance: number, radius: number): boolean {
  return edge === 'inside' ? distance <= radius : distance < radius
}

/** What is in which ball: counts that all four numbers are made of. */
export interface Counts {
  points: number
  centres: number
  /** Points in any ball, balls with any point, and pairs of both. */
  pointsInside: number
  centresHit: number
  inside: number
}

/** The counts of all rows. */
export function countsOf({ ballsOfPoint, pointsOfBall, inside }: Balls): Counts {
  return {
    points: ballsOfPoint.length,
    centres: pointsOfBall.length,
    pointsInside: positive(ballsOfPoint),
    centresHit: positive(pointsOfBall),
    inside,
  }
}

function positive(counts: Uint32Array): number {
  let found = 0
  for (const count of counts) if (count > 0) found++
  return found
}
