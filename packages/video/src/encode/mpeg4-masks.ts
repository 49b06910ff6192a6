import type { CodecContext, Frame, Packet, SoftwareScaleContext } from 'node-av/lib'
import { loadNodeAv, type NodeAv } from '../decoders/node-av/node-av-module.ts'
import { opencvFlags } from '../decoders/ffmpeg-settings.ts'
import { videoError } from '../frames/video-error.ts'
import { requireDone } from './encoder-pictures.ts'

/** Sizes of masks, pixels, and their frames a second. */
export interface MaskVideo {
  height: number
  width: number
  fps: number
}

/** A mask that has come back: its rows of luma, `stride` bytes apart, and the grey level that each luma is. Holds until the next mask is pushed. */
export interface MaskLuma {
  luma: Uint8Array
  stride: number
  /** 256 levels. */
  levels: Uint8Array
}

/** Pictures that are given to the encoder in turn: it still holds the last ones. */
const PICTURES = 3

/** Of a grey picture. */
const NO_COLOUR = 128

/**
 * Masks as they come back from the video that OpenCV's VideoWriter makes of them (fourcc mp4v, one channel): FFmpeg's MPEG-4 part 2 encoder in 4:2:0 with
 * OpenCV's rate, decoded again, without a file. What was 0 or 255 has ringing around its edges then.
 *
 * One thread: slices would change the bits. FFmpeg 5.1, OpenCV 4.10's own and node-av's give the same ones.
 * Source: OpenCV modules/videoio/src/cap_ffmpeg_impl.hpp, `icv_add_video_stream_FFMPEG` and `CvVideoWriter_FFMPEG::open`.
 */
export class Mpeg4Masks implements Disposable {
  readonly #av: NodeAv
  readonly #size: { height: number; width: number }
  readonly #encoder: CodecContext
  readonly #decoder: CodecContext
  readonly #packet: Packet
  readonly #pictures: Picture[]
  readonly #decoded: Frame
  readonly #levels: Uint8Array
  readonly #words: Uint32Array<ArrayBuffer>
  readonly #colourless: Uint8Array
  #bgr: GreyConverter | undefined
  #count = 0n

  private constructor(av: NodeAv, size: { height: number; width: number }, encoder: CodecContext) {
    const { lib, constants } = av
    const { height, width } = size
    this.#av = av
    this.#size = size
    this.#encoder = encoder
    this.#decoder = openDecoder(av)
    this.#packet = new lib.Packet()
    this.#packet.alloc()
    this.#decoded = new lib.Frame()
    this.#decoded.alloc()
    this.#pictures = Array.from({ length: PICTURES }, () =>
      picture(av, { ...size, format: constants.AV_PIX_FMT_YUV420P }),
    )
    for (const { planes } of this.#pictures) for (const plane of planes.slice(1)) plane.fill(NO_COLOUR)
    this.#words = new Uint32Array(Math.ceil((height * width) / 4))
    this.#levels = levelsOfLuma(av, width)
    this.#colourless = new Uint8Array(width / 2).fill(NO_COLOUR)
  }

  /** Undefined where nothing here can encode MPEG-4. */
  static async open(video: MaskVideo): Promise<Mpeg4Masks | undefined> {
    const av = await loadNodeAv()
    if ('missing' in av || av.lib.Codec.findEncoderByName(av.constants.FF_ENCODER_MPEG4) === null) return undefined
    // What OpenCV writes has even sides: the last column and row go.
    const size = { height: video.height - (video.height % 2), width: video.width - (video.width % 2) }
    return new Mpeg4Masks(av, size, await openEncoder(av, { ...video, ...size }))
  }

  /** Whether `open` finds an encoder. */
  static async isThere(): Promise<boolean> {
    const av = await loadNodeAv()
    return !('missing' in av) && av.lib.Codec.findEncoderByName(av.constants.FF_ENCODER_MPEG4) !== null
  }

  /** Of the masks that come back: those given without an odd last row and column. */
  get size(): { readonly height: number; readonly width: number } {
    return this.#size
  }

