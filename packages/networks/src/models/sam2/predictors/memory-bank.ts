/** Maps of the frames before that are remembered, besides those of prompted frames. */
export const RECENT_MAPS = 6
/** The most frames back that a pointer is taken from, and one. */
export const MOST_POINTERS = 16

/** What is remembered of one object on one frame. */
export interface Memory {
  /** Its map, `[M, h, w]`. */
  readonly map: Float32Array
  /** `[C]` */
  readonly pointer: Float32Array
}

/** What one frame attends to, in order. */
export interface Recalled {
  readonly maps: readonly Float32Array[]
  /** For every map the slot of its time: 6 for prompted frames, else how many frames back, less one. */
  readonly slots: readonly number[]
  readonly pointers: readonly Float32Array[]
  /** For every pointer how many frames back its frame is. */
  readonly distances: readonly number[]
}

/**
 * What is remembered of one object (facebookresearch/sam2 at 2b90b9f, `_prepare_memory_conditioned_features`): of every prompted frame, and of those
 * followed frames that some later frame can still ask for.
 */
export class MemoryBank {
  /** Frames of the whole video. */
  readonly #frames: number
  readonly #prompted = new Map<number, Memory>()
  readonly #followed = new Map<number, Memory>()
  readonly #firstPrompted: number

  /** @param firstPrompted the object's first prompted frame: the way back starts there and asks for what lies behind it */
  constructor(frames: number, firstPrompted: number) {
    this.#frames = frames
    this.#firstPrompted = firstPrompted
  }

  addPrompted(frame: number, memory: Memory): void {
    this.#prompted.set(frame, memory)
  }

  /** Adds a followed frame, and forgets what nobody can ask for any more. */
  addFollowed(frame: number, memory: Memory, direction: 1 | -1): void {
    this.#followed.set(frame, memory)
    const reach = this.#pointersBack()
    for (const other of this.#followed.keys()) {
      const isRecent = direction * (frame - other) < reach
      // Going forwards, the frames behind the first prompted one are kept for the way back to frame 0.
      const isForWayBack = direction === 1 && this.#firstPrompted > 0 && other - this.#firstPrompted < reach
      if (!isRecent && !isForWayBack) this.#followed.delete(other)
    }
  }

  /** Number of followed frames that are remembered. */
  get size(): number {
    return this.#followed.size
  }

  recall(frame: number, direction: 1 | -1): Recalled {
    const maps: Float32Array[] = []
    const slots: number[] = []
    for (const { map } of this.#prompted.values()) {
      maps.push(map)
      slots.push(RECENT_MAPS)
    }
    for (let back = RECENT_MAPS; back >= 1; back--) {
      const memory = this.#followed.get(frame - direction * back)
      if (memory === undefined) continue
      maps.push(memory.map)
      slots.push(back - 1)
    }
    const pointers: Float32Array[] = []
    const distances: number[] = []
    for (const [prompted, { pointer }] of this.#prompted) {
      const distance = direction * (frame - prompted)
      if (distance < 0) continue
      pointers.push(pointer)
      distances.push(distance)
    }
    for (let back = 1; back <= this.#pointersBack(); back++) {
      const memory = this.#followed.get(frame - direction * back)
      if (memory === undefined) continue
      pointers.push(memory.pointer)
      distances.push(back)
    }
    return { maps, slots, pointers, distances }
  }

  #pointersBack(): number {
    return Math.min(this.#frames, MOST_POINTERS) - 1
  }
}
