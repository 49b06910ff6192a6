import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { KinemetricError } from '@kinemetric/files'

import type { DecodedFrame, OpenVideo, StreamDescription, Wanted } from './decoder.ts'
import { ffmpegUrl, opencvFlags, swscaleFlags } from './ffmpeg-settings.ts'
import { FrameTimes } from './frame-times.ts'
import { inputArguments, lastLine, probeWithFfprobe } from './probe-with-ffprobe.ts'
import { requireDecodableSize } from './require-decodable-size.ts'
import { videoError } from '../frames/video-error.ts'

type Source = StreamDescription & {
  path: string
  streamIndex: number
  passthrough: readonly string[]
  times: FrameTimes
}
type FfmpegProcess = ChildProcessByStdio<null, Readable, Readable>

/**
 * Opens a video file for the `ffmpeg` on the PATH, spawned once per reading. The fallback where node-av is missing; same
 * swscale flags, so the same bytes.
 * @param path absolute path of a regular file
 * @param version of the `ffmpeg` on the PATH
 * @throws KinemetricError `not-a-video`, `too-large`, `unsupported` or `no-decoder`.
 */
export async function openWithFfmpeg(path: string, version: string): Promise<OpenVideo> {
  const { videoStreams, timed, ...description } = await probeWithFfprobe(path)
  const passthrough = everyFrameOnce(version)
  requireDecodableSize(path, description)
  const times = new FrameTimes()
  return {
    description,
    streams: videoStreams,
    timed,
    times,
    frames: (wanted, signal) => decode({ ...description, path, passthrough, times }, wanted, signal),
    close: () => Promise.resolve(),
  }
}

async function* decode(source: Source, wanted: Wanted, signal?: AbortSignal): AsyncGenerator<DecodedFrame> {
  signal?.throwIfAborted()
  const child: FfmpegProcess = spawn('ffmpeg', decodeArguments(source, wanted), { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = endOf(child)
  const log = new FrameLog(child.stderr, source, wanted)
  const onAbort = (): boolean => child.kill('SIGKILL')
  signal?.addEventListener('abort', onAbort)
  try {
    let index = wanted.start
    for await (const rgb of chunksOf(child.stdout, source.width * source.height * 3)) {
      signal?.throwIfAborted()
      const timestamp = await log.timestampOf(index)
      // After a change of size the bytes no longer fall into frames.
      if (log.problem !== undefined) throw log.problem
      yield { index, timestamp, rgb }
      index += wanted.stride
    }
    const code = await ended
    signal?.throwIfAborted()
    if (log.problem !== undefined) throw log.problem
    if (code !== 0) {
      const reason = log.lastComplaint ?? `ffmpeg ended with ${code}`
      throw videoError('damaged', source.path, {
        expected: `to decode frame ${log.count} or one soon after it`,
        found: reason,
      })
    }
    yield* unwanted(log.count)
  } finally {
    signal?.removeEventListener('abort', onAbort)
    child.kill('SIGKILL')
    await ended.catch(() => undefined)
  }
}

/** A last entry without pixels, so that the reader learns how many frames there were beyond those wanted. */
function* unwanted(count: number): Generator<DecodedFrame> {
  if (count > 0) yield { index: count - 1, timestamp: undefined, rgb: undefined }
}

function decodeArguments(source: Source, { start, stride, last, toEnd = false, asOpencv = false }: Wanted): string[] {
  const upTo = toEnd && Number.isFinite(last) ? `*lte(n,${last})` : ''
  const select = `gte(n,${start})*not(mod(n-${start},${stride}))${upTo}`
  // The first showinfo lists every decoded frame on stderr: timestamps, sizes, and how many there were.
  // Newer versions of `scale` would map colours by primaries and transfer; only the matrix and the range are to count.
  const untagged = `setparams=color_primaries=unknown:color_trc=unknown${asOpencv ? ':colorspace=unknown' : ''}`
  const flags = asOpencv ? opencvFlags : swscaleFlags
  const filters = `showinfo=checksum=0,select='${select}',${untagged},scale=flags=${flags},format=rgb24`
  const limit = Number.isFinite(last) && !toEnd ? ['-frames:v', String((last - start) / stride + 1)] : []
  return [
    ['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'info', '-xerror'],
    // Unaligned: a window that is cropped on the left begins where the stream says, not at an address that suits the processor.
    ['-noautorotate', '-copyts', '-flags', 'unaligned', ...inputArguments, '-i', ffmpegUrl(source.path)],
    ['-map', `0:${source.streamIndex}`, '-vf', filters, ...source.passthrough, ...limit],
    ['-f', 'rawvideo', 'pipe:1'],
  ].flat()
}

/** The option that makes ffmpeg neither drop nor repeat frames; renamed in 5.1. */
function everyFrameOnce(version: string): readonly string[] {
  const [major = Infinity, minor = 0] = (/^n?(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number)
  return major < 5 || (major === 5 && minor < 1) ? ['-vsync', 'passthrough'] : ['-fps_mode', 'passthrough']
}

function endOf(child: FfmpegProcess): Promise<number | null> {
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) => reject(videoError('no-decoder', 'ffmpeg', error.message, { cause: error })))
    child.on('close', resolve)
  })
  // Awaited at the end; until then a failure to start must not count as unhandled.
  ended.catch(() => undefined)
  return ended
}

