import type { CodecContext, FormatContext, Frame, Packet, Stream } from 'node-av/lib'

import type { EncodeJob } from './encoding.ts'
import { ffmpegUrl } from '../decoders/ffmpeg-settings.ts'
import type { NodeAv } from '../decoders/node-av/node-av-module.ts'
import { EncoderPictures, requireDone } from './encoder-pictures.ts'

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
  const { rgb, count, width, height, pts, blocking = false } = job
  const { codec } = output
  using pictures = new EncoderPictures(av, job, codec)
  using packet = new av.lib.Packet()
  packet.alloc()
  const bytes = height * width * 3
  const send = (frame: Frame | null) => (blocking ? codec.sendFrameSync(frame) : codec.sendFrame(frame))
  for (let t = 0; t < count; t++) {
    const picture = await pictures.of(rgb.subarray(t * bytes, (t + 1) * bytes))
    picture.pts = pts[t]
    requireDone(av, await send(picture), 'encoding')
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
    const written = blocking ? format.interleavedWriteFrameSync(packet) : await format.interleavedWriteFrame(packet)
    requireDone(av, written, 'writing')
  }
}
