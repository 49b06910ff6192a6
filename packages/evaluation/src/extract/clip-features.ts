import { clipError, clipTrouble } from '@kinemetric/benchmark'
import { isError } from '@kinemetric/files'
import type { FeatureExtractor, FeatureNeed } from '@kinemetric/networks'
import type { RecordFailure } from '@kinemetric/records'
import { type FrameArray, hashFrames, pickFrames } from '@kinemetric/video'
import { scoredFrames } from '../plan/protocol-extra.ts'
import type { CacheSide, FeatureCache } from '../store/feature-cache.ts'
import { featureArrays, featureKey } from '../store/feature-key.ts'
import type { FeatureClip } from './feature-source.ts'

/** What makes rows of a clip. */
export interface ClipExtraction {
  extractor: FeatureExtractor
  /** Frames that are left out of every clip. */
  exclude: readonly number[]
  /** Where features are looked for and kept; without it every clip runs the network. */
  cached?: { cache: FeatureCache; side: CacheSide; need: FeatureNeed; provider: string } | undefined
}

/** What became of a clip. A clip that fails has no rows. */
export type ClipFeatures = ({ rows: Float32Array } | { failure: RecordFailure }) & {
  /** What decoding found odd. */
  warnings: string[]
}

/** A clip that is being decoded. */
export interface DecodingClip {
  clip: FeatureClip
  frames: Promise<FrameArray>
  warnings: string[]
}

/** Begins to decode a clip; its error is met by whoever waits for its frames. */
export function decodeClip(clip: FeatureClip, signal?: AbortSignal): DecodingClip {
  const warnings: string[] = []
  const frames = clip.read(({ message }) => void warnings.push(message), signal)
  frames.catch(() => undefined)
  return { clip, frames, warnings }
}

/** @throws what is no fault of the clip */
export async function clipFeatures(
  { clip, frames, warnings }: DecodingClip,
  extraction: ClipExtraction,
): Promise<ClipFeatures> {
  try {
    return { rows: await rowsOf(await frames, extraction), warnings }
  } catch (error) {
    const failure = clipTrouble(clip.id, error, 'generated-unreadable')
    if (failure === undefined) throw error
    return { failure, warnings }
  }
}

async function rowsOf(frames: FrameArray, { extractor, exclude, cached }: ClipExtraction): Promise<Float32Array> {
  const scored = scoredFrames(frames.shape[0], exclude)
  if (scored.length === 0)
    throw clipError(
      'too-few-frames',
      '',
      `expected frames beyond the excluded ones (${exclude.join(', ')}), found ${frames.shape[0]} in all`,
    )
  const extract = () => extractor.extract(pickFrames(frames, scored)).catch(refused)
  if (cached === undefined) return extract()
  const key = featureKey(extractor, cached.need, cached.provider, hashFrames(frames), scored)
  const { arrays } = await cached.cache.get(key, cached.side, async () =>
    featureArrays(await extract(), extractor.dimension),
  )
  return arrays.rows.data
}

/** A network that refuses a clip (too short, too small) is that clip's failure, under a reason of its own. */
function refused(error: unknown): never {
  throw isError(error, 'unfit') ? clipError('metric-failed', '', error.message, { cause: error }) : error
}
