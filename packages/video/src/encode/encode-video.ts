import { rm } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'

import { partialPath, publishFile, removeAbandoned } from '@kinemetric/files'

import { contiguous } from '../frames/contiguous.ts'
import { encodeWithFfmpeg } from './encode-with-ffmpeg.ts'
import { encodeWithNodeAv } from './encode-with-node-av.ts'
import type { EncodeJob, Encoding } from './encoding.ts'
import { presentationTimes } from '../frames/frame-rate.ts'
import { requireFrames, type Frames } from '../frames/frames.ts'
import { resolveDecoder } from '../decode/open-video.ts'
import { videoError } from '../frames/video-error.ts'

/**
 * Writes a video: first beside the path under a temporary name, then moved there, so that a broken run never leaves half a
 * file. Replaces a file that is there.
 * @throws KinemetricError `bad-size`, `no-frames`, `unsupported` (wrong extension), `no-decoder` or `write-failed`.
 */
export async function encodeVideo(
  path: string,
  frames: Frames,
  encoding: Encoding,
  { blocking = false }: { blocking?: boolean | undefined } = {},
): Promise<void> {
  requireFrames(frames.pixels, 'write')
  const [count, height, width] = frames.pixels.shape
  if (count === 0) throw videoError('no-frames', path, { expected: 'frames to write', found: 'none' })
  if (extname(path).toLowerCase() !== encoding.extension) {
    throw videoError('unsupported', path, {
      expected: `a file name ending in ${encoding.extension}`,
      found: basename(path),
    })
  }
  const job: EncodeJob = {
    encoding,
    rgb: contiguous(frames.pixels).data,
    count,
    height,
    width,
    blocking,
    ...presentationTimes(frames),
  }
  const target = resolve(path)
  await removeAbandoned(target)
  const temporary = partialPath(target)
  const encoder = await resolveDecoder('auto', path)
  try {
    if (encoder.kind === 'node-av') await encodeWithNodeAv(encoder.av, temporary, job)
    else await encodeWithFfmpeg(temporary, job)
    await publishFile(temporary, target, { durable: false })
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    const reason = error instanceof Error ? error.message : String(error)
    throw videoError('write-failed', path, { expected: `to write ${count} frames`, found: reason }, { cause: error })
  }
}
