import {
  endpointError,
  type EndpointErrorRecipe,
  findRecipe,
  motionFidelity,
  type MotionFidelityRecipe,
  motionFidelitySettings,
  tapvidDelta,
  type TapvidDeltaRecipe,
} from '@kinemetric/metrics'
import type { Query, Tracker, Tracklets } from '@kinemetric/networks'
import type { FrameArray } from '@kinemetric/video'
import { type ObjectMotion, type ScoredClip, toStored } from '../journal/measurement.ts'
import type { ClipPair, ClipScorer, ClipScores } from './measurer.ts'
import { clipTrouble } from '@kinemetric/benchmark'
import type { CacheSide, FeatureCache } from '../store/feature-cache.ts'
import { metricFailures } from './metric-failures.ts'
import { type MetricName, metricKey, stored } from '../plan/metric-name.ts'
import { objectPoints, pointKind, queriesDigest, type PointKind } from './object-points.ts'
import type { Protocol } from '@kinemetric/benchmark'
import { summariseMotion } from '../conclude/summarise-motion.ts'
import { readTracklets, toArrays, toTracklets } from '../store/track-entries.ts'

/** Raised when the same frames and points would give other tracks than before. */
const TRACKS_VERSION = 1

/** Tracklets of one object on both sides. */
interface ObjectTracks {
  generated: Tracklets
  reference: Tracklets
  addresses: { generated: string; reference: string }
}

/** Motion metrics: tracks points on every object through both videos and compares how they move. */
export function openMotionScorer(
  names: readonly MetricName[],
  tracker: Tracker,
  protocol: Protocol,
  provider: string,
  cache: FeatureCache,
): ClipScorer {
  const shown = names.map((name) => showTracker(name, tracker, protocol))
  const kinds = [...new Set(shown.map(({ info, recipe }) => pointKind(info, recipe)))]
  const track = async (frames: FrameArray, sha256: string, queries: Query[], side: CacheSide) => {
    const key = {
      kind: 'tracks' as const,
      version: TRACKS_VERSION,
      frames: sha256,
      network: tracker.id,
      digest: `${tracker.digest} ${JSON.stringify(tracker.settings)}`,
      input: queriesDigest(queries),
      provider,
    }
    const { address, arrays } = await cache.get(key, side, async () => toArrays(await tracker.track(frames, queries)))
    return { address, tracklets: toTracklets(arrays) }
  }
  const trackBoth = async (pair: ClipPair, queries: Query[]): Promise<ObjectTracks> => {
    const reference = await track(pair.referenceFrames, pair.referenceSha256, queries, 'reference')
    const generated = await track(pair.generatedFrames, pair.generatedSha256, queries, 'generated')
    return {
      generated: generated.tracklets,
      reference: reference.tracklets,
      addresses: { generated: generated.address, reference: reference.address },
    }
  }
  const scoreKind = async (
    pair: ClipPair,
    kind: PointKind,
  ): Promise<Required<Pick<ClipScores, 'values' | 'motion'>>> => {
    const [, height, width] = pair.referenceFrames.shape
    const tracks: ObjectTracks[] = []
    const motion: ObjectMotion[] = []
    for (const { object, pixels, queries, skipped } of await objectPoints(
      pair.reference,
      { width, height },
      kind,
      protocol,
    )) {
      if (queries === undefined) {
        motion.push({
          kind,
          object,
          pixels,
          skipped: skipped ?? 'no points',
          directions: null,
          staticShare: null,
          invisibleShare: null,
          tracks: null,
        })
        continue
      }
      const both = await trackBoth(pair, queries)
      tracks.push(both)
      motion.push(describeMotion(kind, object, pixels, both))
    }
    const own = shown.filter(({ info, recipe }) => pointKind(info, recipe) === kind)
    return { values: tracks.length === 0 ? {} : valuesOf(own, tracks, { width, height }, pair.scored), motion }
  }
  return {
    keys: shown.map(metricKey),
    uses: 'network',
    score: (pair) =>
      metricFailures(pair.reference.id, shown, async () => {
        const scores: Required<Pick<ClipScores, 'values' | 'motion'>> = { values: {}, motion: [] }
        try {
          for (const kind of kinds) {
            const { values, motion } = await scoreKind(pair, kind)
            Object.assign(scores.values, values)
            scores.motion.push(...motion)
          }
        } catch (error) {
          const failure = clipTrouble(pair.reference.id, error, 'reference-unreadable')
          if (failure === undefined) throw error
          return { failures: [{ ...failure, message: `motion metrics: ${failure.message}` }] }
        }
        return scores
      }),
    summarise: async (clips) => {
      const scores = []
      for (const name of shown)
        scores.push(
          await summariseMotion(name, clips, {
            protocol,
            tracker: tracker.id,
            kind: pointKind(name.info, name.recipe),
            tracks: (address) => readTracklets(cache, address),
          }),
        )
      return scores
    },
    close: () => tracker.close(),
  }
}

