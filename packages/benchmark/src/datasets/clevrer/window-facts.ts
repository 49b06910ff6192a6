import { type BinaryMask, type MaskExtent, maskExtent } from '@kinemetric/video'
import { type DriverPair, driverPairs, forceFrom, type Reached } from '../probe/force.ts'
import { type ClipGeometry, maskInClip } from '../probe/mask-in-clip.ts'
import { type TrackFacts, trackFacts } from '../probe/track-facts.ts'
import { type ClevrerScene, nameOf } from './annotation.ts'
import { driverPlane, type PaintedDriver, paintedDrivers } from './control.ts'
import { type Colour, driverColours } from './driver-colours.ts'
import type { ObjectMasks } from './proposals.ts'
import type { SceneMasks } from './scene-masks.ts'
import type { SceneWindow } from './scene-window.ts'

/** How a window becomes a clip. */
export interface ClipRules {
  readonly geometry: ClipGeometry
  readonly colours: 'palette' | 'object'
  readonly gap: 'empty' | 'hold'
}

/** An object in a window, measured in the clip's frames. */
export interface ObjectFacts extends TrackFacts {
  readonly id: number
  readonly name: string
}

/** All that is known of a window, in the clip's frames. */
export interface WindowFacts {
  readonly window: SceneWindow
  readonly colours: ReadonlyMap<number, Colour>
  /** By driver: pixels that the control signal has of it in each frame. */
  readonly controlArea: ReadonlyMap<number, readonly number[]>
  /** Frames of the clip in which a driver is inside the view and has no mask. */
  readonly gaps: number
  readonly objects: readonly ObjectFacts[]
  readonly reached: ReadonlyMap<number, Reached>
  readonly pairs: readonly DriverPair[]
  /** By source frame: what the control signal is painted with. Drivers are numbered in the order of `colours`. */
  readonly painted: ReadonlyMap<number, readonly PaintedDriver[]>
}

/** @throws KinemetricError of kind `unfit` for masks that cannot be decoded, see `SceneMasks`, and as `driverColours` */
export function windowFacts(
  scene: ClevrerScene,
  masks: ObjectMasks,
  decoded: SceneMasks,
  window: SceneWindow,
  { geometry, colours: how, gap }: ClipRules,
): WindowFacts {
  const { drivers, uncontrolled, sourceFrames, collisions, start } = window
  const colours = driverColours(scene, masks, window, how)
  const order = [...colours.keys()]
  const painted = new Map(sourceFrames.map((frame) => [frame, paintedDrivers(scene, masks, order, frame, gap)]))
  const counts = [...painted.values()].map((each) =>
    countsOf(maskInClip(driverPlane(each, decoded), geometry), order.length),
  )
  const extentAt = (id: number, frame: number): MaskExtent | undefined => {
    const proposal = masks.frames[frame].get(id)
    return proposal && maskExtent(maskInClip(decoded.decode(proposal), geometry))
  }
  const missing = masks.missing.filter(([frame, id]) => drivers.includes(id) && sourceFrames.includes(frame))
  return {
    window,
    colours,
    controlArea: new Map(order.map((id, index) => [id, counts.map((count) => count[index + 1])])),
    gaps: missing.length,
    objects: scene.objects.map((object) => ({
      id: object.id,
      name: nameOf(object),
      ...trackFacts(sourceFrames.map((frame) => extentAt(object.id, frame))),
    })),
    reached: forceFrom(drivers, collisions, start),
    pairs: driverPairs(drivers, uncontrolled, collisions, start).map((pair) => sharedColour(pair, colours) ?? pair),
    painted,
  }
}

/** Where two drivers are painted alike, a pair cannot take out one of them. */
function sharedColour(pair: DriverPair, colours: ReadonlyMap<number, Colour>): DriverPair | undefined {
  const own = colours.get(pair.driver)?.join()
  const [other] = [...colours].find(([id, colour]) => id !== pair.driver && colour.join() === own) ?? []
  return other === undefined
    ? undefined
    : { driver: pair.driver, excluded: `is painted in the same colour as driver ${other}` }
}

function countsOf({ inside }: BinaryMask, numbers: number): number[] {
  const counts = Array.from({ length: numbers + 1 }, () => 0)
  for (const number of inside) counts[number]++
  return counts
}
