// Playing: the clock asks for the frame of its time, and the videos answer when they can. A frame that comes too late is skipped in all of them together.
import type { Lockstep } from '../lockstep.ts'
import type { Loop } from './player-state.ts'

export interface PlayingHooks {
  onChange(on: boolean): void
  /** By how many frames each of the last steps went on. */
  onSkips(steps: readonly number[]): void
}

/** The frame of a moment. @param elapsed frames since the first one @returns null past the end of what does not loop */
export function frameOf(first: number, elapsed: number, loop: Loop, loops: boolean): number | null {
  const next = first + Math.floor(elapsed)
  if (next <= loop.last) return next
  return loops ? loop.first + ((next - loop.first) % (loop.last - loop.first + 1)) : null
}

export class Playing {
  readonly #lockstep: Lockstep
  readonly #rate: number
  readonly #settings: () => { loop: Loop | null; speed: number }
  readonly #hooks: PlayingHooks
  #on = false

  /** @param rate frames a second at speed 1 */
  constructor(
    lockstep: Lockstep,
    rate: number,
    settings: () => { loop: Loop | null; speed: number },
    hooks: PlayingHooks,
  ) {
    this.#lockstep = lockstep
    this.#rate = rate
    this.#settings = settings
    this.#hooks = hooks
  }

  get isOn(): boolean {
    return this.#on
  }

  toggle(): void {
    if (this.#on) this.stop()
    else void this.#play()
  }

  stop(): void {
    if (!this.#on) return
    this.#on = false
    this.#hooks.onChange(false)
  }

  async #play(): Promise<void> {
    this.#on = true
    this.#hooks.onChange(true)
    const lockstep = this.#lockstep
    const whole = { first: 0, last: lockstep.frames - 1 }
    // Who wants less motion gets the clip once, unless a loop was chosen.
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    const steps: number[] = []
    let { loop: known, speed } = this.#settings()
    let first = this.#beginning(known ?? whole)
    let began = performance.now()
    while (this.#on) {
      const now = this.#settings()
      // From where it is, when the speed or the loop was changed.
      if (now.speed !== speed || now.loop !== known) {
        ;({ speed, loop: known } = now)
        first = this.#beginning(known ?? whole)
        began = performance.now()
      }
      const elapsed = ((performance.now() - began) / 1000) * this.#rate * speed
      const next = frameOf(first, elapsed, known ?? whole, known !== null || !still)
      if (next === null) {
        await lockstep.show((known ?? whole).last)
        this.stop()
        return
      }
      if (next !== lockstep.shown) {
        const before = lockstep.shown ?? next
        await lockstep.show(next)
        if (next > before) steps.push(next - before)
        if (steps.length > 6) steps.shift()
        if (this.#on) this.#hooks.onSkips(steps)
      }
      await new Promise(requestAnimationFrame)
    }
  }

  /** Where playing begins: at the frame shown, or at the start of what is played where that frame lies outside it or at its end. */
  #beginning(loop: Loop): number {
    const at = this.#lockstep.wanted
    return at >= loop.first && at < loop.last ? at : loop.first
  }
}
