import type { ProbeNotes, ProbePairRow, ProbeScene, ProbeTrack } from '@kinemetric/records'
import { metricError } from '../recipes/metric-error.ts'
import type { ClipProbe } from '../spec/need.ts'
import { objectMotion } from './object-motion.ts'
import { type Displacements, displacementsOf, medianTrack } from './object-track.ts'
import { expectedDifference, pairEffect } from './pair-effect.ts'

/**
 * Everything that probes find of a clip: each uncontrolled object in view at frame 0 against the truth, and each pair of videos with and without a driver.
 * @throws KinemetricError as `objectMotion`
 */
export function probeClip({ scene, fps, objects, pairs, missingPairs }: ClipProbe): ProbeNotes {
  const tracks = new Map(
    objects.map(({ object, generated, reference }) => [
      object,
      { generated: medianTrack(generated), reference: medianTrack(reference) },
    ]),
  )
  const scored = scene.objects.flatMap((object) => {
    const own = tracks.get(object.id)
    return own === undefined || object.role !== 'uncontrolled' || object.delta === null
      ? []
      : [{ object, delta: object.delta, own }]
  })
  requireFrames(scene, scored)
  return {
    objects: scored.map(({ object, delta, own }) => {
      const generated = objectMotion(object.track, own.generated, { delta, fps })
      const tracked = objectMotion(object.track, own.reference, { delta, fps })
      return {
        object: object.id,
        name: object.name,
        delta,
        depth: object.depth,
        moved: generated.moved.truth,
        onset: generated.onset.truth,
        truth: object.track,
        generated: { ...generated, moved: generated.moved.generated, onset: generated.onset.generated },
        tracked: { ...tracked, moved: tracked.moved.generated, onset: tracked.onset.generated },
        track: own.generated,
      }
    }),
    pairs: pairs.flatMap((pair) => pairRows(scene, pair, scored)),
    missingPairs: missingPairs.map((pair) => ({
      ...pair,
      driver: nameOf(scene, pair.without),
      ...askedOf(
        scene,
        pair.without,
        scored.map(({ object }) => object.id),
      ),
    })),
  }
}

interface ScoredObject {
  object: ProbeScene['objects'][number]
  delta: number
  own: { generated: ProbeTrack; reference: ProbeTrack }
}

function pairRows(
  scene: ProbeScene,
  { without, objects }: ClipProbe['pairs'][number],
  scored: readonly ScoredObject[],
): ProbePairRow[] {
  const pair = scene.pairs.find((each) => each.without === without && each.excluded === null)
  if (pair === undefined) return []
  const affected = new Map(pair.affected.map((each) => [each.object, each]))
  const unaffected = new Set(pair.unaffected)
  const trackedInB = new Map(objects.map(({ object, generated }) => [object, medianTrack(generated)]))
  const trueInB = new Map(
    objects.flatMap(({ object, reference }) => (reference === undefined ? [] : [[object, medianTrack(reference)]])),
  )
  return scored.flatMap(({ object, delta, own }) => {
    const b = trackedInB.get(object.id)
    const hit = affected.get(object.id)
    if (b === undefined || (hit === undefined && !unaffected.has(object.id))) return []
    const truth = displacementsOf(object.track)
    const known = pair.truth !== null && Object.hasOwn(pair.truth, object.id)
    const trueB = known ? displacementsOf(pair.truth?.[object.id] ?? []) : undefined
    const reach = hit?.outputFrame
    const expected = reach === undefined ? undefined : expectedDifference(truth, reach, delta, trueB)
    const of = { delta, reach, expected }
    const withoutIt = trueWithout(truth, expected, trueB)
    const seen = trueInB.get(object.id)
    // Nothing that the driver never reaches does otherwise without it: the tracker sees the same pictures.
    const trackedB =
      seen !== undefined ? displacementsOf(seen) : hit === undefined ? displacementsOf(own.reference) : withoutIt
    return [
      {
        without,
        driver: nameOf(scene, without),
        object: object.id,
        name: object.name,
        delta,
        kind: hit === undefined ? ('unaffected' as const) : hit.laterAlso.length > 0 ? ('also' as const) : 'affected',
        reach: reach ?? null,
        known,
        generated: pairEffect(displacementsOf(own.generated), displacementsOf(b), of),
        tracked: pairEffect(displacementsOf(own.reference), trackedB, of),
        track: b,
        truth: placed(withoutIt, object.track[0]),
      },
    ]
  })
}

/** Where the object goes in the truth without the driver: as known, as expected, or, of an object that the driver never reaches, as with it. */
function trueWithout(
  truth: Displacements,
  expected: Displacements | undefined,
  known: Displacements | undefined,
): Displacements {
  if (known !== undefined) return known
  if (expected === undefined) return truth
  return truth.map((d, t) => {
    const e = expected[t]
    return d === null || e === null ? null : [d[0] - e[0], d[1] - e[1]]
  })
}

/** How many of the tracked objects a pair asks about. */
function askedOf({ pairs }: ProbeScene, without: string, scored: readonly string[]) {
  const pair = pairs.find((each) => each.without === without)
  const affected = (pair?.affected ?? []).filter(
    ({ object, laterAlso }) => laterAlso.length === 0 && scored.includes(object),
  )
  const unaffected = (pair?.unaffected ?? []).filter((object) => scored.includes(object))
  return { affected: affected.length, unaffected: unaffected.length }
}

/** Displacements as places again. */
function placed(displacements: Displacements, origin: ProbeTrack[number]): ProbeTrack {
  return displacements.map((d) => (d === null || origin === null ? null : [origin[0] + d[0], origin[1] + d[1]]))
}

function nameOf({ objects }: ProbeScene, id: string): string {
  return objects.find((object) => object.id === id)?.name ?? id
}

/** A generated video of another length was tracked against another scene. */
function requireFrames({ sourceFrames }: ProbeScene, scored: readonly ScoredObject[]): void {
  const other = scored.find(({ own }) => own.generated.length !== sourceFrames.length)
  if (other !== undefined)
    throw metricError('shape-mismatch', 'probes', {
      expected: `tracks of the scene's ${sourceFrames.length} frames`,
      found: `${other.own.generated.length}`,
    })
}
