import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import type { EncodeJob } from './encoding.ts'
import { ffmpegUrl, swscaleFlags } from '../decoders/ffmpeg-settings.ts'
import { lastLine } from '../decoders/probe-with-ffprobe.ts'

/**
 * Encodes with the `ffmpeg` on the PATH. Frames go through a pipe without times, so uneven timestamps become the average
 * rate. Throws an Error with ffmpeg's reason.
 */
export async function encodeWithFfmpeg(path: string, job: EncodeJob): Promise<void> {
  const child = spawn('ffmpeg', encodeArguments(path, job), { stdio: ['pipe', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2000)))
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  // When ffmpeg gives up it closes the pipe; its own words are the better reason.
  const sent = pipeline(Readable.from(framesOf(job)), child.stdin).catch(() => undefined)
  const code = await ended
  await sent
  if (code !== 0) throw new Error(lastLine(complaint) ?? `ffmpeg ended with ${code}`)
}

function* framesOf({ rgb, count, height, width }: EncodeJob): Generator<Uint8Array> {
  const bytes = height * width * 3
  for (let t = 0; t < count; t++) yield rgb.subarray(t * bytes, (t + 1) * bytes)
}

function encodeArguments(path: string, { encoding, width, height, frameRate }: EncodeJob): string[] {
  const colour =
    encoding.pixelFormat === 'yuv420p'
      ? ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv']
      : []
  const matrix = encoding.pixelFormat === 'yuv420p' ? ':out_color_matrix=bt709:out_range=tv' : ''
  return [
    ['-nostdin', '-hide_banner', '-v', 'error', '-y'],
    ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-r', `${frameRate.num}/${frameRate.den}`],
    ['-i', 'pipe:0', '-vf', `scale=flags=${swscaleFlags}${matrix},format=${encoding.pixelFormat}`],
    ['-c:v', encoding.encoder, '-threads', '1', ...colour],
    Object.entries({ ...encoding.encoderOptions, ...encoding.containerOptions }).flatMap(([k, v]) => [`-${k}`, v]),
    ['-fflags', '+bitexact', '-flags:v', '+bitexact', '-f', encoding.container, ffmpegUrl(path)],
  ].flat()
}
