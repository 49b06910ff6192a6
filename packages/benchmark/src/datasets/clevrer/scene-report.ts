import type { ProbeObject, ProbeScene, ProbeTrack } from '@kinemetric/records'
import { maskExtent } from '@kinemetric/video'
import { outputFrame, probePair } from '../probe/force.ts'
import { type ClevrerScene, type Collision, entriesOf } from './annotation.ts'
import type { ObjectMasks } from './proposals.ts'
import type { SceneMasks } from './scene-masks.ts'
import type { WindowFacts } from './window-facts.ts'

/** What really happens without a driver. */
export interface Counterfactual {
  readonly collisions: readonly Collision[]
  /** By object, in the clip's frames. */
  readonly tracks: ReadonlyMap<number, ProbeTrack>
}

/** What prepare.json says of a scene. Keys of maps are ids of objects; frames are the source's. */
export function sceneReport(scene: ClevrerScene, masks: ObjectMasks, starts: readonly number[]) {
  return {
    enters: Object.fromEntries(entriesOf(scene)),
    collisions: collisionRows(scene.collisions),
    firstCollision: scene.collisions.at(0)?.frame ?? null,
    /** First, last, count. */
    validStarts: [starts.at(0) ?? null, starts.at(-1) ?? null, starts.length],
    unmatchedProposals: masks.unmatched,
    repeatedProposals: masks.repeated,
    missingWhileInside: masks.missing,
  }
}

/** What prepare.json says of a clip's window. Places and areas are of the clip's frames. */
export function windowReport(facts: WindowFacts, counterfactuals: ReadonlyMap<number, Counterfactual>) {
  const { window, controlArea, objects, reached, pairs } = facts
  const seen = objects.filter(({ delta }) => delta !== null)
  return {
    start: window.start,
    sourceFrames: window.sourceFrames,
    drivers: window.drivers,
    uncontrolled: window.uncontrolled,
    depth: Object.fromEntries([...reached].map(([id, { depth }]) => [id, depth])),
    reachedAt: Object.fromEntries([...reached].map(([id, { frame }]) => [id, frame])),
    controlArea: Object.fromEntries(controlArea),
    tracks: Object.fromEntries(objects.map(({ id, track }) => [id, track])),
    delta: Object.fromEntries(seen.map(({ id, delta }) => [id, delta])),
    moved: Object.fromEntries(seen.map(({ id, onset }) => [id, onset])),
    pairs: Object.fromEntries(
      pairs.map((pair) => {
        const without = counterfactuals.get(pair.driver)
        const known = without === undefined ? {} : { collisionsWithout: collisionRows(without.collisions) }
        if (pair.excluded !== null) return [pair.driver, { excluded: pair.excluded, ...known }]
        const affected = pair.affected.map(({ id, frame }) => [
          id,
          { sourceFrame: frame, outputFrame: outputFrame(window.sourceFrames, frame) },
        ])
        return [pair.driver, { affected: Object.fromEntries(affected), unaffected: pair.unaffected, ...known }]
      }),
    ),
  }
}

/** Native masks of some source frames, measured. */
export function maskReport(scene: ClevrerScene, masks: ObjectMasks, { decode }: SceneMasks, at: readonly number[]) {
  return at.flatMap((frame) =>
    scene.objects.flatMap(({ id }) => {
      const proposal = masks.frames.at(frame)?.get(id)
      return proposal === undefined ? [] : [{ frame, object: id, ...maskExtent(decode(proposal)) }]
    }),
  )
}

/** The same window for probes. */
export function probeScene(facts: WindowFacts, counterfactuals: ReadonlyMap<number, Counterfactual>): ProbeScene {
  const { window, colours, objects, reached, pairs } = facts
  const roleOf = (id: number): ProbeObject['role'] => {
    if (window.drivers.includes(id)) return 'driver'
    return window.uncontrolled.includes(id) ? 'uncontrolled' : 'absent'
  }
  return {
    schema: 'kinemetric/probe-scene@1',
    sourceFrames: [...window.sourceFrames],
    objects: objects.map(({ id, name, track, area, delta, onset }) => {
      const role = roleOf(id)
      const colour = colours.get(id)
      return {
        id: String(id),
        name,
        role,
        colour: colour === undefined ? null : [...colour],
        mask: role === 'uncontrolled' && area > 0 ? name : null,
        area,
        delta,
        track,
        onset,
        depth: reached.get(id)?.depth ?? null,
        reachedAt: reached.get(id)?.frame ?? null,
      }
    }),
    collisions: window.collisions.map(({ frame, objects: [a, b] }) => ({ frame, objects: [String(a), String(b)] })),
    pairs: pairs.map((pair) => {
      const without = counterfactuals.get(pair.driver)
      const tracks = without && Object.fromEntries([...without.tracks].map(([id, track]) => [String(id), track]))
      return probePair(pair, window.sourceFrames, tracks ?? null)
    }),
  }
}

function collisionRows(collisions: readonly Collision[]): (readonly number[])[] {
  return collisions.map(({ frame, objects }) => [frame, ...objects])
}
