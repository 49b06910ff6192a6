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
  readonly #picture: Frame
  readonly #decoded: Frame
  readonly #grey: Frame
  readonly #toYuv: SoftwareScaleContext
  readonly #toGrey: SoftwareScaleContext
  #pts = 0n

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
    const pictureOf = (format: Frame['format']) => {
      const frame = new lib.Frame()
      frame.alloc()
      frame.format = format
      Object.assign(frame, { height, width })
      requireDone(av, frame.getBuffer(), 'frame')
      return frame
    }
    this.#picture = pictureOf(constants.AV_PIX_FMT_YUV420P)
    this.#grey = pictureOf(constants.AV_PIX_FMT_BGR24)
    this.#toYuv = scaler(av)
    this.#toGrey = scaler(av)
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
   * @param mask `[height, width]` of the masks that come back, 0 or 255
   * @returns those that have come back by now, in their order; undefined: the last one was given, give the rest
   * @throws KinemetricError `write-failed`
   */
  push(mask: Uint8Array | undefined): Uint8Array[] {
    try {
      if (mask === undefined) requireDone(this.#av, this.#encoder.sendFrameSync(null), 'encoding')
      else requireDone(this.#av, this.#encoder.sendFrameSync(this.#pictureOf(mask)), 'encoding')
      const back: Uint8Array[] = []
      while (this.#encoder.receivePacketSync(this.#packet) >= 0) {
        requireDone(this.#av, this.#decoder.sendPacketSync(this.#packet), 'decoding')
        this.#packet.unref()
        back.push(...this.#received())
      }
      if (mask === undefined) {
        requireDone(this.#av, this.#decoder.sendPacketSync(null), 'decoding')
        back.push(...this.#received())
      }
      return back
    } catch (cause) {
      const found = cause instanceof Error ? cause.message : String(cause)
      throw videoError('write-failed', 'mpeg4', { expected: 'masks to go through MPEG-4', found }, { cause })
    }
  }

  #pictureOf(mask: Uint8Array): Frame {
    const { lib, constants } = this.#av
    requireDone(this.#av, this.#picture.makeWritable(), 'frame')
    const buffer = Buffer.from(mask.buffer, mask.byteOffset, mask.length)
    using source = lib.Frame.fromVideoBuffer(buffer, { ...this.#size, format: constants.AV_PIX_FMT_GRAY8 })
    requireDone(this.#av, this.#toYuv.scaleFrameSync(this.#picture, source), 'conversion')
    this.#picture.pts = this.#pts++
    return this.#picture
  }

  #received(): Uint8Array[] {
    const masks: Uint8Array[] = []
    const { height, width } = this.#size
    while (this.#decoder.receiveFrameSync(this.#decoded) >= 0) {
      requireDone(this.#av, this.#toGrey.scaleFrameSync(this.#grey, this.#decoded), 'conversion')
      const [bgr] = this.#grey.data ?? []
      const [stride] = this.#grey.linesize
      const mask = new Uint8Array(height * width)
      // The three channels are equal.
      for (let y = 0, at = 0; y < height; y++)
        for (let x = 0, from = y * stride; x < width; x++, from += 3) mask[at++] = bgr[from]
      masks.push(mask)
      this.#decoded.unref()
    }
    return masks
  }

  [Symbol.dispose](): void {
    for (const each of [this.#packet, this.#picture, this.#decoded, this.#grey]) each.free()
    for (const each of [this.#encoder, this.#decoder, this.#toYuv, this.#toGrey]) each.freeContext()
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

function scaler({ lib }: NodeAv): SoftwareScaleContext {
  const context = new lib.SoftwareScaleContext()
  context.allocContext()
  context.setOption('sws_flags', opencvFlags)
  return context
}