/** The recipe as the record shows it, and what tracker and points add to the signature. */
function showTracker(name: MetricName, tracker: Tracker, protocol: Protocol): MetricName {
  const settings = Object.entries(tracker.settings).map(([key, value]) => [`tracker-${key}`, word(value)])
  const onMask = pointKind(name.info, name.recipe) === 'mask'
  return {
    ...name,
    shown: `${name.recipe}/tracker:${tracker.id}`,
    extra: {
      ...withoutClash(name),
      tracker: tracker.id,
      'tracker-digest': word(tracker.digest).slice(0, 16),
      ...Object.fromEntries(settings),
      ...(name.info.id === 'motion-fidelity'
        ? motionFidelitySettings({ recipe: name.recipe as MotionFidelityRecipe })
        : {}),
      ...(onMask
        ? {
            sampled: `${protocol.identity.motion.points}-of-mask-above-${protocol.identity.motion.maskThreshold}-seed-${protocol.identity.seeds.points}`,
          }
        : {}),
      objects: 'mean-of-each',
    },
  }
}

/** The protocol's part of the signature; where the recipe itself speaks of `frames`, the protocol's are `scored`. */
function withoutClash({ info, recipe, extra }: MetricName): MetricName['extra'] {
  if (!('frames' in findRecipe(info, recipe).settings)) return extra
  const { frames, ...others } = extra
  return { ...others, scored: frames }
}

function word(value: string | number): string {
  return String(value).replaceAll(/[|:=\s]+/g, '-')
}

function describeMotion(kind: PointKind, object: string, pixels: number, tracks: ObjectTracks): ObjectMotion {
  const { generatedToReference, referenceToGenerated, staticShare, invisibleShare } = motionFidelity(
    tracks.generated,
    tracks.reference,
  )
  return {
    kind,
    object,
    pixels,
    skipped: null,
    directions: {
      generatedToReference: toStored(generatedToReference),
      referenceToGenerated: toStored(referenceToGenerated),
    },
    staticShare,
    invisibleShare,
    tracks: tracks.addresses,
  }
}

/** A clip's value is the mean over its objects; frame by frame for the endpoint error, from frame 1 on. */
function valuesOf(
  names: readonly MetricName[],
  tracks: readonly ObjectTracks[],
  size: { width: number; height: number },
  scored: readonly number[],
): ScoredClip['values'] {
  const values: ScoredClip['values'] = {}
  for (const name of names) {
    const { info, recipe } = name
    if (info.id === 'endpoint-error') {
      const perObject = tracks.map(
        ({ generated, reference }) =>
          endpointError(generated, reference, { recipe: recipe as EndpointErrorRecipe }).frames,
      )
      const frames = scored.filter((frame) => frame > 0)
      values[metricKey(name)] = stored(
        frames,
        frames.map((frame) => meanOf(perObject.map((errors) => errors[frame]))),
      )
    } else {
      const perObject = tracks.map(({ generated, reference }) =>
        info.id === 'motion-fidelity'
          ? motionFidelity(generated, reference, { recipe: recipe as MotionFidelityRecipe }).value
          : (tapvidDelta(generated, reference, size, { recipe: recipe as TapvidDeltaRecipe }).value ?? Number.NaN),
      )
      values[metricKey(name)] = stored([-1], [meanOf(perObject)])
    }
  }
  return values
}

/** Mean of the values that are defined; NaN where none is. */
function meanOf(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value))
  return defined.reduce((sum, value) => sum + value, 0) / defined.length
}
