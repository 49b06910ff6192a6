import { radiusWithout } from '../neighbours/nearest-rows.ts'
import { type Balls, type Counts, countsOf, isInside } from './balls.ts'

/** The counts without one unit of the centres' side, of the points', or of both (−1: none); undefined where too few centres are left for a ball. */
export type LeavingOut = (centreUnit: number, pointUnit: number) => Counts | undefined

/**
 * Counts without any unit, every ball being drawn again of what is left. What changes is little: the balls of the unit itself, those that it was a near
 * neighbour of, and the pairs of its points; that is counted, and taken back.
 *
 * @returns undefined where the pairs are not held
 */
export function leavingOut(balls: Balls): LeavingOut | undefined {
  const { rule, nearest, pairs, radii, centreUnits, pointUnits } = balls
  if (pairs === undefined) return undefined
  const { centres, points, distances } = pairs
  const all = countsOf(balls)
  const byCentre = grouped(centres, all.centres)
  const byPoint = grouped(points, all.points)
  const rowsOfCentreUnit = grouped(centreUnits.groupOfRow, centreUnits.units)
  const rowsOfPointUnit = grouped(pointUnits.groupOfRow, pointUnits.units)
  const touched = touchedCentres(balls)
  const changes = new Changes(balls, all)
  const { groupOfRow: unitOfCentre } = centreUnits
  const { groupOfRow: unitOfPoint } = pointUnits
  return (centreUnit, pointUnit) => {
    const gone = centreUnit < 0 ? NONE : rowsOfCentreUnit(centreUnit)
    const pointsGone = pointUnit < 0 ? NONE : rowsOfPointUnit(pointUnit)
    const [centresLeft, pointsLeft] = [all.centres - gone.length, all.points - pointsGone.length]
    if (centresLeft < rule.k + 1 || pointsLeft === 0) return undefined
    const redrawn = new Set<number>(gone)
    if (centreUnit >= 0) for (const centre of touched[centreUnit] ?? []) redrawn.add(centre)
    for (const centre of redrawn) {
      const own = unitOfCentre[centre] === centreUnit
      const radius = own ? -1 : radiusWithout(nearest, centre, rule.k, unitOfCentre, centreUnit)
      for (const pair of byCentre(centre)) {
        const before = isInside(rule, distances[pair], radii[centre])
        const after = !own && unitOfPoint[points[pair]] !== pointUnit && isInside(rule, distances[pair], radius)
        if (before !== after) changes.make(centre, points[pair], after ? 1 : -1)
      }
    }
    for (const point of pointsGone)
      for (const pair of byPoint(point)) {
        const centre = centres[pair]
        if (!redrawn.has(centre) && isInside(rule, distances[pair], radii[centre])) changes.make(centre, point, -1)
      }
    return { ...changes.takeBack(), centres: centresLeft, points: pointsLeft }
  }
}

const NONE = new Int32Array(0)

/** Changes to what is in which ball, and the counts under them. */
class Changes {
  readonly #ballsOfPoint: Uint32Array
  readonly #pointsOfBall: Uint32Array
  readonly #all: Counts
  readonly #made: number[] = []
  #now: Counts

  constructor({ ballsOfPoint, pointsOfBall }: Balls, all: Counts) {
    this.#ballsOfPoint = ballsOfPoint.slice()
    this.#pointsOfBall = pointsOfBall.slice()
    this.#all = all
    this.#now = { ...all }
  }

  make(centre: number, point: number, change: 1 | -1): void {
    this.#now.inside += change
    this.#now.pointsInside += step(this.#ballsOfPoint, point, change)
    this.#now.centresHit += step(this.#pointsOfBall, centre, change)
    this.#made.push(centre, point, change)
  }

  /** The counts with all changes, which are then as if they had not been made. */
  takeBack(): Counts {
    const changed = this.#now
    for (let at = 0; at < this.#made.length; at += 3) {
      this.#pointsOfBall[this.#made[at]] -= this.#made[at + 2]
      this.#ballsOfPoint[this.#made[at + 1]] -= this.#made[at + 2]
    }
    this.#made.length = 0
    this.#now = { ...this.#all }
    return changed
  }
}

/** Changes a count; what that does to how many are above 0. */
function step(counts: Uint32Array, at: number, change: 1 | -1): number {
  const before = counts[at] > 0 ? 1 : 0
  counts[at] += change
  return (counts[at] > 0 ? 1 : 0) - before
}

/** Of each unit the centres that have it among the rows that decide their radius. */
function touchedCentres({ nearest, rule, centreUnits }: Balls): (number[] | undefined)[] {
  const touched: (number[] | undefined)[] = []
  for (let centre = 0; centre < nearest.rows; centre++)
    for (let at = centre * nearest.count; at <= centre * nearest.count + rule.k; at++) {
      const unit = centreUnits.groupOfRow[nearest.indices[at]]
      const list = (touched[unit] ??= [])
      if (list.at(-1) !== centre) list.push(centre)
    }
  return touched
}

/** Positions by the number that stands there. */
function grouped(numbers: ArrayLike<number>, count: number): (number: number) => Int32Array {
  const starts = new Int32Array(count + 1)
  for (let at = 0; at < numbers.length; at++) starts[numbers[at] + 1]++
  for (let each = 0; each < count; each++) starts[each + 1] += starts[each]
  const next = starts.slice()
  const places = new Int32Array(numbers.length)
  for (let at = 0; at < numbers.length; at++) places[next[numbers[at]]++] = at
  return (number) => places.subarray(starts[number], starts[number + 1])
}