async function* chunksOf(stream: Readable, size: number): AsyncGenerator<Uint8Array> {
  let frame = new Uint8Array(size)
  let filled = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let at = 0
    while (at < chunk.length) {
      const length = Math.min(size - filled, chunk.length - at)
      frame.set(chunk.subarray(at, at + length), filled)
      filled += length
      at += length
      if (filled < size) continue
      yield frame
      frame = new Uint8Array(size)
      filled = 0
    }
  }
}

/** What ffmpeg says on stderr: a line a decoded frame, and complaints. */
class FrameLog {
  count = 0
  problem: KinemetricError | undefined
  lastComplaint: string | undefined
  readonly #source: Source
  readonly #wanted: Wanted
  readonly #timestamps = new Map<number, number | undefined>()
  readonly #waiting = new Map<number, (timestamp: number | undefined) => void>()
  #timeBase = { num: 0, den: 1 }
  #firstPts: number | undefined
  #ended = false

  constructor(stderr: Readable, source: Source, wanted: Wanted) {
    this.#source = source
    this.#wanted = wanted
    let rest = ''
    stderr.setEncoding('utf8')
    stderr.on('data', (text: string) => {
      const lines = (rest + text).split(/\r?\n/)
      rest = lines.pop() ?? ''
      for (const line of lines) this.#read(line)
    })
    stderr.on('close', () => {
      this.#ended = true
      for (const resolve of this.#waiting.values()) resolve(undefined)
    })
  }

  /** Seconds of frame `index` since the first frame; its line may come after its pixels. */
  timestampOf(index: number): Promise<number | undefined> | number | undefined {
    if (this.#timestamps.has(index) || this.#ended) {
      const timestamp = this.#timestamps.get(index)
      this.#timestamps.delete(index)
      return timestamp
    }
    return new Promise((resolve) => this.#waiting.set(index, resolve))
  }

  #read(line: string): void {
    if (!line.startsWith('[Parsed_showinfo')) {
      if (/error|invalid|corrupt|could not|no such/i.test(line)) this.lastComplaint = lastLine(line)
      return
    }
    const base = /config in time_base: (\d+)\/(\d+)/.exec(line)
    if (base !== null) this.#timeBase = { num: Number(base[1]), den: Number(base[2]) }
    const frame = / n: *(\d+) pts: *(\S+) .* s:(\d+)x(\d+) /.exec(line)
    if (frame === null) return
    const [index, pts, width, height] = frame.slice(1).map(Number)
    this.count = index + 1
    this.#checkSize(index, width, height)
    this.#firstPts ??= Number.isNaN(pts) ? undefined : pts
    const { num, den } = this.#timeBase
    const timestamp = Number.isNaN(pts) ? undefined : ((pts - (this.#firstPts ?? 0)) * num) / den
    this.#source.times.add(timestamp)
    const { start, stride, last } = this.#wanted
    if (index < start || index > last || (index - start) % stride !== 0) return
    const waiting = this.#waiting.get(index)
    this.#waiting.delete(index)
    if (waiting === undefined) this.#timestamps.set(index, timestamp)
    else waiting(timestamp)
  }

  #checkSize(index: number, width: number, height: number): void {
    const { path, width: expectedWidth, height: expectedHeight } = this.#source
    if (width === expectedWidth && height === expectedHeight) return
    const expected = `${expectedWidth}×${expectedHeight}`
    this.problem ??= videoError('mixed-sizes', path, {
      expected: `frame ${index} of ${expected}`,
      found: `${width}×${height}`,
    })
  }
}
