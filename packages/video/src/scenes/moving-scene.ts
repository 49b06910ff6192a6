import { type MaskLuma, Mpeg4Masks } from '../encode/mpeg4-masks.ts'
import { opencvLinear, quarteredLevels } from '../resize/opencv-linear.ts'
import { MovingPixels } from '../moving-pixels/moving-pixels.ts'

/** What a mask goes through between being made and being looked at. */
export type MaskCodec = 'lossless' | 'mpeg4'

interface Size {
  height: number
  width: number
}

/** Of masks that have been resized: set above this. What a codec or a resize left between is decided here. */
const SET_ABOVE = 127

/**
 * A video of a scene as Physics-IQ looks at it: its frames brought to the size that is compared, and where it moves, found at its own size. Frames come one by one
 * and none is kept at its own size.
 *
 * Odd sides lose their last row or column in masks of every codec, as OpenCV's writer would leave them.
 */
export class MovingScene implements Disposable {
  readonly #from: Size
  readonly #to: Size
  readonly #moving: MovingPixels | undefined
  readonly #resize: (picture: Uint8Array, output: Uint8Array) => void
  readonly #resizeMask: (picture: Uint8Array, output: Uint8Array) => void
  readonly #codec: Mpeg4Masks | undefined
  readonly #frames: Uint8Array
  readonly #masks: Record<MaskCodec, Uint8Array | undefined>
  readonly #dense: Uint8Array
  #count = 0
  #mpeg4Count = 0

  private constructor(
    from: Size,
    to: Size,
    frames: number,
    { lossless, codec }: { lossless: boolean; codec: Mpeg4Masks | undefined },
  ) {
    const even = evenSize(from)
    const size = frames * to.height * to.width
    this.#from = from
    this.#to = to
    this.#moving = lossless || codec !== undefined ? new MovingPixels(from.height, from.width) : undefined
    this.#resize = opencvLinear({ ...from, channels: 3 }, to.height, to.width)
    this.#resizeMask = opencvLinear({ ...even, channels: 1 }, to.height, to.width)
    this.#codec = codec
    this.#frames = new Uint8Array(3 * size)
    this.#masks = {
      lossless: lossless ? new Uint8Array(size) : undefined,
      mpeg4: codec === undefined ? undefined : new Uint8Array(size),
    }
    this.#dense = new Uint8Array(even.height * even.width)
  }

  /**
   * @param from size of the frames that come, pixels, and their frames a second
   * @param to size that is compared
   * @param frames how many come at most
   * @param codecs what masks are wanted; `mpeg4` is left out where nothing here encodes it (`Mpeg4Masks.isThere`)
   */
  static async open(
    { fps, ...from }: Size & { fps: number },
    to: Size,
    frames: number,
    codecs: readonly MaskCodec[],
  ): Promise<MovingScene> {
    const codec = codecs.includes('mpeg4') ? await Mpeg4Masks.open({ ...from, fps }) : undefined
    return new MovingScene(from, to, frames, { lossless: codecs.includes('lossless'), codec })
  }

  /** @param rgb `[height, width, 3]` sRGB, not kept */
  add(rgb: Uint8Array): void {
    const pixels = this.#to.height * this.#to.width
    const at = this.#count++ * pixels
    this.#resize(rgb, this.#frames.subarray(3 * at, 3 * (at + pixels)))
    if (this.#moving === undefined) return
    const mask = this.#even(this.#moving.next(rgb))
    if (this.#masks.lossless !== undefined) this.#resizeMask(mask, this.#masks.lossless.subarray(at, at + pixels))
    this.#codec?.push(mask, this.#back)
  }

  /**
   * After the last frame.
   * @returns `frames` `[count, to.height, to.width, 3]`, and of each codec `[count, to.height, to.width]`, 1 where it moves
   */
  end(): { count: number; frames: Uint8Array; masks: Partial<Record<MaskCodec, Uint8Array>> } {
    this.#codec?.push(undefined, this.#back)
    const size = this.#count * this.#to.height * this.#to.width
    const masks: Partial<Record<MaskCodec, Uint8Array>> = {}
    for (const codec of ['lossless', 'mpeg4'] as const) {
      const own = this.#masks[codec]?.subarray(0, size)
      if (own !== undefined) masks[codec] = setOf(own)
    }
    return { count: this.#count, frames: this.#frames.subarray(0, 3 * size), masks }
  }

  readonly #back = (back: MaskLuma): void => {
    const { height, width } = this.#to
    const at = this.#mpeg4Count++ * height * width
    const output = this.#masks.mpeg4?.subarray(at, at + height * width) ?? new Uint8Array(0)
    const even = evenSize(this.#from)
    if (even.height === 4 * height && even.width === 4 * width)
      quarteredLevels({ ...back, bytes: back.luma }, even, output)
    else this.#resizeMask(greyOf(back, even, this.#dense), output)
  }

  #even(mask: Uint8Array): Uint8Array {
    const { height, width } = evenSize(this.#from)
    if (width === this.#from.width) return mask.subarray(0, height * width)
    const own = new Uint8Array(height * width)
    for (let y = 0; y < height; y++)
      own.set(mask.subarray(y * this.#from.width, y * this.#from.width + width), y * width)
    return own
  }

  [Symbol.dispose](): void {
    this.#codec?.[Symbol.dispose]()
  }
}

function evenSize({ height, width }: Size): Size {
  return { height: height - (height % 2), width: width - (width % 2) }
}

/** Packed grey levels. */
function greyOf({ luma, stride, levels }: MaskLuma, { height, width }: Size, grey: Uint8Array): Uint8Array {
  for (let y = 0, at = 0; y < height; y++)
    for (let x = y * stride, end = x + width; x < end; x++) grey[at++] = levels[luma[x]]
  return grey
}

/** 1 where a mask is set, in its own bytes. */
function setOf(mask: Uint8Array): Uint8Array {
  for (let i = 0; i < mask.length; i++) mask[i] = mask[i] > SET_ABOVE ? 1 : 0
  return mask
}
