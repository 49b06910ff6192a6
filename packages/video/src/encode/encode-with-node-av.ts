import type { CodecContext, FormatContext, Frame, Packet, Stream } from 'node-av/lib'

import type { EncodeJob } from './encoding.ts'
import { ffmpegUrl, swscaleFlags } from '../decoders/ffmpeg-settings.ts'
import type { NodeAv } from '../decoders/node-av-module.ts'

/** Encodes with node-av into a new file. Throws an Error with FFmpeg's reason. */
export async function encodeWithNodeAv(av: NodeAv, path: string, job: EncodeJob): Promise<void> {
  const { lib, constants } = av
  const { encoding } = job
  const format = new lib.FormatContext()
  requireDone(av, format.allocOutputContext2(null, encoding.container, ffmpegUrl(path)), 'container')
  // No random identifiers and no library versions in the file: the same frames give the same bytes.
  format.setFlags(constants.AVFMT_FLAG_BITEXACT)
  try {
    using codec = await openEncoder(av, job)
    const stream = format.newStream(null)
    requireDone(av, stream.codecpar.fromContext(codec), 'stream')
    stream.timeBase = codec.timeBase
    stream.avgFrameRate = codec.framerate
    requireDone(av, await format.openOutput(), 'open')
    using options = lib.Dictionary.fromObject(encoding.containerOptions)
    requireDone(av, await format.writeHeader(options), 'header')
    await encodeFrames(av, job, { format, codec, stream })
    requireDone(av, await format.writeTrailer(), 'trailer')
  } finally {
    await format.closeOutput()
    format.freeContext()
  }
}

interface Output {
  format: FormatContext
  codec: CodecContext
  stream: Stream
}

async function openEncoder(
  av: NodeAv,
  { encoding, width, height, timeBase, frameRate }: EncodeJob,
): Promise<CodecContext> {
  const { lib, constants } = av
  const names = { utvideo: constants.FF_ENCODER_UTVIDEO, libx264: constants.FF_ENCODER_LIBX264 }
  const encoder = lib.Codec.findEncoderByName(names[encoding.encoder])
  if (encoder === null) throw new Error(`no encoder ${encoding.encoder} in this FFmpeg`)
  const codec = new lib.CodecContext()
  codec.allocContext3(encoder)
  codec.width = width
  codec.height = height
  codec.pixelFormat = lib.avGetPixFmtFromName(encoding.pixelFormat)
  codec.timeBase = new lib.Rational(timeBase.num, timeBase.den)
  codec.framerate = new lib.Rational(frameRate.num, frameRate.den)
  // x264's output depends on its number of threads.
  codec.threadCount = 1
  codec.setFlags(constants.AV_CODEC_FLAG_BITEXACT)
  if (encoding.container === 'mp4') codec.setFlags(constants.AV_CODEC_FLAG_GLOBAL_HEADER)
  if (encoding.pixelFormat === 'yuv420p') {
    codec.colorSpace = constants.AVCOL_SPC_BT709
    codec.colorPrimaries = constants.AVCOL_PRI_BT709
    codec.colorTrc = constants.AVCOL_TRC_BT709
    codec.colorRange = constants.AVCOL_RANGE_MPEG
  }
  using options = lib.Dictionary.fromObject(encoding.encoderOptions)
  const result = await codec.open2(encoder, options)
  if (result < 0) codec.freeContext()
  requireDone(av, result, `encoder ${encoding.encoder}`)
  return codec
}

async function encodeFrames(av: NodeAv, job: EncodeJob, output: Output): Promise<void> {
  const { lib, constants } = av
  const { rgb, count, width, height, pts, blocking = false } = job
  const { codec } = output
  using scaler = new lib.SoftwareScaleContext()
  scaler.allocContext()
  scaler.setOption('sws_flags', swscaleFlags)
  using target = new lib.Frame()
  target.alloc()
  target.format = codec.pixelFormat
  target.width = width
  target.height = height
  target.colorRange = codec.colorRange
  target.colorSpace = codec.colorSpace
  requireDone(av, target.getBuffer(), 'frame')
  using packet = new lib.Packet()
  packet.alloc()
  const bytes = height * width * 3
  const send = (frame: Frame | null) => (blocking ? codec.sendFrameSync(frame) : codec.sendFrame(frame))
  for (let t = 0; t < count; t++) {
    const buffer = Buffer.from(rgb.buffer, rgb.byteOffset + t * bytes, bytes)
    using source = lib.Frame.fromVideoBuffer(buffer, { width, height, format: constants.AV_PIX_FMT_RGB24 })
    source.colorRange = constants.AVCOL_RANGE_JPEG
    source.colorSpace = constants.AVCOL_SPC_RGB
    // The encoder may still hold the last picture.
    requireDone(av, target.makeWritable(), 'frame')
    const scaled = blocking ? scaler.scaleFrameSync(target, source) : await scaler.scaleFrame(target, source)
    requireDone(av, scaled, 'conversion')
    target.pts = pts[t]
    requireDone(av, await send(target), 'encoding')
    await writePackets(av, output, packet, blocking)
  }
  requireDone(av, await send(null), 'encoding')
  await writePackets(av, output, packet, blocking)
}

async function writePackets(
  av: NodeAv,
  { format, codec, stream }: Output,
  packet: Packet,
  blocking: boolean,
): Promise<void> {
  for (;;) {
    const result = blocking ? codec.receivePacketSync(packet) : await codec.receivePacket(packet)
    if (result === av.constants.AVERROR_EAGAIN || result === av.constants.AVERROR_EOF) return
    requireDone(av, result, 'encoding')
    packet.streamIndex = stream.index
    packet.rescaleTs(codec.timeBase, stream.timeBase)
    requireDone(av, await format.interleavedWriteFrame(packet), 'writing')
  }
}

function requireDone({ lib }: NodeAv, result: number, what: string): void {
  if (result < 0) throw new Error(`${what}: ${lib.FFmpegError.strerror(result)}`)
}
