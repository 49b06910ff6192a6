import type { Frame, SoftwareScaleContext } from 'node-av/lib'

import type { StreamDescription, Wanted } from './decoder.ts'
import { opencvFlags, swscaleFlags } from './ffmpeg-settings.ts'
import type { NodeAv } from './node-av/node-av-module.ts'
import { PlaneInterleaver } from '../wasm/interleave-planes.ts'
import { videoError } from '../frames/video-error.ts'

/** Where swscale writes, and how its bytes become packed RGB. */
interface Target extends Disposable {
  frame: Frame
  rgb: () => Uint8Array
}

/** Turns frames of any pixel format into RGB bytes with the pinned swscale flags. */
export class RgbConverter implements Disposable {
  readonly #av: NodeAv
  readonly #path: string
  readonly #description: StreamDescription
  readonly #context: SoftwareScaleContext
  readonly #asOpencv: boolean
  #packed: Target | undefined
  #planar: Target | undefined

  constructor(av: NodeAv, path: string, description: StreamDescription, asOpencv = false) {
    this.#av = av
    this.#path = path
    this.#description = description
    this.#context = new av.lib.SoftwareScaleContext()
    this.#context.allocContext()
    this.#asOpencv = asOpencv
    this.#context.setOption('sws_flags', asOpencv ? opencvFlags : swscaleFlags)
  }

  /** @returns height · width · 3 bytes @throws KinemetricError `unsupported` */
  async toRgb(frame: Frame, index: number, { blocking = false, transient = false }: Wanted): Promise<Uint8Array> {
    const { lib, constants } = this.#av
    // As FFmpeg's scale filter does: chroma is not shifted by its tag, and interlaced pictures are converted whole.
    frame.chromaLocation = constants.AVCHROMA_LOC_UNSPECIFIED
    // RGB by the file's matrix and range alone: where primaries or transfer are tagged, swscale would map colours between spaces.
    frame.colorPrimaries = constants.AVCOL_PRI_UNSPECIFIED
    frame.colorTrc = constants.AVCOL_TRC_UNSPECIFIED
    frame.clearFlags(constants.AV_FRAME_FLAG_INTERLACED)
    if (this.#asOpencv) frame.colorSpace = constants.AVCOL_SPC_UNSPECIFIED
    const target = this.#targetOf(frame)
    const result = blocking
      ? this.#context.scaleFrameSync(target.frame, frame)
      : await this.#context.scaleFrame(target.frame, frame)
    if (result < 0) {
      const reason = lib.FFmpegError.strerror(result)
      const { pixelFormat } = this.#description
      const message = `frame ${index}: no conversion from ${pixelFormat} to RGB: ${reason}`
      throw videoError('unsupported', this.#path, message)
    }
    const bytes = target.rgb()
    return transient ? bytes : new Uint8Array(bytes)
  }

  /**
   * For planes of 8-bit YUV swscale has vector code that gives planes of RGB, and plain C alone that gives packed RGB, of the same arithmetic (yuv2gbrp_full_X and
   * yuv2rgb_full_X of libswscale/output.c): four times as fast.
   */
  #targetOf({ format }: Frame): Target {
    if (this.#asOpencv) return (this.#packed ??= this.#packedTarget())
    const { AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P } = this.#av.constants
    const planes: readonly number[] = [AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P]
    if (planes.includes(format)) return (this.#planar ??= this.#planarTarget())
    return (this.#packed ??= this.#packedTarget())
  }

  #packedTarget(): Target {
    const { height, width } = this.#description
    const frame = this.#frameOf(this.#av.constants.AV_PIX_FMT_RGB24)
    // Alignment 1: rows follow each other without gaps.
    frame.getBuffer(1)
    const [plane] = planesOf(frame)
    return {
      frame,
      rgb: () => plane.subarray(0, height * width * 3),
      [Symbol.dispose]: () => frame.free(),
    }
  }

  #planarTarget(): Target {
    const { height, width } = this.#description
    const frame = this.#frameOf(this.#av.constants.AV_PIX_FMT_GBRP)
    frame.getBuffer()
    const interleaver = new PlaneInterleaver(height, width, frame.linesize[0])
    const [green, blue, red] = planesOf(frame)
    return {
      frame,
      rgb: () => interleaver.interleave([red, green, blue]),
      [Symbol.dispose]: () => {
        interleaver[Symbol.dispose]()
        frame.free()
      },
    }
  }

  #frameOf(format: Frame['format']): Frame {
    const { lib, constants } = this.#av
    const frame = new lib.Frame()
    frame.alloc()
    frame.format = format
    frame.width = this.#description.width
    frame.height = this.#description.height
    frame.colorRange = constants.AVCOL_RANGE_JPEG
    frame.colorSpace = constants.AVCOL_SPC_RGB
    return frame
  }

  [Symbol.dispose](): void {
    this.#packed?.[Symbol.dispose]()
    this.#planar?.[Symbol.dispose]()
    this.#context.freeContext()
  }
}

/** Views of the frame's own memory. Asked for once a video: each asking is memory to the engine, which then collects garbage once a clip. */
function planesOf({ data }: Frame): readonly Uint8Array[] {
  return data ?? []
}
