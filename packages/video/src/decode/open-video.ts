import { isError } from '@kinemetric/files'
import type { DecoderChoice } from './decode-options.ts'
import type { OpenVideo } from '../decoders/decoder.ts'
import { findFfmpeg } from '../decoders/find-ffmpeg.ts'
import { requireWhole } from './require-whole.ts'
import { loadNodeAv } from '../decoders/node-av/node-av-module.ts'
import { openWithFfmpeg } from '../decoders/open-with-ffmpeg.ts'
import { openWithNodeAv } from '../decoders/open-with-node-av.ts'
import { videoError } from '../frames/video-error.ts'

/**
 * Opens a video file with the decoder asked for. `'auto'` chooses by what is installed, never by what a file needs: the
 * same file always meets the same decoder on one machine.
 * @param path absolute path of a regular file
 * @throws KinemetricError `no-decoder` where the decoder is not installed, or as the decoders do.
 */
export async function openVideo(path: string, choice: DecoderChoice): Promise<OpenVideo> {
  const decoder = await resolveDecoder(choice, path)
  try {
    return await (decoder.kind === 'node-av' ? openWithNodeAv(decoder.av, path) : openWithFfmpeg(path, decoder.version))
  } catch (error) {
    if (isError(error, 'unfit', 'not-a-video', 'no-frames')) await requireWhole(path, 0, undefined, error)
    throw error
  }
}

/** The decoder that a choice means on this machine. @throws KinemetricError `no-decoder`. */
export async function resolveDecoder(
  choice: DecoderChoice,
  path = '',
): Promise<
  | { kind: 'node-av'; av: Exclude<Awaited<ReturnType<typeof loadNodeAv>>, { missing: string }> }
  | { kind: 'ffmpeg'; version: string }
> {
  let nodeAvMissing = 'not asked for'
  if (choice !== 'ffmpeg') {
    const av = await loadNodeAv()
    if (!('missing' in av)) return { kind: 'node-av', av }
    nodeAvMissing = av.missing
  }
  if (choice !== 'node-av') {
    const ffmpeg = await findFfmpeg()
    if (!('missing' in ffmpeg)) return { kind: 'ffmpeg', version: ffmpeg.version }
    throw videoError('no-decoder', path, {
      expected: 'a video decoder',
      found: `none: node-av ${nodeAvMissing}; ffmpeg ${ffmpeg.missing}`,
    })
  }
  throw videoError('no-decoder', path, {
    expected: 'the decoder node-av',
    found: `that it cannot be used: ${nodeAvMissing}`,
  })
}