  /**
   * @param mask `[height, width]` of the masks that come back, 0 or 255; undefined: the last one was given, give the rest
   * @param receive is called with those that have come back by now, in their order
   * @throws KinemetricError `write-failed`
   */
  push(mask: Uint8Array | undefined, receive: (back: MaskLuma) => void): void {
    try {
      const picture = mask === undefined ? null : this.#pictureOf(mask)
      requireDone(this.#av, this.#encoder.sendFrameSync(picture), 'encoding')
      while (this.#encoder.receivePacketSync(this.#packet) >= 0) {
        requireDone(this.#av, this.#decoder.sendPacketSync(this.#packet), 'decoding')
        this.#packet.unref()
        this.#received(receive)
      }
      if (mask === undefined) {
        requireDone(this.#av, this.#decoder.sendPacketSync(null), 'decoding')
        this.#received(receive)
      }
    } catch (cause) {
      const found = cause instanceof Error ? cause.message : String(cause)
      throw videoError('write-failed', 'mpeg4', { expected: 'masks to go through MPEG-4', found }, { cause })
    }
  }

  /** What swscale makes of grey in its full range: luma of 16 and 235, no colour. */
  #pictureOf(mask: Uint8Array): Frame {
    const { height, width } = this.#size
    const own = this.#pictures[Number(this.#count % BigInt(PICTURES))]
    if (!own.frame.isWritable) {
      requireDone(this.#av, own.frame.makeWritable(), 'frame')
      own.planes = own.frame.data ?? []
    }
    const bytes = new Uint8Array(this.#words.buffer)
    bytes.set(mask)
    for (let i = 0; i < this.#words.length; i++) this.#words[i] = (this.#words[i] & WHITE_LESS_BLACK) + BLACK
    const [luma] = own.planes
    const [stride] = own.frame.linesize
    for (let y = 0; y < height; y++) luma.set(bytes.subarray(y * width, (y + 1) * width), y * stride)
    own.frame.pts = this.#count++
    return own.frame
  }

  #received(receive: (back: MaskLuma) => void): void {
    while (this.#decoder.receiveFrameSync(this.#decoded) >= 0) {
      const [luma, ...colours] = this.#decoded.data ?? []
      const [stride, ...strides] = this.#decoded.linesize
      const isGrey = colours.every((plane, k) => this.#isColourless(plane, strides[k]))
      receive(isGrey ? { luma, stride, levels: this.#levels } : this.#converted())
      this.#decoded.unref()
    }
  }

  /** Coarse quantisers leave a level of colour; no table from luma to grey holds then. */
  #isColourless(plane: Uint8Array, stride: number): boolean {
    const { height, width } = this.#size
    for (let y = 0; y < height / 2; y++)
      if (Buffer.compare(plane.subarray(y * stride, y * stride + width / 2), this.#colourless) !== 0) return false
    return true
  }

  /** As OpenCV reads it: blue, green, red, of which its caller looks at the first. */
  #converted(): MaskLuma {
    const { height, width } = this.#size
    this.#bgr ??= new GreyConverter(this.#av, height, width)
    return { luma: this.#bgr.blueOf(this.#decoded), stride: width, levels: sameLevels }
  }

  [Symbol.dispose](): void {
    for (const each of [this.#packet, this.#decoded, ...this.#pictures.map(({ frame }) => frame)]) each.free()
    for (const each of [this.#encoder, this.#decoder]) each.freeContext()
    this.#bgr?.[Symbol.dispose]()
  }
}

async function openEncoder(av: NodeAv, { height, width, fps }: MaskVideo): Promise<CodecContext> {
  const { lib, constants } = av
  const encoder = lib.Codec.findEncoderByName(constants.FF_ENCODER_MPEG4)
  if (encoder === null) throw videoError('no-decoder', 'mpeg4', { expected: 'an encoder of MPEG-4', found: 'none' })
  const codec = new lib.CodecContext()
  codec.allocContext3(encoder)
  codec.width = width
  codec.height = height
  codec.pixelFormat = constants.AV_PIX_FMT_YUV420P
  const rate = Math.max(1, Math.round(fps))
  codec.timeBase = new lib.Rational(1, rate)
  codec.framerate = new lib.Rational(rate, 1)
  codec.threadCount = 1
  const bits = String(2 * rate * width * height)
  using options = lib.Dictionary.fromObject({ b: bits, bt: bits, qmin: '3', g: '12', bf: '0' })
  // Not open2Sync, which frees the options twice (node-av 6.1).
  requireDone(av, await codec.open2(encoder, options), 'encoder mpeg4')
  return codec
}

function openDecoder(av: NodeAv): CodecContext {
  const { lib, constants } = av
  const decoder = lib.Codec.findDecoder(constants.AV_CODEC_ID_MPEG4)
  const codec = new lib.CodecContext()
  codec.allocContext3(decoder)
  codec.threadCount = 1
  requireDone(av, codec.open2Sync(decoder, null), 'decoder mpeg4')
  return codec
}

/** A picture, and views of its planes, which are asked for once. */
interface Picture {
  frame: Frame
  planes: readonly Uint8Array[]
}

function picture(av: NodeAv, wanted: { height: number; width: number; format: Frame['format'] }): Picture {
  const frame = new av.lib.Frame()
  frame.alloc()
  frame.format = wanted.format
  Object.assign(frame, { height: wanted.height, width: wanted.width })
  requireDone(av, frame.getBuffer(), 'frame')
  return { frame, planes: frame.data ?? [] }
}

/** Four lumas at once: 0 becomes 16 and 255 becomes 235. */
const BLACK = 0x10101010
const WHITE_LESS_BLACK = 0xdbdbdbdb

const sameLevels = Uint8Array.from({ length: 256 }, (_, level) => level)

/** The grey level that OpenCV's decoder makes of each luma without colour, asked with a picture that has them all. */
function levelsOfLuma(av: NodeAv, width: number): Uint8Array {
  const height = 2 * sameLevels.length
  const { frame, planes } = picture(av, { height, width, format: av.constants.AV_PIX_FMT_YUV420P })
  using converter = new GreyConverter(av, height, width)
  try {
    const [luma, ...colours] = planes
    for (const plane of colours) plane.fill(NO_COLOUR)
    const [stride] = frame.linesize
    for (let y = 0; y < height; y++) luma.fill(y >> 1, y * stride, (y + 1) * stride)
    const blue = converter.blueOf(frame)
    return sameLevels.map((level) => blue[2 * level * width])
  } finally {
    frame.free()
  }
}

/** swscale's quick way, which OpenCV's VideoCapture takes. */
class GreyConverter implements Disposable {
  readonly #av: NodeAv
  readonly #width: number
  readonly #bgr: Picture
  readonly #blue: Uint8Array
  readonly #context: SoftwareScaleContext

  constructor(av: NodeAv, height: number, width: number) {
    this.#av = av
    this.#width = width
    this.#bgr = picture(av, { height, width, format: av.constants.AV_PIX_FMT_BGR24 })
    this.#blue = new Uint8Array(height * width)
    this.#context = new av.lib.SoftwareScaleContext()
    this.#context.allocContext()
    this.#context.setOption('sws_flags', opencvFlags)
  }

  /** `[height, width]`; holds until the next is converted. */
  blueOf(frame: Frame): Uint8Array {
    requireDone(this.#av, this.#context.scaleFrameSync(this.#bgr.frame, frame), 'conversion')
    const [bytes] = this.#bgr.planes
    const [stride] = this.#bgr.frame.linesize
    for (let at = 0, row = 0; at < this.#blue.length; row += stride)
      for (let x = 0; x < this.#width; x++) this.#blue[at++] = bytes[row + 3 * x]
    return this.#blue
  }

  [Symbol.dispose](): void {
    this.#context.freeContext()
    this.#bgr.frame.free()
  }
}
