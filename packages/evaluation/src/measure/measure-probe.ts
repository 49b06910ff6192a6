import type { Protocol } from '@kinemetric/benchmark'
import type { ClipProbe, PointKind } from '@kinemetric/metrics'
import type { Tracker, Tracklets } from '@kinemetric/networks'
import type { ProbeScene } from '@kinemetric/records'
import { hashFrames, readFrames } from '@kinemetric/video'
import type { ClipPair } from '../clips/clip-pair.ts'
import type { NeedUse } from '../journal/journal-identity.ts'
import type { Measurement } from '../journal/measurement.ts'
import type { MetricName } from '../plan/metric-name.ts'
import type { FeatureCache } from '../store/feature-cache.ts'
import { hideCovered } from './objects/hide-covered.ts'
import { measuredValues } from './measured-values.ts'
import type { Measurer } from './measurer.ts'
import { metricFailures, withReference } from './metric-failures.ts'
import { type ObjectPoints, objectPoints } from './objects/object-points.ts'
import { pointTracker, skippedObject, trackObjects, type TrackPoints } from './objects/track-objects.ts'

/** Probes: tracks the uncontrolled objects of a scene through the clip, its reference, and the clip's pairs without a driver. */
export function probeMeasurer(
  use: NeedUse,
  names: readonly MetricName[],
  points: PointKind,
  tracker: Tracker,
  { protocol, provider, cache }: { protocol: Protocol; provider: string; cache: FeatureCache },
): Measurer {
  const track = pointTracker(tracker, { provider, cache })
  const measure = async (pair: ClipPair): Promise<Measurement> => {
    const { reference } = pair
    const { probe } = reference
    // A clip without a scene has nothing that could be asked.
    if (probe === undefined) return { objects: { [use.key]: [skippedObject('(none)', 0, 'no probe scene')] } }
    const read = async () => {
      const [, height, width] = pair.referenceFrames.shape
      return { scene: await probe.scene(), found: await objectPoints(reference, { width, height }, points, protocol) }
    }
    return withReference(reference.id, 'probes', read, async ({ scene, found }) => {
      const idOf = new Map(scene.objects.flatMap(({ id, mask }) => (mask === null ? [] : [[mask, id] as const])))
      const wanted = found.filter(({ object }) => idOf.has(object))
      const { tracked, objects } = await trackObjects(pair, wanted, track)
      const uncovered = await hiderOf(reference.control)
      const withId = objects.map((own) => ({
        object: idOf.get(own.object) ?? own.object,
        generated: uncovered(own.generated),
        reference: uncovered(own.reference),
      }))
      const others = await trackPairs(pair, scene, wanted, idOf, track)
      return {
        ...measuredValues(reference.id, names, { scene, fps: reference.fps, objects: withId, ...others }),
        objects: { [use.key]: tracked },
      }
    })
  }
  return {
    use,
    names,
    uses: 'network',
    measure: (pair) => metricFailures(pair.reference.id, names, () => measure(pair)),
  }
}

/** The same points in each video without a driver; pairs without one, and why. */
async function trackPairs(
  { without, reference }: ClipPair,
  scene: ProbeScene,
  wanted: readonly ObjectPoints[],
  idOf: ReadonlyMap<string, string>,
  track: TrackPoints,
): Promise<Pick<ClipProbe, 'pairs' | 'missingPairs'>> {
  const pairs: { without: string; objects: ClipProbe['pairs'][number]['objects'][number][] }[] = []
  const asked = new Map(reference.probe?.pairs.map((pair) => [pair.driver, pair]))
  const missingPairs: { without: string; reason: string }[] = []
  for (const { without: driver, excluded } of scene.pairs) {
    if (excluded !== null) continue
    const video = await without.find((each) => each.driver === driver)?.read()
    if (video === undefined || 'failure' in video) {
      missingPairs.push({ without: driver, reason: video?.failure ?? 'the manifest has no pair for it' })
      continue
    }
    const truth = await asked.get(driver)?.read?.()
    const uncovered = await hiderOf(asked.get(driver)?.control)
    const truthSha256 = truth && hashFrames(truth)
    const objects: (typeof pairs)[number]['objects'] = []
    for (const { object, queries } of wanted) {
      if (queries === undefined) continue
      const { tracklets } = await track(video.frames, video.sha256, queries, 'generated')
      const tracked =
        truth === undefined || truthSha256 === undefined
          ? undefined
          : (await track(truth, truthSha256, queries, 'reference')).tracklets
      objects.push({
        object: idOf.get(object) ?? object,
        generated: uncovered(tracklets),
        reference: tracked && uncovered(tracked),
      })
    }
    pairs.push({ without: driver, objects })
  }
  return { pairs, missingPairs }
}

/** What hides what the drivers of a control signal cover. */
async function hiderOf(control: string | undefined): Promise<(tracklets: Tracklets) => Tracklets> {
  if (control === undefined) return (tracklets) => tracklets
  const { pixels } = await readFrames(control)
  return (tracklets) => hideCovered(tracklets, pixels)
}
