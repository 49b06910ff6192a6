import { type KinemetricError, systemReason } from '@kinemetric/files'
import { type FrameArray, hashFrames, pickFrames, readFrames, type VideoWarning } from '@kinemetric/video'
import { clipError, clipTrouble, type Protocol } from '@kinemetric/benchmark'
import type { ClipFailure } from '@kinemetric/records'
import type { ClipPair, ClipVideo, VideoWithout } from './clip-pair.ts'
import { contentStamp } from '../references/content-stamp.ts'
import type { GeneratedClip } from './generated-clips.ts'
import { scoredFrames } from '../plan/protocol-extra.ts'
import { noReference, type ReferenceClip } from '../references/reference-clips.ts'
import { rateWarning, type SideWarning } from './side-warning.ts'

/** A clip decoded, on both sides where it has a reference, or why it cannot be scored. `stamp` changes when the generated files do. */
export type LoadedClip =
  | { stamp: string; video: ClipVideo; warnings: SideWarning[] }
  | { stamp: string; failure: ClipFailure }

/** Changes when what a clip is measured from changes on either side; empty where there is nothing to score. Throws the file system's error. */
export async function clipStamp(
  reference: ReferenceClip,
  generated: GeneratedClip | undefined,
  without: readonly GeneratedWithout[] = [],
): Promise<string> {
  if (generated === undefined || 'failure' in generated) return ''
  const pairs = await Promise.all(without.map(stampOfPair))
  return `${await contentStamp(generated.path)}${await reference.stamp()}${pairs.join('')}`
}

/** The stamp of a clip that cannot be scored: a reference file that was missing or wrong changes it when it is mended. */
export async function failureStamp(
  reference: ReferenceClip,
  generated: GeneratedClip | undefined,
  without: readonly GeneratedWithout[] = [],
): Promise<string> {
  if (generated === undefined || 'failure' in generated) return ''
  const stamp = await clipStamp(reference, generated, without).catch(() => '')
  return `${stamp}${(await reference.stampAsFound?.()) ?? ''}`
}

/** The generated video of a pair, or why there is none; of the same sample as the clip that it is held against. */
export interface GeneratedWithout {
  driver: string
  generated: GeneratedClip | undefined
}

async function stampOfPair({ driver, generated }: GeneratedWithout): Promise<string> {
  const there = generated === undefined || 'failure' in generated ? 'none' : await contentStamp(generated.path)
  return ` ${driver}:${there}`
}

/**
 * Decodes both sides of a clip and checks that they fit: same size, same number of frames.
 * @param how `anySize`: a generated clip of another size is none that cannot be scored, for something takes it; its pair says so. `alone`: something is measured of
 * generated videos alone, so that a clip without a reference is no failure
 * Throws what is no fault of the clip (abort, no decoder).
 */
export async function loadClip(
  reference: ReferenceClip,
  generated: GeneratedClip | undefined,
  protocol: Protocol,
  signal: AbortSignal | undefined,
  {
    without = [],
    anySize = false,
    alone = false,
  }: { without?: readonly GeneratedWithout[]; anySize?: boolean; alone?: boolean } = {},
): Promise<LoadedClip> {
  const clip = reference.id
  if (generated === undefined)
    return {
      stamp: '',
      failure: { clip, reason: 'missing-generated', message: 'expected a generated clip of that name, found none' },
    }
  if ('failure' in generated) return { stamp: '', failure: generated.failure }
  let stamp = ''
  const warnings: SideWarning[] = []
  const onWarning = (of: SideWarning['side']) => (warning: VideoWarning) => warnings.push({ side: of, ...warning })
  let side: 'reference-unreadable' | 'generated-unreadable' = 'generated-unreadable'
  try {
    stamp = await clipStamp(reference, generated, without).catch((cause: unknown) => {
      throw clipError('generated-unreadable', generated.path, `cannot be read (${systemReason(cause)})`, { cause })
    })
    const { pixels: generatedFrames, fps } = await readFrames(generated.path, {
      signal,
      onWarning: onWarning('generated'),
    })
    side = 'reference-unreadable'
    if (reference.read === undefined) {
      if (!alone) throw clipError('missing-reference', clip, noReference)
      side = 'generated-unreadable'
      requireProtocol(generated.path, generatedFrames, protocol)
      return { stamp, video: videoOf(reference, generated.path, fps, generatedFrames, protocol), warnings }
    }
    const { pixels: referenceFrames, fps: referenceFps } = await reference.read(signal, onWarning('reference'))
    const rates = rateWarning(fps, referenceFps)
    if (rates !== undefined) warnings.push(rates)
    side = 'generated-unreadable'
    const misfit = sizeTrouble(generated.path, generatedFrames, referenceFrames)
    if (misfit !== undefined && !anySize) throw misfit
    requireLength(generated.path, generatedFrames, referenceFrames)
    side = 'reference-unreadable'
    const video = videoOf(reference, generated.path, fps, generatedFrames, protocol)
    const pair: ClipPair = {
      ...video,
      ...(misfit === undefined ? {} : { misfit }),
      referenceFrames,
      referenceSha256: hashOnce(referenceFrames),
      referenceScored: pickFrames(referenceFrames, video.scored),
      without: without.map((each) => videoWithout(each, referenceFrames, signal)),
    }
    if (reference.framesSha256 !== undefined && pair.referenceSha256 !== reference.framesSha256)
      throw clipError(
        'hash-mismatch',
        'reference',
        `expected decoded frames of sha256 ${reference.framesSha256}, found ${pair.referenceSha256}`,
      )
    return { stamp, video: pair, warnings }
  } catch (error) {
    const failure = clipTrouble(clip, error, side)
    if (failure === undefined || signal?.aborted === true) throw error
    return {
      stamp: await failureStamp(reference, generated, without),
      failure: side === 'reference-unreadable' ? referenceFailure(failure) : failure,
    }
  }
}

