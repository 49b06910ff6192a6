import { stat } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { isError } from '@kinemetric/files'
import type { FeatureExtractor, FeatureNeed } from '@kinemetric/networks'
import {
  contiguous,
  type FrameArray,
  hashFrames,
  listImages,
  type OnWarning,
  pickFrames,
  readFrames,
  readImage,
} from '@kinemetric/video'
import { benchmarkError, clipError, clipTrouble, type Protocol } from '@kinemetric/benchmark'
import type { ClipFailure } from '@kinemetric/records'
import type { CacheSide, FeatureCache } from '../store/feature-cache.ts'
import { featureArrays, featureKey } from '../store/feature-key.ts'
import { findGenerated } from '../clips/generated-clips.ts'
import { scoredFrames } from '../plan/protocol-extra.ts'
import { openReferences } from '../clips/reference-clips.ts'

export interface ExtractOptions {
  /**
   * A manifest (its reference clips), a folder of videos or of a method's run, or one video. A folder of images and nothing else is one clip for I3D;
   * for Inception each image stands alone, as in every FID library.
   */
  source: string
  extractor: FeatureExtractor
  /** Of a manifest, where it is not a published one. */
  protocol?: Protocol | undefined
  /** Frames that are left out of every clip; a manifest's protocol names its own. */
  exclude?: readonly number[] | undefined
  /** Where features are looked for and kept, as `evaluate` does; without it every clip runs the network. */
  cached?: { cache: FeatureCache; side: CacheSide; need: FeatureNeed; provider: string } | undefined
  /** Called with each clip's rows in the order of the clips' names; awaited, so that rows never pile up. */
  onRows: (rows: Float32Array, clip: string) => Promise<void>
  onProgress?: ((event: { done: number; total: number; clip: string }) => void) | undefined
  signal?: AbortSignal | undefined
}

export interface Extraction {
  clips: { id: string; rows: number }[]
  failures: ClipFailure[]
  /** What decoding found odd, by clip. */
  warnings: { clip: string; message: string }[]
  /** The frames that were left out of every clip. */
  excluded: number[]
}

interface Source {
  id: string
  read: (onWarning: OnWarning) => Promise<FrameArray>
}

/**
 * Features of every clip of a source, one clip in memory at a time while the next one is decoded. A clip that cannot be read is a failure and has no
 * rows. @throws KinemetricError `bad-generated`, `bad-manifest`, `no-clips`.
 */
export async function extractFeatures(options: ExtractOptions): Promise<Extraction> {
  const { sources, exclude, failures } = await openSource(options)
  const clips: Extraction['clips'] = []
  const warnings: Extraction['warnings'] = []
  const read = (index: number) =>
    sources[index]?.read(({ message }) => warnings.push({ clip: sources[index].id, message }))
  let next = read(0)
  for (const [index, { id }] of sources.entries()) {
    options.signal?.throwIfAborted()
    const reading = next
    // Decoding the next clip runs beside the network; its error is met in its own turn.
    next = read(index + 1)
    next?.catch(() => {})
    try {
      const rows = await rowsOf(await reading, exclude, options)
      await options.onRows(rows, id)
      clips.push({ id, rows: rows.length / options.extractor.dimension })
    } catch (error) {
      const failure = clipTrouble(id, error, 'generated-unreadable')
      if (failure === undefined) throw error
      failures.push(failure)
    }
    options.onProgress?.({ done: index + 1, total: sources.length, clip: id })
  }
  return { clips, failures, warnings, excluded: [...exclude] }
}

async function rowsOf(
  frames: FrameArray,
  exclude: readonly number[],
  { extractor, cached }: ExtractOptions,
): Promise<Float32Array> {
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

async function openSource(options: ExtractOptions) {
  const { source, signal } = options
  const info = await stat(source).catch((cause: unknown) => {
    throw benchmarkError('bad-generated', source, 'expected a manifest, a folder or a video, found nothing', {
      cause,
    })
  })
  if (!info.isDirectory() && extname(source) === '.jsonl') {
    const set = await openReferences({ manifest: source }, options.protocol)
    const sources = set.clips.map((clip): Source => ({
      id: clip.id,
      read: async (onWarning) => (await clip.read(signal, onWarning)).pixels,
    }))
    return { sources, exclude: options.exclude ?? set.protocol.identity.excludedFrames, failures: [...set.failures] }
  }
  const exclude = options.exclude ?? []
  const read = (path: string) => async (onWarning: OnWarning) =>
    contiguous((await readFrames(path, { signal, onWarning })).pixels)
  if (!info.isDirectory()) {
    const id = basename(source, extname(source))
    return { sources: [{ id, read: read(source) }], exclude, failures: [] as ClipFailure[] }
  }
  const { byClip, stills } = await findGenerated(source, 0)
  const images = await imageSources(source, stills ? 0 : byClip.size, options)
  // An image has one frame: that frames are left out of clips says nothing of it.
  if (images !== undefined) return { sources: images, exclude: [], failures: [] as ClipFailure[] }
  const sources: Source[] = []
  const failures: ClipFailure[] = []
  for (const [id, clip] of byClip) {
    if ('failure' in clip) failures.push(clip.failure)
    else sources.push({ id, read: read(clip.path) })
  }
  if (sources.length === 0 && failures.length === 0)
    throw benchmarkError('no-clips', source, 'expected videos, folders of frames or images, found none')
  return { sources, exclude, failures }
}

/**
 * The images of a folder, each a clip of its own for Inception and all together one for I3D; undefined where there are none, or (for I3D) videos too.
 * @throws KinemetricError `bad-generated` where images of their own lie beside clips: which are meant cannot be told.
 */
async function imageSources(
  folder: string,
  clips: number,
  { extractor, signal }: ExtractOptions,
): Promise<Source[] | undefined> {
  const images = await listImages(folder).catch(() => [])
  if (images.length === 0) return undefined
  if (extractor.rows === 'frame') {
    if (clips === 0)
      return images.map((path) => ({ id: basename(path), read: (onWarning) => readImage(path, { onWarning }) }))
    throw benchmarkError(
      'bad-generated',
      folder,
      `expected images or clips (videos, folders of frames), found ${images.length} images beside ${clips} clips`,
    )
  }
  if (clips > 0) return undefined
  return [
    {
      id: basename(resolve(folder)),
      read: async (onWarning) => contiguous((await readFrames(folder, { signal, onWarning })).pixels),
    },
  ]
}
