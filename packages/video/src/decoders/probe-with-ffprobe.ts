import { spawn } from 'node:child_process'

import type { StreamDescription } from './decoder.ts'
import { orientationOf, upright } from './display-matrix.ts'
import { bareStreams, containerFormats, ffmpegUrl, protocols } from './ffmpeg-settings.ts'
import { maxPixels } from '../frames/limits.ts'
import { openError } from './open-error.ts'
import { requireKnownMatrix } from './require-known-matrix.ts'
import { videoError } from '../frames/video-error.ts'

/** Arguments, before `-i`, that keep ffmpeg and ffprobe to this one file and to images of a decent size. */
export const inputArguments: readonly string[] = [
  ['-protocol_whitelist', protocols],
  ['-format_whitelist', containerFormats],
  ['-max_pixels', String(maxPixels)],
].flat()

interface ProbedStream {
  index: number
  codec_type?: string
  codec_name?: string
  pix_fmt?: string
  color_space?: string
  width?: number
  height?: number
  avg_frame_rate?: string
  r_frame_rate?: string
  nb_frames?: string
  duration?: string
  disposition?: { attached_pic?: number }
  side_data_list?: { displaymatrix?: string }[]
}

/**
 * The first real video stream of a file, as ffprobe sees it, and how many there are.
 * @throws KinemetricError `not-a-video` or `unsupported`.
 */
export async function probeWithFfprobe(
  path: string,
): Promise<StreamDescription & { streamIndex: number; videoStreams: number; timed: boolean }> {
  const { streams = [], format = {} } = await runFfprobe(path)
  const videos = streams.filter(
    ({ codec_type, disposition }) => codec_type === 'video' && disposition?.attached_pic !== 1,
  )
  const [stream] = videos
  if (videos.length === 0) {
    throw videoError('not-a-video', path, {
      expected: 'a video stream',
      found: `${streams.length} streams, none of them video`,
    })
  }
  const matrix = stream.side_data_list?.find((entry) => entry.displaymatrix !== undefined)?.displaymatrix
  const orientation = matrix === undefined ? upright : orientationOf(matrixNumbers(matrix))
  if (orientation === undefined) {
    throw videoError('unsupported', path, {
      expected: 'a rotation by a multiple of 90 degrees',
      found: 'another display matrix',
    })
  }
  requireKnownMatrix(path, stream.color_space)
  return {
    streamIndex: stream.index,
    videoStreams: videos.length,
    timed: !bareStreams.includes(format.format_name ?? ''),
    width: stream.width ?? 0,
    height: stream.height ?? 0,
    fps: rate(stream.avg_frame_rate) ?? rate(stream.r_frame_rate),
    frameCount: positive(stream.nb_frames),
    durationSeconds: positive(stream.duration) ?? positive(format.duration),
    codec: stream.codec_name ?? 'unknown',
    pixelFormat: stream.pix_fmt ?? 'unknown',
    orientation,
  }
}

function runFfprobe(
  path: string,
): Promise<{ streams?: ProbedStream[]; format?: { duration?: string; format_name?: string } }> {
  return new Promise((resolve, reject) => {
    const wanted = ['-show_streams', '-show_format', '-of', 'json']
    const args = ['-v', 'error', ...inputArguments, ...wanted, '-i', ffmpegUrl(path)]
    const child = spawn('ffprobe', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    let complaint = ''
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2000)))
    child.on('error', (error) => reject(videoError('no-decoder', path, `ffprobe: ${error.message}`, { cause: error })))
    child.on('close', (code) => {
      if (code === 0) return resolve(JSON.parse(Buffer.concat(chunks).toString()))
      reject(openError(path, lastLine(complaint) ?? `ffprobe ended with ${code}`))
    })
  })
}

/** The last thing that was said, without the address of the structure that said it. */
export function lastLine(text: string): string | undefined {
  const line = text
    .trim()
    .split(/[\r\n]+/)
    .at(-1)
  return line === undefined || line === '' ? undefined : line.replace(/ @ 0x[0-9a-f]+/g, '')
}

/** ffprobe prints the matrix as three lines `00000000: 0 65536 0`. */
function matrixNumbers(text: string): number[] {
  return text
    .split('\n')
    .filter((line) => line.includes(':'))
    .flatMap((line) =>
      line
        .slice(line.indexOf(':') + 1)
        .trim()
        .split(/\s+/)
        .map(Number),
    )
}

function rate(text: string | undefined): number | undefined {
  const [numerator, denominator] = (text ?? '0/0').split('/').map(Number)
  return numerator > 0 && denominator > 0 ? numerator / denominator : undefined
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text)
  return value > 0 ? value : undefined
}
