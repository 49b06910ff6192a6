import type { CodecContext, FormatContext, Frame, Packet, Stream } from 'node-av/lib'

import type { DecodedFrame, OpenVideo, StreamDescription, Wanted } from './decoder.ts'
import { orientationOf, upright } from './display-matrix.ts'
import { bareStreams, containerFormats, ffmpegUrl, protocols } from './ffmpeg-settings.ts'
import { FrameTimes } from './frame-times.ts'
import { maxPixels } from '../frames/limits.ts'
import { openError } from './open-error.ts'
import type { NodeAv } from './node-av/node-av-module.ts'
import { requireDecodableSize } from './require-decodable-size.ts'
import { requireKnownMatrix } from './require-known-matrix.ts'
import { RgbConverter } from './rgb-converter.ts'
import { type ShownFrames, shownFramesOf } from './shown-frames.ts'
import { videoError } from '../frames/video-error.ts'

/**
 * Opens a video file with node-av. Every call into FFmpeg is asynchronous, so several videos decode side by side on
 * Node's thread pool.
 * @param path absolute path of a regular file
 * @throws KinemetricError `not-a-video`, `too-large` or `unsupported`.
 */
export async function openWithNodeAv(av: NodeAv, path: string): Promise<OpenVideo> {
  const format = await openInput(av, path)
  try {
    const { stream, streams } = await findVideoStream(av, format, path)
    const description = describe(av, format, stream, path)
    requireDecodableSize(path, description)
    requireKnownMatrix(path, stream.codecpar.colorSpace)
    const times = new FrameTimes()
    const packets = new PacketCount(description.codec, stream.timeBase)
    const opened: Opened = { av, format, stream, path, description, times, packets }
    return {
      description,
      streams,
      timed: !bareStreams.includes(format.iformat?.name ?? ''),
      times,
      frames: (wanted, signal) => decode(opened, wanted, signal),
      countRest: packets.counts ? (signal) => countRest(opened, signal) : undefined,
      close: () => format.closeInput(),
    }
  } catch (error) {
    await format.closeInput()
    throw error
  }
}

interface Opened {
  av: NodeAv
  format: FormatContext
  stream: Stream
  path: string
  description: StreamDescription
  times: FrameTimes
  packets: PacketCount
}

async function openInput({ lib }: NodeAv, path: string): Promise<FormatContext> {
  const format = new lib.FormatContext()
  using options = lib.Dictionary.fromObject({ protocol_whitelist: protocols, format_whitelist: containerFormats })
  const result = await format.openInput(ffmpegUrl(path), null, options)
  if (result < 0) throw openError(path, lib.FFmpegError.strerror(result))
  return format
}

/** The first video stream, and how many there are. */
async function findVideoStream(
  { lib, constants }: NodeAv,
  format: FormatContext,
  path: string,
): Promise<{ stream: Stream; streams: number }> {
  requireClaimedSizes(format, path)
  const result = await findStreamInfo(lib, format)
  const isVideo = (stream: Stream): boolean =>
    stream.codecpar.codecType === constants.AVMEDIA_TYPE_VIDEO &&
    (stream.disposition & constants.AV_DISPOSITION_ATTACHED_PIC) === 0
  const videos = format.streams.filter(isVideo)
  const [stream] = videos
  if (videos.length === 0) {
    const found = result < 0 ? lib.FFmpegError.strerror(result) : `${format.streams.length} streams, none of them video`
    throw videoError('not-a-video', path, { expected: 'a video stream', found })
  }
  for (const other of format.streams) if (other.index !== stream.index) other.discard = constants.AVDISCARD_ALL
  return { stream, streams: videos.length }
}

/** What container headers claim, before FFmpeg decodes a first frame to learn more. */
function requireClaimedSizes(format: FormatContext, path: string): void {
  for (const { codecpar } of format.streams) {
    if (codecpar.width * codecpar.height > maxPixels) {
      requireDecodableSize(path, { width: codecpar.width, height: codecpar.height, codec: 'video' })
    }
  }
}

async function findStreamInfo(lib: NodeAv['lib'], format: FormatContext): Promise<number> {
  // node-av 6.1 passes one dictionary where FFmpeg reads one a stream: with several streams that is out of bounds, and the
  // declared type (an array) crashes. So the limit is set for single streams; for others FFmpeg's own, 2²⁸ pixels, holds.
  if (format.nbStreams > 1) return format.findStreamInfo(null)
  using limit = lib.Dictionary.fromObject({ max_pixels: maxPixels })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it really takes, against its declared type
  const native = format.getNative() as unknown as { findStreamInfo(options: unknown): Promise<number> }
  return native.findStreamInfo(limit.getNative())
}

