import type { ProbePair, ProbeTrack } from '@kinemetric/records'

/** Two objects that touch, at a source frame. */
export interface Hit<Id> {
  readonly frame: number
  readonly objects: readonly [Id, Id]
}

/** Of an object that force reaches: how many hits after a driver, and at which source frame. */
export interface Reached {
  readonly depth: number
  readonly frame: number
}

/**
 * How force goes on from drivers through a window's collisions, taken in order: who is hit by an object that has a depth and has none gets one more. Drivers have
 * depth 0 from the window's first frame on. Objects that nothing reaches are not in the answer.
 * @param closed objects that pass nothing on and are not reached
 */
export function forceFrom<Id extends string | number>(
  drivers: readonly Id[],
  collisions: readonly Hit<Id>[],
  start: number,
  closed: readonly Id[] = [],
): Map<Id, Reached> {
  const reached = new Map<Id, Reached>(drivers.map((id) => [id, { depth: 0, frame: start }]))
  for (const { frame, objects } of collisions) {
    const [a, b] = objects
    for (const [from, to] of [
      [a, b],
      [b, a],
    ]) {
      const source = reached.get(from)
      if (source === undefined || reached.has(to) || closed.includes(to)) continue
      reached.set(to, { depth: source.depth + 1, frame })
    }
  }
  return reached
}

/** What taking one driver out of the control signal changes. */
export type DriverPair<Id extends string | number = number> =
  | { readonly driver: Id; readonly excluded: string }
  | {
      readonly driver: Id
      readonly excluded: null
      /** What this driver alone reaches, with the source frame, and the other drivers that reach it later. */
      readonly affected: readonly {
        readonly id: Id
        readonly frame: number
        readonly laterAlso: readonly Id[]
      }[]
      readonly unaffected: readonly Id[]
    }

/**
 * Each driver with what it alone reaches, through collisions in order and never through another driver. One that collides with another driver is excluded: that
 * one's path, which stays in the control signal, still shows the hit.
 * @param uncontrolled objects in view at the first frame: only they are affected or not
 */
export function driverPairs<Id extends string | number>(
  drivers: readonly Id[],
  uncontrolled: readonly Id[],
  collisions: readonly Hit<Id>[],
  start: number,
): DriverPair<Id>[] {
  const alone = new Map(
    drivers.map((driver) => [
      driver,
      forceFrom(
        [driver],
        collisions,
        start,
        drivers.filter((other) => other !== driver),
      ),
    ]),
  )
  return drivers.map((driver) => {
    const others = drivers.filter((other) => other !== driver)
    const hit = collisions.find(({ objects }) => objects.includes(driver) && others.some((id) => objects.includes(id)))
    if (hit !== undefined) {
      const other = hit.objects[0] === driver ? hit.objects[1] : hit.objects[0]
      return { driver, excluded: `collides with driver ${other} at source frame ${hit.frame}` }
    }
    const affected = uncontrolled.flatMap((id) => {
      const frame = alone.get(driver)?.get(id)?.frame
      if (frame === undefined) return []
      const laterAlso = others.filter((other) => (alone.get(other)?.get(id)?.frame ?? -Infinity) > frame)
      return [{ id, frame, laterAlso }]
    })
    const ids = new Set(affected.map(({ id }) => id))
    return { driver, excluded: null, affected, unaffected: uncontrolled.filter((id) => !ids.has(id)) }
  })
}

/**
 * A pair as a probe scene has it.
 * @param sourceFrames of the clip
 * @param truth what happens without the driver, by object; null where nobody knows
 */
export function probePair<Id extends string | number>(
  pair: DriverPair<Id>,
  sourceFrames: readonly number[],
  truth: ProbePair['truth'],
): ProbePair {
  const { driver, excluded } = pair
  const without = String(driver)
  if (excluded !== null) return { without, excluded, affected: [], unaffected: [], truth }
  const affected = pair.affected.map(({ id, frame, laterAlso }) => ({
    object: String(id),
    sourceFrame: frame,
    outputFrame: outputFrame(sourceFrames, frame),
    laterAlso: laterAlso.map(String),
  }))
  return { without, excluded, affected, unaffected: pair.unaffected.map(String), truth }
}

/** The first frame of the clip at or after a source frame. */
export function outputFrame(sourceFrames: readonly number[], frame: number): number {
  return sourceFrames.findIndex((each) => each >= frame)
}

/** How far an object of that many pixels may go and still count as unmoved, pixels: a tenth of its side. */
export function deltaOf(area: number): number {
  return 0.1 * Math.sqrt(area)
}

/** The first frame from 1 on at which a track is further than `delta` from its place at frame 0; null where it never is, or begins nowhere. */
export function onsetOf(track: ProbeTrack, delta: number): number | null {
  const [origin] = track
  if (origin === null) return null
  const onset = track.findIndex(
    (point, t) => t > 0 && point !== null && Math.hypot(point[0] - origin[0], point[1] - origin[1]) > delta,
  )
  return onset === -1 ? null : onset
}
