import type { FrameMasks, KeptIntegers, KeptTensor } from '@kinemetric/networks'

/** The logits of an object that is not followed on a frame. */
const NOT_THERE = -1024

/** Gathers what masks were made of, to be held against another implementation. */
export class MaskDump {
  readonly #objects: readonly string[]
  readonly #frames: FrameMasks[] = []

  constructor(objects: readonly string[]) {
    this.#objects = objects
  }

  add(frame: FrameMasks): void {
    this.#frames.push(frame)
  }

  /** Of a frame by itself: what its predictor kept. */
  still(): Map<string, KeptTensor> {
    return new Map(this.#frames.flatMap(({ kept = {} }) => Object.entries(kept)))
  }

  /**
   * Of a followed video: `order`, the frames as they came; `logits` `[frames, objects, H, W]`, −1024 where an object was not followed yet; `ious`, three
   * numbers for each frame and object that was followed; and what is remembered.
   */
  video(
    remembered: Readonly<Record<string, KeptTensor | KeptIntegers>>,
    height: number,
    width: number,
  ): Map<string, KeptTensor | KeptIntegers> {
    const count = this.#frames.length
    const area = height * width
    const logits = new Float32Array(count * this.#objects.length * area).fill(NOT_THERE)
    for (const [index, { objects }] of this.#frames.entries()) {
      for (const { object, logits: its } of objects)
        if (its !== undefined) logits.set(its, (index * this.#objects.length + this.#objects.indexOf(object)) * area)
    }
    const ious = Float32Array.from(this.#frames.flatMap(({ kept }) => [...(kept?.ious?.data ?? [])]))
    const order = Int32Array.from(this.#frames, ({ frame }) => frame)
    return new Map<string, KeptTensor | KeptIntegers>([
      ['order', { shape: [count], data: order }],
      ['logits', { shape: [count, this.#objects.length, height, width], data: logits }],
      ['ious', { shape: [ious.length / 3, 3], data: ious }],
      ...Object.entries(remembered),
    ])
  }
}
