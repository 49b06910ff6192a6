import { derangement, motionFidelity, type MotionFidelityRecipe } from '@kinemetric/metrics'
import type { Tracklets } from '@kinemetric/networks'
import type { MotionDetails, Score } from '@kinemetric/records'
import { fromStored, type ObjectMotion, type ScoredClip, type StoredNumber } from '../journal/measurement.ts'
import { type MetricName, summariseName } from '../plan/metric-name.ts'
import type { PointKind } from '../measure/object-points.ts'
import type { Protocol } from '@kinemetric/benchmark'

export interface MotionSummary {
  protocol: Protocol
  tracker: string
  kind: PointKind
  /** Tracklets by cache address; undefined where they are gone. */
  tracks: (address: string) => Promise<Tracklets | undefined>
}

/**
 * The set's score of a motion metric with what stands behind it: both directions, clips and objects skipped, shares of static and invisible points,
 * and for motion fidelity the value that unrelated motion gets on the same clips.
 */
export async function summariseMotion(
  name: MetricName,
  clips: readonly ScoredClip[],
  summary: MotionSummary,
): Promise<Score> {
  const { protocol, tracker, kind, tracks } = summary
  const score = summariseName(name, clips, protocol)
  const objects = clips.flatMap((clip) => ofKind(clip, kind).map((object) => ({ clip: clip.clip, ...object })))
  const scored = objects.filter((object) => object.skipped === null)
  const skipped: MotionDetails['skipped'] = objects.flatMap(({ clip, object, pixels, skipped: reason }) =>
    reason === null ? [] : [{ clip, object, pixels, reason }],
  )
  const motion: MotionDetails = {
    tracker,
    points: protocol.identity.motion.points,
    seed: protocol.identity.seeds.points,
    skipped,
    staticShare: shares(scored, (object) => object.staticShare),
    invisibleShare: shares(scored, (object) => object.invisibleShare),
    clipsSkipped: clips.filter(
      (clip) => clip.motion !== undefined && ofKind(clip, kind).every((object) => object.skipped !== null),
    ).length,
    objects: scored.length,
  }
  const warnings = [...(score.warnings ?? [])]
  if (name.info.id === 'motion-fidelity') {
    motion.directions = {
      generatedToReference: meanOf(scored.map((object) => object.directions?.generatedToReference)),
      referenceToGenerated: meanOf(scored.map((object) => object.directions?.referenceToGenerated)),
    }
    const baseline = await shuffled(name.recipe as MotionFidelityRecipe, clips, summary, tracks)
    if (typeof baseline === 'string') warnings.push(`no shuffled baseline: ${baseline}`)
    else motion.shuffledBaseline = baseline
  }
  if (motion.clipsSkipped !== 0)
    warnings.push(
      `${String(motion.clipsSkipped)} of ${clips.length} clips skipped: no object of at least ${protocol.identity.motion.points} pixels`,
    )
  return { ...score, ...(warnings.length > 0 ? { warnings } : {}), details: { ...score.details, motion } }
}

function ofKind(clip: ScoredClip, kind: PointKind): ObjectMotion[] {
  return (clip.motion ?? []).filter((object) => object.kind === kind)
}

/** Generated clip i against the reference of another clip, one cycle through all clips; the first object of each that is scored. */
async function shuffled(
  recipe: MotionFidelityRecipe,
  clips: readonly ScoredClip[],
  { kind, protocol }: MotionSummary,
  tracks: MotionSummary['tracks'],
): Promise<NonNullable<MotionDetails['shuffledBaseline']> | string> {
  const first = clips.flatMap((clip) => ofKind(clip, kind).find((object) => object.tracks !== null)?.tracks ?? [])
  if (first.length < 2) return `it needs two clips, found ${first.length}`
  const partners = derangement(first.length, protocol.identity.seeds.shuffle)
  let sum = 0
  for (const [i, own] of first.entries()) {
    // Two clips at a time: the tracklets of a large set need not fit in memory.
    const generated = await tracks(own.generated)
    const reference = await tracks(first[partners[i]].reference)
    if (generated === undefined || reference === undefined) return 'the tracks are no longer in the cache'
    if (generated.length !== reference.length) return 'the clips have different numbers of frames'
    if (recipe === 'yatim-code' && generated.count !== reference.count)
      return 'the clips have different numbers of points'
    sum += motionFidelity(generated, reference, { recipe }).value
  }
  const value = sum / first.length
  return { value: Number.isFinite(value) ? value : null, n: first.length, seed: protocol.identity.seeds.shuffle }
}

function shares(
  objects: readonly ObjectMotion[],
  share: (object: ObjectMotion) => { generated: number; reference: number } | null,
) {
  return {
    generated: meanOf(objects.map((object) => share(object)?.generated)),
    reference: meanOf(objects.map((object) => share(object)?.reference)),
  }
}

function meanOf(values: readonly (StoredNumber | undefined)[]): number | null {
  const defined = values.flatMap((value) => (value === undefined ? [] : [fromStored(value)])).filter(Number.isFinite)
  return defined.length === 0 ? null : defined.reduce((sum, value) => sum + value, 0) / defined.length
}
