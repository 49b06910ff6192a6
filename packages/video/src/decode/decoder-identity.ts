import type { DecoderChoice } from './decode-options.ts'
import { resolveDecoder } from './open-video.ts'

/**
 * What decodes here, for provenance: `{ name: 'node-av', version: '6.1.1 (FFmpeg 8.1…)' }` or
 * `{ name: 'ffmpeg', version: '5.1.9…' }`.
 * @throws KinemetricError `no-decoder` where the one asked for is not installed.
 */
export async function decoderIdentity(decoder: DecoderChoice = 'auto'): Promise<{ name: string; version: string }> {
  const found = await resolveDecoder(decoder)
  if (found.kind === 'ffmpeg') return { name: 'ffmpeg', version: found.version }
  return { name: 'node-av', version: `${found.av.version} (FFmpeg ${found.av.lib.getFFmpegInfo().version})` }
}
