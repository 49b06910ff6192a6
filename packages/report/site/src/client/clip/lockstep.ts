// All videos of a clip in lockstep. There is one clock, the frame number; videos are only ever told to show a frame, and the next one is asked for when
// all have answered. So they cannot drift apart, at any speed, and a slow one makes all skip frames together.
import type { FrameSource, Shown } from './frame-source.ts'

/** All that it needs of a video. */
export type LockstepSource = Pick<FrameSource, 'show'>

/** What a reader can be told: a frame is on screen in every video that can show it, or it is on its way. */
export type LockstepState =
  | { phase: 'asked'; frame: number }
  | {
      phase: 'shown'
      frame: number
      /** Videos that show this frame. 0: nothing is on screen that could be named. */
      pictures: number
      /** False where the browser does not say what it shows. */
      told: boolean
    }

export class Lockstep {
  readonly frames: number
  readonly #onState: (state: LockstepState) => void
  readonly #onAnswer: (source: LockstepSource, asked: number, shown: Shown) => void
  readonly #sources = new Set<LockstepSource>()
  #wanted = 0
  #shown: number | null = null
  #moving: Promise<void> | null = null
  /** A video joined while the others were asked. */
  #changed = false

  /** @param onAnswer what each video had on screen when it was asked for a frame */
  constructor(
    frames: number,
    onState: (state: LockstepState) => void,
    onAnswer: (source: LockstepSource, asked: number, shown: Shown) => void,
  ) {
    this.frames = frames
    this.#onState = onState
    this.#onAnswer = onAnswer
  }

  /** The frame asked for last. */
  get wanted(): number {
    return this.#wanted
  }

  /** The frame that all have answered for; null while another one is on its way. */
  get shown(): number | null {
    return this.#shown
  }

  /** A loaded video joins at the frame that the others show. */
  async add(source: LockstepSource): Promise<void> {
    this.#sources.add(source)
    this.#changed = true
    this.#moving ??= this.#toWanted()
    await this.#moving
  }

  remove(source: LockstepSource): void {
    this.#sources.delete(source)
  }

  /** Shows a frame everywhere; while one is on its way, the latest one asked for comes next. */
  async show(target: number): Promise<void> {
    const frame = Math.min(this.frames - 1, Math.max(0, Math.round(target)))
    if (frame === this.#wanted && this.#shown === frame) return
    this.#wanted = frame
    this.#moving ??= this.#toWanted()
    await this.#moving
  }

  async #toWanted(): Promise<void> {
    let frame: number
    try {
      do {
        frame = this.#wanted
        this.#changed = false
        // From here on some pictures are of this frame and some of the last one: no frame is named until all have answered.
        if (this.#shown !== frame) {
          this.#shown = null
          this.#onState({ phase: 'asked', frame })
        }
        const answers = await Promise.all([...this.#sources].map((source) => this.#ask(source, frame)))
        const right = answers.filter((shown) => shown.frame === frame)
        this.#shown = frame
        this.#onState({ phase: 'shown', frame, pictures: right.length, told: right.every(({ told }) => told) })
      } while (this.#wanted !== frame || this.#changed)
    } finally {
      this.#moving = null
    }
  }

  async #ask(source: LockstepSource, frame: number): Promise<Shown> {
    const shown = await source.show(frame)
    if (this.#sources.has(source)) this.#onAnswer(source, frame, shown)
    return shown
  }
}
