import type { FeatureExtractor } from '@kinemetric/networks'
import type { RecordFailure } from '@kinemetric/records'
import { type ClipExtraction, type ClipFeatures, clipFeatures, decodeClip } from './clip-features.ts'
import { type FeatureClip, type FeatureSourceAsk, openFeatureSource } from './feature-source.ts'

/** How far an extraction is. */
export interface ExtractProgress {
  done: number
  total: number
  clip: string
  /** Why it has no rows. */
  failure?: RecordFailure | undefined
}

/** What is done with what comes of an extraction. */
export interface ExtractEvents {
  /** Called with each clip's rows in the order of the clips' names; awaited, so that rows never pile up. */
  onRows: (rows: Float32Array, clip: string) => Promise<void>
  onProgress?: ((event: ExtractProgress) => void) | undefined
}

export interface ExtractOptions extends FeatureSourceAsk, ExtractEvents {
  extractor: FeatureExtractor
  /** Where features are looked for and kept, as `evaluate` does; without it every clip runs the network. */
  cached?: ClipExtraction['cached']
  signal?: AbortSignal | undefined
}

export interface Extraction {
  clips: { id: string; rows: number }[]
  failures: RecordFailure[]
  /** What decoding found odd, by clip. */
  warnings: { clip: string; message: string }[]
  /** The frames that were left out of every clip. */
  excluded: number[]
}

type NamedClip = Pick<FeatureClip, 'id'>

/** What is known of a source without its files. */
export interface ExtractedSource<Clip extends NamedClip = NamedClip> {
  clips: readonly Clip[]
  /** Frames that are left out of every clip. */
  exclude: readonly number[]
  /** Clips that the source names and cannot give. */
  failures: readonly RecordFailure[]
}

/**
 * Makes features of clips, each given away in their order before more is begun than can be held.
 * @throws the signal's reason; what `take` throws; what is no fault of a clip
 */
export type ExtractClips<Clip extends NamedClip = FeatureClip> = (
  clips: readonly Clip[],
  take: (features: ClipFeatures, index: number) => Promise<void>,
) => Promise<void>

/**
 * Features of every clip of a source, one clip in memory at a time while the next one is decoded. A clip that cannot be read is a failure and has no
 * rows. @throws KinemetricError `bad-generated`, `bad-manifest`, `no-clips`.
 */
export async function extractFeatures(options: ExtractOptions): Promise<Extraction> {
  const { extractor, cached, signal } = options
  const source = await openFeatureSource(options, extractor.rows)
  const { exclude } = source
  return extractSource(source, extractor.dimension, oneByOne({ extractor, exclude, cached }, signal), options)
}

/** The same of a source that is open, by whoever makes the features. @param dimension of a row */
export async function extractSource<Clip extends NamedClip>(
  { clips: sources, exclude, failures: known }: ExtractedSource<Clip>,
  dimension: number,
  extract: ExtractClips<Clip>,
  { onRows, onProgress }: ExtractEvents,
): Promise<Extraction> {
  const clips: Extraction['clips'] = []
  const failures = [...known]
  const warnings: Extraction['warnings'] = []
  await extract(sources, async (features, index) => {
    const { id } = sources[index]
    for (const message of features.warnings) warnings.push({ clip: id, message })
    const failure = 'failure' in features ? features.failure : undefined
    if ('failure' in features) failures.push(features.failure)
    else {
      await onRows(features.rows, id)
      clips.push({ id, rows: features.rows.length / dimension })
    }
    onProgress?.({ done: index + 1, total: sources.length, clip: id, failure })
  })
  return { clips, failures, warnings, excluded: [...exclude] }
}

/** Here, one clip after the other, the next one being decoded beside the network. */
export function oneByOne(extraction: ClipExtraction, signal?: AbortSignal): ExtractClips {
  return async (clips, take) => {
    const decode = (index: number) => (index < clips.length ? decodeClip(clips[index], signal) : undefined)
    let next = decode(0)
    for (let index = 0; next !== undefined; index++) {
      signal?.throwIfAborted()
      const decoding = next
      next = decode(index + 1)
      await take(await clipFeatures(decoding, extraction), index)
    }
  }
}
