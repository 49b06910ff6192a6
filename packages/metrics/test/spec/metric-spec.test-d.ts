// What a metric's functions are given, by the kind of what it needs. The compiler is the test: nothing here runs.
import type { FeatureNeed, Tracklets } from '@kinemetric/networks'
import { expectTypeOf } from 'vitest'
import {
  type ClipProbe,
  type ClipTakes,
  type ClipTracklets,
  type ClipValues,
  type Distance,
  type DistanceMetric,
  fidSpec,
  findMetric,
  findRecipe,
  type FrameDistances,
  lpipsSpec,
  type MetricSpec,
  motionFidelitySpec,
  type Need,
  type NeedKind,
  type NeedKinds,
  type PairDistanceNeed,
  type PointKind,
  psnrSpec,
  type ScoredVideo,
  ssimSpec,
  type TakesNeed,
  type TrackedRowsNeed,
  type VideoRows,
} from '@kinemetric/metrics'
import type { FrameArray } from '@kinemetric/video'

type Given<K extends NeedKind> = Parameters<NonNullable<MetricSpec<K>['measure']>>[0]
type Ask<K extends NeedKind> = ReturnType<MetricSpec<K>['needs']>['ask']

expectTypeOf<NeedKind>().toEqualTypeOf<
  'frames' | 'video' | 'distance' | 'features' | 'video-features' | 'tracked-rows' | 'tracklets' | 'probe' | 'takes'
>()

// frames: both sides' pixels, of the frames that are scored
expectTypeOf<Given<'frames'>>().toEqualTypeOf<{ generated: FrameArray; reference: FrameArray }>()
expectTypeOf<Ask<'frames'>>().toEqualTypeOf<true>()

// video: the generated side's pixels alone
expectTypeOf<Given<'video'>>().toEqualTypeOf<ScoredVideo>()
expectTypeOf<Ask<'video'>>().toEqualTypeOf<true>()

// distance: what the network found between the frames, never the pixels
expectTypeOf<Given<'distance'>>().toEqualTypeOf<FrameDistances>()
expectTypeOf<Given<'distance'>['values']>().toEqualTypeOf<Float64Array>()
expectTypeOf<Given<'distance'>['scored']>().toEqualTypeOf<readonly number[]>()
expectTypeOf<Ask<'distance'>>().toEqualTypeOf<PairDistanceNeed>()

// features: nothing for a clip; the rows are met again in `conclude`
expectTypeOf<Given<'features'>>().toEqualTypeOf<undefined>()
expectTypeOf<Ask<'features'>>().toEqualTypeOf<FeatureNeed>()

// tracked-rows: the same; which windows are tracked for them stands beside what decides rows
expectTypeOf<Given<'tracked-rows'>>().toEqualTypeOf<undefined>()
expectTypeOf<Ask<'tracked-rows'>>().toEqualTypeOf<TrackedRowsNeed>()
expectTypeOf<TrackedRowsNeed>().toExtend<FeatureNeed>()

// video-features: rows of the generated frames alone, of which values are made at once
expectTypeOf<Given<'video-features'>>().toEqualTypeOf<VideoRows>()
expectTypeOf<Ask<'video-features'>>().toEqualTypeOf<FeatureNeed>()

// tracklets: each object's on both sides, the frames' size and which of them are scored
expectTypeOf<Given<'tracklets'>>().toEqualTypeOf<ClipTracklets>()
expectTypeOf<Given<'tracklets'>['objects'][number]['generated']>().toEqualTypeOf<Tracklets>()
expectTypeOf<Given<'tracklets'>['size']>().toEqualTypeOf<{ width: number; height: number }>()
expectTypeOf<Ask<'tracklets'>>().toEqualTypeOf<{ points: PointKind }>()

// probe: the scene with what was tracked of it, in the clip and in its pairs
expectTypeOf<Given<'probe'>>().toEqualTypeOf<ClipProbe>()
expectTypeOf<Ask<'probe'>>().toEqualTypeOf<{ points: PointKind }>()

// takes: every recording of the scene at one size, and where each of them moves
expectTypeOf<Given<'takes'>>().toEqualTypeOf<ClipTakes>()
expectTypeOf<Ask<'takes'>>().toEqualTypeOf<TakesNeed>()

// The kind of a need tells what is asked for.
declare const need: Need
if (need.kind === 'features' || need.kind === 'video-features') expectTypeOf(need.ask).toEqualTypeOf<FeatureNeed>()
else if (need.kind === 'tracked-rows') expectTypeOf(need.ask).toEqualTypeOf<TrackedRowsNeed>()
else if (need.kind === 'distance') expectTypeOf(need.ask).toEqualTypeOf<PairDistanceNeed>()
else if (need.kind === 'tracklets' || need.kind === 'probe')
  expectTypeOf(need.ask).toEqualTypeOf<{ points: PointKind }>()
else if (need.kind === 'takes') expectTypeOf(need.ask).toEqualTypeOf<TakesNeed>()
else expectTypeOf(need).toEqualTypeOf<{ kind: 'frames'; ask: true } | { kind: 'video'; ask: true }>()

// Each metric keeps its own kind and its recipes' own fields.
expectTypeOf(psnrSpec).toExtend<MetricSpec<'frames'>>()
expectTypeOf(psnrSpec).not.toExtend<MetricSpec<'distance'>>()
expectTypeOf(lpipsSpec).toExtend<MetricSpec<'distance'>>()
expectTypeOf(motionFidelitySpec).toExtend<MetricSpec<'tracklets'>>()
expectTypeOf(fidSpec).toExtend<MetricSpec<'features' | 'tracked-rows'>>()
expectTypeOf(findRecipe(psnrSpec).pooled).toEqualTypeOf<boolean>()
expectTypeOf(findRecipe(ssimSpec).plan.grey).toEqualTypeOf<boolean>()
expectTypeOf(findRecipe(lpipsSpec).need).toEqualTypeOf<PairDistanceNeed>()
expectTypeOf(findRecipe(fidSpec).need).toEqualTypeOf<FeatureNeed>()
expectTypeOf(findRecipe(motionFidelitySpec).points).toEqualTypeOf<PointKind>()
expectTypeOf(motionFidelitySpec.needs(findRecipe(motionFidelitySpec)).kind).toEqualTypeOf<'tracklets'>()

// A metric is passed on as one of any kind; a distance brings what computes it.
expectTypeOf(findMetric).returns.toEqualTypeOf<MetricSpec>()
expectTypeOf(fidSpec).toExtend<DistanceMetric>()
expectTypeOf(fidSpec.distance).toExtend<Distance>()
expectTypeOf(lpipsSpec).not.toExtend<DistanceMetric>()

// What `measure` answers is the same for every kind.
expectTypeOf<ReturnType<NonNullable<MetricSpec['measure']>>>().toEqualTypeOf<ClipValues>()

// A metric of frames has no tracklets to look at, nor one of tracklets a network's distances.
const tracklets: Partial<MetricSpec<'tracklets'>> = {
  measure: ({ objects }) => ({ series: { frames: [-1], values: Float64Array.of(objects.length) } }),
}
expectTypeOf(tracklets).toExtend<Partial<MetricSpec>>()
// @ts-expect-error frames are given, no objects
export const frames: Partial<MetricSpec<'frames'>> = { measure: ({ objects }) => ({ notes: objects }) }
// @ts-expect-error nothing is given of features
export const features: Partial<MetricSpec<'features'>> = { measure: ({ rows }) => ({ notes: rows }) }
// @ts-expect-error a network's need names it
export const nameless: NeedKinds['distance']['ask'] = { settings: {} }
