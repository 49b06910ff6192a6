import type { CodecContext, Frame, SoftwareScaleContext } from 'node-av/lib'

import { swscaleFlags } from '../decoders/ffmpeg-settings.ts'
import type { NodeAv } from '../decoders/node-av/node-av-module.ts'
import { splitPlanes } from '../wasm/split-planes.ts'
import type { EncodeJob } from './encoding.ts'

/** Packed RGB as the pictures that an encoder takes. One picture is filled again and again. */
export class EncoderPictures implements Disposable {
  readonly #av: NodeAv
  readonly #job: EncodeJob
  readonly #picture: Frame
  /** Of planes of RGB: nothing is converted, and these are the picture's own. */
  #planes: readonly Uint8Array[] | undefined
  #scaler: SoftwareScaleContext | undefined

  constructor(av: NodeAv, job: EncodeJob, codec: CodecContext) {
    this.#av = av
    this.#job = job
    const picture = new av.lib.Frame()
    picture.alloc()
    picture.format = codec.pixelFormat
    picture.width = job.width
    picture.height = job.height
    picture.colorRange = codec.colorRange
    picture.colorSpace = codec.colorSpace
    requireDone(av, picture.getBuffer(), 'frame')
    this.#picture = picture
  }

  /** @param rgb height · width · 3 bytes */
  async of(rgb: Uint8Array): Promise<Frame> {
    // The encoder may still hold the last picture: this one has other memory then.
    if (!this.#picture.isWritable) this.#planes = undefined
    requireDone(this.#av, this.#picture.makeWritable(), 'frame')
    if (this.#job.encoding.pixelFormat === 'gbrp') this.#split(rgb)
    else await this.#scale(rgb)
    return this.#picture
  }

  #split(rgb: Uint8Array): void {
    const { height, width } = this.#job
    const { linesize } = this.#picture
    this.#planes ??= this.#picture.data ?? []
    const [red, green, blue] = splitPlanes(rgb)
    for (const [index, plane] of [green, blue, red].entries()) {
      const target = this.#planes[index]
      if (linesize[index] === width) target.set(plane)
      else for (let y = 0; y < height; y++) target.set(plane.subarray(y * width, (y + 1) * width), y * linesize[index])
    }
  }

  async #scale(rgb: Uint8Array): Promise<void> {
    const { lib, constants } = this.#av
    const { height, width, blocking } = this.#job
    if (this.#scaler === undefined) {
      this.#scaler = new lib.SoftwareScaleContext()
      this.#scaler.allocContext()
      this.#scaler.setOption('sws_flags', swscaleFlags)
    }
    const buffer = Buffer.from(rgb.buffer, rgb.byteOffset, rgb.length)
    using source = lib.Frame.fromVideoBuffer(buffer, { width, height, format: constants.AV_PIX_FMT_RGB24 })
    source.colorRange = constants.AVCOL_RANGE_JPEG
    source.colorSpace = constants.AVCOL_SPC_RGB
    const scaled =
      blocking === true
        ? this.#scaler.scaleFrameSync(this.#picture, source)
        : await this.#scaler.scaleFrame(this.#picture, source)
    requireDone(this.#av, scaled, 'conversion')
  }

  [Symbol.dispose](): void {
    this.#scaler?.freeContext()
    this.#picture.free()
  }
}

/** @throws an Error with FFmpeg's reason */
export function requireDone({ lib }: NodeAv, result: number, what: string): void {
  if (result < 0) throw new Error(`${what}: ${lib.FFmpegError.strerror(result)}`)
}
