import { stat } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { benchmarkError, type Protocol } from '@kinemetric/benchmark'
import type { ClipFailure } from '@kinemetric/records'
import { contiguous, type FrameArray, listImages, type OnWarning, readFrames, readImage } from '@kinemetric/video'
import { countOf } from '@kinemetric/files'
import { contentStamp } from '../references/content-stamp.ts'
import { findGenerated } from '../clips/generated-clips.ts'
import { readReference, type ReferenceClips } from '../references/reference-clips.ts'
import { openReferences } from '../references/open-references.ts'

/** What features are wanted of. */
export interface FeatureSourceAsk {
  /**
   * A manifest (its reference clips), a folder of videos or of a method's run, or one video. A folder of images and nothing else is one clip for I3D;
   * for Inception each image stands alone, as in every FID library.
   */
  source: string
  /** Of a manifest, where it is not a published one. */
  protocol?: Protocol | undefined
  /** Frames that are left out of every clip; a manifest's protocol names its own. */
  exclude?: readonly number[] | undefined
}

/** A clip that has features, read when its turn comes. */
export interface FeatureClip {
  id: string
  /** All its frames. @throws KinemetricError */
  read: (onWarning: OnWarning, signal?: AbortSignal) => Promise<FrameArray>
  /** Changes with the clip's files, by content; where it failed with those that a manifest names as they are found, for they may have been mended. */
  stamp: (isFailed: boolean) => Promise<string>
}

/** The clips of a source, in the order of their rows. */
export interface FeatureSource {
  clips: FeatureClip[]
  /** Frames that are left out of every clip. */
  exclude: readonly number[]
  /** Clips that the source names and cannot give. */
  failures: ClipFailure[]
  /** sha256 of the manifest; null where the clips lie in a folder. */
  manifest: string | null
}

/**
 * @param rows what a row of the network is of
 * @throws KinemetricError `bad-generated`, `bad-manifest`, `no-clips`
 */
export async function openFeatureSource(
  { source, protocol, exclude }: FeatureSourceAsk,
  rows: 'frame' | 'clip',
): Promise<FeatureSource> {
  const info = await stat(source).catch((cause: unknown) => {
    throw benchmarkError('bad-generated', source, 'expected a manifest, a folder or a video, found nothing', {
      cause,
    })
  })
  if (!info.isDirectory() && extname(source) === '.jsonl') {
    const set = await openReferences({ manifest: source }, protocol)
    return {
      clips: Array.from({ length: set.clips.length }, (_, index) => referenceClip(set.clips, index)),
      exclude: exclude ?? set.protocol.identity.excludedFrames,
      failures: [...set.failures],
      manifest: set.manifest,
    }
  }
  if (!info.isDirectory()) return ofClips([videoClip(basename(source, extname(source)), source)], exclude)
  const { byClip, stills } = await findGenerated(source, 0)
  const images = await imageClips(source, stills ? 0 : byClip.size, rows)
  // An image has one frame: that frames are left out of clips says nothing of it.
  if (images !== undefined) return ofClips(images)
  const clips: FeatureClip[] = []
  const failures: ClipFailure[] = []
  for (const [id, clip] of byClip) {
    if ('failure' in clip) failures.push(clip.failure)
    else clips.push(videoClip(id, clip.path))
  }
  if (clips.length === 0 && failures.length === 0)
    throw benchmarkError('no-clips', source, 'expected videos, folders of frames or images, found none')
  return ofClips(clips, exclude, failures)
}

/** A reference, looked up when its turn comes. */
function referenceClip(clips: ReferenceClips, index: number): FeatureClip {
  return {
    id: clips.names.idAt(index),
    read: async (onWarning, signal) => (await readReference(clips.at(index), signal, onWarning)).pixels,
    stamp: async (isFailed) => {
      const clip = clips.at(index)
      return `${await clip.stamp()}${isFailed ? ((await clip.stampAsFound?.()) ?? '') : ''}`
    },
  }
}

function ofClips(clips: FeatureClip[], exclude: readonly number[] = [], failures: ClipFailure[] = []): FeatureSource {
  return { clips, exclude, failures, manifest: null }
}

/** A video, or a folder of frames. */
function videoClip(id: string, path: string): FeatureClip {
  return {
    id,
    read: async (onWarning, signal) => contiguous((await readFrames(path, { signal, onWarning })).pixels),
    stamp: () => stampOf(path),
  }
}

/** Of a file that cannot be read, what the system says of it. */
function stampOf(path: string): Promise<string> {
  return contentStamp(path).catch(String)
}

/**
 * The images of a folder, each a clip of its own for Inception and all together one for I3D; undefined where there are none, or (for I3D) videos too.
 * @throws KinemetricError `bad-generated` where images of their own lie beside clips: which are meant cannot be told.
 */
async function imageClips(folder: string, clips: number, rows: 'frame' | 'clip'): Promise<FeatureClip[] | undefined> {
  const images = await listImages(folder).catch(() => [])
  if (images.length === 0) return undefined
  if (rows === 'frame') {
    if (clips === 0)
      return images.map((path) => ({
        id: basename(path),
        read: (onWarning) => readImage(path, { onWarning }),
        stamp: () => stampOf(path),
      }))
    throw benchmarkError(
      'bad-generated',
      folder,
      `expected images or clips (videos, folders of frames), found ${countOf(images.length, 'image')} beside ${countOf(clips, 'clip')}`,
    )
  }
  return clips > 0 ? undefined : [videoClip(basename(resolve(folder)), folder)]
}