/** Hashes of references that several videos are held against. */
const hashes = new WeakMap<FrameArray, string>()

function hashOnce(frames: FrameArray): string {
  const hash = hashes.get(frames) ?? hashFrames(frames)
  hashes.set(frames, hash)
  return hash
}

function videoOf(
  reference: ReferenceClip,
  generatedPath: string,
  generatedFps: number | undefined,
  generatedFrames: FrameArray,
  protocol: Protocol,
): ClipVideo {
  const scored = scoredFrames(generatedFrames.shape[0], protocol.identity.excludedFrames)
  if (scored.length === 0)
    throw clipError(
      'too-few-frames',
      '',
      `expected frames beyond the excluded ones, found ${generatedFrames.shape[0]} in all`,
    )
  return {
    reference,
    generatedPath,
    generatedFps,
    generatedFrames,
    generatedSha256: hashFrames(generatedFrames),
    scored,
    generatedScored: pickFrames(generatedFrames, scored),
  }
}

function videoWithout(
  { driver, generated }: GeneratedWithout,
  reference: FrameArray,
  signal: AbortSignal | undefined,
): VideoWithout {
  return {
    driver,
    read: async () => {
      if (generated === undefined) return { failure: 'expected a generated video of the pair, found none' }
      if ('failure' in generated) return { failure: generated.failure.message }
      try {
        const { pixels } = await readFrames(generated.path, { signal })
        requireFit(generated.path, pixels, reference)
        return { frames: pixels, sha256: hashFrames(pixels) }
      } catch (error) {
        const failure = clipTrouble(driver, error, 'generated-unreadable')
        if (failure === undefined || signal?.aborted === true) throw error
        return { failure: failure.message }
      }
    },
  }
}

/** What a reference would have: frames and size of the protocol, where it says them. */
function requireProtocol(path: string, frames: FrameArray, { identity: { window, geometry } }: Protocol): void {
  const [count, height, width] = frames.shape
  const wantedCount = window.frames === 'all' ? count : window.frames
  requireFit(path, frames, { shape: [wantedCount, ...(geometry?.size ?? [height, width])] })
}

/** As much as is compared. */
type Shaped = Pick<FrameArray, 'shape'>

function requireFit(path: string, generated: Shaped, reference: Shaped): void {
  const misfit = sizeTrouble(path, generated, reference)
  if (misfit !== undefined) throw misfit
  requireLength(path, generated, reference)
}

/** Undefined where both are of one size. */
function sizeTrouble(
  path: string,
  { shape: [, height, width] }: Shaped,
  { shape: [, expectedHeight, expectedWidth] }: Shaped,
): KinemetricError | undefined {
  if (height === expectedHeight && width === expectedWidth) return undefined
  return clipError(
    'wrong-size',
    path,
    `expected ${expectedHeight}×${expectedWidth} (height × width), found ${height}×${width}`,
  )
}

function requireLength(path: string, { shape: [count] }: Shaped, { shape: [expected] }: Shaped): void {
  if (count < expected) throw clipError('too-few-frames', path, `expected ${expected} frames, found ${count}`)
  if (count > expected) throw clipError('too-many-frames', path, `expected ${expected} frames, found ${count}`)
}

/** A reader has to see which side it was. */
function referenceFailure(failure: ClipFailure): ClipFailure {
  return failure.message.startsWith('reference') ? failure : { ...failure, message: `reference: ${failure.message}` }
}