function describe({ lib, constants }: NodeAv, format: FormatContext, stream: Stream, path: string): StreamDescription {
  const parameters = stream.codecpar
  const matrix = parameters.getCodedSideData(constants.AV_PKT_DATA_DISPLAYMATRIX)
  const orientation =
    matrix === null ? upright : orientationOf(Array.from({ length: 9 }, (_, i) => matrix.readInt32LE(4 * i)))
  if (orientation === undefined) {
    throw videoError('unsupported', path, {
      expected: 'a rotation by a multiple of 90 degrees',
      found: 'another display matrix',
    })
  }
  const rate = [stream.avgFrameRate, stream.rFrameRate].find(({ num, den }) => num > 0 && den > 0)
  return {
    width: parameters.width,
    height: parameters.height,
    fps: rate === undefined ? undefined : rate.num / rate.den,
    frameCount: stream.nbFrames > 0n ? Number(stream.nbFrames) : undefined,
    durationSeconds: duration(format, stream),
    codec: lib.avGetCodecName(parameters.codecId) ?? 'unknown',
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a video stream it is a pixel format
    pixelFormat: lib.avGetPixFmtName(parameters.format as Parameters<typeof lib.avGetPixFmtName>[0]) ?? 'unknown',
    orientation,
  }
}

function duration(format: FormatContext, stream: Stream): number | undefined {
  if (stream.duration > 0n) return (Number(stream.duration) * stream.timeBase.num) / stream.timeBase.den
  if (format.duration > 0n) return Number(format.duration) / 1e6
  return undefined
}

/** Reads packets, decodes, and yields frames in order until `wanted.last`. */
async function* decode(opened: Opened, wanted: Wanted, signal?: AbortSignal): AsyncGenerator<DecodedFrame> {
  const { av, format, stream, path, description } = opened
  const { lib, constants } = av
  using codec = await openCodec(opened)
  using packet = new lib.Packet()
  packet.alloc()
  using frame = new lib.Frame()
  frame.alloc()
  using converter = new RgbConverter(av, path, description, wanted.asOpencv)
  const progress = { index: 0 }
  const clock = new Clock(stream, description.fps)

  const { blocking = false } = wanted
  const end = wanted.toEnd === true ? Infinity : wanted.last
  const send = (given: Packet | null) => (blocking ? codec.sendPacketSync(given) : codec.sendPacket(given))
  async function* receive(): AsyncGenerator<DecodedFrame> {
    while (progress.index <= end) {
      signal?.throwIfAborted()
      const result = blocking ? codec.receiveFrameSync(frame) : await codec.receiveFrame(frame)
      if (result === constants.AVERROR_EAGAIN || result === constants.AVERROR_EOF) return
      requireIntact(opened, result, progress.index)
      const index = progress.index++
      requireWhole(opened, frame, index)
      const isWanted = index >= wanted.start && index <= wanted.last && (index - wanted.start) % wanted.stride === 0
      const timestamp = clock.secondsOf(frame)
      opened.times.add(timestamp)
      yield { index, timestamp, rgb: isWanted ? await converter.toRgb(frame, index, wanted) : undefined }
      frame.unref()
    }
  }

  while (progress.index <= end) {
    signal?.throwIfAborted()
    const result = blocking ? format.readFrameSync(packet) : await format.readFrame(packet)
    if (result === constants.AVERROR_EOF) break
    requireIntact(opened, result, progress.index)
    // An empty packet is how AVI says "nothing new"; sent on, it would mean the end of the stream.
    if (packet.streamIndex === stream.index && packet.size > 0) {
      requireUncut(opened, packet, progress.index)
      opened.packets.add(packet)
      requireIntact(opened, await send(packet), progress.index)
      yield* receive()
    }
    packet.unref()
  }
  if (progress.index > end) return
  requireIntact(opened, await send(null), progress.index)
  yield* receive()
}

/** Goes on from the packet where `decode` stopped. */
async function countRest(opened: Opened, signal?: AbortSignal): Promise<number | undefined> {
  const { av, format, stream, packets, times } = opened
  using packet = new av.lib.Packet()
  packet.alloc()
  while (packets.total !== undefined) {
    signal?.throwIfAborted()
    const result = format.readFrameSync(packet)
    if (result === av.constants.AVERROR_EOF) {
      times.replace(packets.seconds)
      return packets.total
    }
    requireIntact(opened, result, packets.total)
    if (packet.streamIndex === stream.index && packet.size > 0) {
      requireUncut(opened, packet, packets.total)
      packets.add(packet)
    }
    packet.unref()
  }
  return undefined
}

