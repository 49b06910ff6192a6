import type { FrameArray } from '@kinemetric/video'
import { checkClip } from '../../roles/check-clip.ts'
import type { Query, Tracklets } from '../../tracklets/tracklets.ts'
import { cotracker3 } from './model.ts'
import type { Cotracker3Network, Pyramid, TrackState } from './network.ts'
import { featurePoints, foundTracklets, modelScale, scaledQueries, sigmoid, supportGrid } from './queries.ts'
import { timeEmbeddingLength } from './tensors.ts'

export interface OfflineOptions {
  /** Refinements. Default 6, as the reference's predictor. */
  iterations?: number | undefined
  /** Track the 6 × 6 grid along, as the reference's predictor does with given points. Default true. */
  supportGrid?: boolean | undefined
}

/** From this probability on a point is visible. */
const VISIBLE = 0.9

/**
 * CoTracker3's offline predictor: the whole clip at once. A track depends on all the others, so that points are only
 * comparable when they are tracked together.
 *
 * @throws KinemetricError as `checkClip`, with `too-many-frames` above 60
 */
export async function trackOffline(
  network: Cotracker3Network,
  frames: FrameArray,
  queries: readonly Query[],
  options: OfflineOptions = {},
): Promise<Tracklets> {
  const clip = checkClip('cotracker3-offline', frames, queries, timeEmbeddingLength.offline)
  const scale = modelScale(clip)
  const wanted = scaledQueries(queries, scale)
  const all = options.supportGrid === false ? wanted : [...wanted, ...supportGrid()]
  const pyramid = await network.features(frames)
  const state = await trackFeatures(network, pyramid, all, options.iterations ?? cotracker3.iterations)

  const { length } = clip
  const found = foundTracklets(state, queries.length, length, scale, (at) => sigmoid(state.visibility[at]) > VISIBLE)
  // In its own frame a query is where it was asked for, and is seen.
  for (const [n, { t, x, y }] of queries.entries()) {
    found.points.set([x, y], 2 * (n * length + t))
    found.visible[n * length + t] = 1
  }
  return found
}

/**
 * The model without its predictor.
 *
 * @param queries in pixels of the model's 384 × 512 frame
 */
export async function trackFeatures(
  network: Cotracker3Network,
  pyramid: Pyramid,
  queries: readonly Query[],
  iterations: number,
): Promise<TrackState> {
  const starts = featurePoints(queries)
  const support = await network.support(
    pyramid,
    queries.map(({ t }) => t),
    starts,
  )
  const { length } = pyramid
  const coordinates = new Float32Array(queries.length * length * 2)
  for (let at = 0; at < queries.length * length; at++) {
    const n = Math.floor(at / length)
    coordinates[2 * at] = starts[2 * n]
    coordinates[2 * at + 1] = starts[2 * n + 1]
  }
  const logits = (): Float32Array => new Float32Array(queries.length * length)
  return network.refine(pyramid, support, { coordinates, visibility: logits(), confidence: logits() }, iterations)
}