function requireUncut({ av, path }: Opened, packet: Packet, index: number): void {
  if ((packet.flags & av.constants.AV_PKT_FLAG_CORRUPT) === 0) return
  throw videoError('damaged', path, { expected: 'whole data', found: `a cut packet after frame ${index}` })
}

/** Frames that a video's packets show, and when. */
class PacketCount {
  readonly #shown: ShownFrames | undefined
  readonly #timeBase: { num: number; den: number }
  readonly #pts: bigint[] = []
  #total: number | undefined = 0

  constructor(codec: string, timeBase: { num: number; den: number }) {
    this.#shown = shownFramesOf(codec)
    this.#timeBase = timeBase
  }

  /** Whether this codec's packets say how many frames they show. */
  get counts(): boolean {
    return this.#shown !== undefined
  }

  /** Of the packets so far; undefined where one of them does not say, or has no time. */
  get total(): number | undefined {
    return this.#total
  }

  /** Since the first frame, one a frame. */
  get seconds(): number[] {
    const [first = 0n] = this.#pts.toSorted((a, b) => Number(a - b))
    return this.#pts.map((pts) => (Number(pts - first) * this.#timeBase.num) / this.#timeBase.den)
  }

  add(packet: Packet): void {
    if (this.#shown === undefined || this.#total === undefined) return
    const shown = packet.data === null ? undefined : this.#shown(packet.data)
    // Below is AV_NOPTS_VALUE; frames of one packet would need a time each.
    this.#total = shown === undefined || shown > 1 || packet.pts < -(2n ** 62n) ? undefined : this.#total + shown
    if (shown === 1) this.#pts.push(packet.pts)
  }
}

async function openCodec({ av, stream, path, description }: Opened): Promise<CodecContext> {
  const { lib, constants } = av
  const decoder = lib.Codec.findDecoder(stream.codecpar.codecId)
  if (decoder === null)
    throw videoError('unsupported', path, { expected: 'a codec that can be decoded', found: description.codec })
  const codec = new lib.CodecContext()
  codec.allocContext3(decoder)
  codec.parametersToContext(stream.codecpar)
  codec.pktTimebase = stream.timeBase
  // Without it a window that is cropped on the left keeps up to 31 columns that the stream says are not shown.
  codec.setFlags(constants.AV_CODEC_FLAG_UNALIGNED)
  // Small clips are read several at once, which uses the cores better than threads inside one decoder.
  codec.threadCount = description.width * description.height <= 640 * 480 ? 1 : 4
  using options = lib.Dictionary.fromObject({ max_pixels: maxPixels })
  const result = await codec.open2(decoder, options)
  if (result < 0) {
    codec.freeContext()
    throw videoError('unsupported', path, `codec ${description.codec}: ${lib.FFmpegError.strerror(result)}`)
  }
  return codec
}

function requireIntact({ av, path }: Opened, result: number, index: number): void {
  if (result >= 0) return
  const reason = av.lib.FFmpegError.strerror(result)
  throw videoError('damaged', path, { expected: `to decode frame ${index} or one soon after it`, found: reason })
}

function requireWhole({ av, path, description }: Opened, frame: Frame, index: number): void {
  if (frame.decodeErrorFlags !== 0 || (frame.flags & av.constants.AV_FRAME_FLAG_CORRUPT) !== 0) {
    throw videoError('damaged', path, `frame ${index} is incomplete: its data is damaged or missing`)
  }
  if (frame.width !== description.width || frame.height !== description.height) {
    const expected = `${description.width}×${description.height}`
    throw videoError('mixed-sizes', path, {
      expected: `frame ${index} of ${expected}`,
      found: `${frame.width}×${frame.height}`,
    })
  }
}

/** Seconds since the first frame, from timestamps in the stream's unit; counted on where a frame has none. */
class Clock {
  readonly #timeBase: { num: number; den: number }
  readonly #step: bigint
  #first: bigint | undefined
  #next = 0n

  constructor(stream: Stream, fps: number | undefined) {
    this.#timeBase = stream.timeBase
    this.#step = BigInt(fps === undefined ? 1 : Math.round(stream.timeBase.den / (fps * stream.timeBase.num)))
  }

  secondsOf(frame: Frame): number {
    const known = frame.bestEffortTimestamp
    // Below is AV_NOPTS_VALUE, the smallest 64-bit number: AVI and raw streams leave some frames without.
    const pts = known > -(2n ** 62n) ? known : this.#next
    this.#first ??= pts
    this.#next = pts + (frame.duration > 0n ? frame.duration : this.#step)
    return (Number(pts - this.#first) * this.#timeBase.num) / this.#timeBase.den
  }
}
