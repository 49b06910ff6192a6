/** Steps of time that count as one frame's are up to this many usual ones; 1.5 is what telecine by flags makes. */
const longest = 1.75

/** Times of decoded frames, and whether frames are missing between them. */
export class FrameTimes {
  /** Frames seen. */
  count = 0
  /** Seconds of the last one since the first; 0 where nothing is known. */
  last = 0
  readonly #seconds: number[] = []

  /** The next frame's time; undefined where the stream does not say. */
  add(seconds: number | undefined): void {
    this.count++
    if (seconds === undefined) return
    this.last = Math.max(this.last, seconds)
    this.#seconds.push(seconds)
  }

  /** All frames of the video, in any order, by what their packets say. */
  replace(seconds: readonly number[]): void {
    this.#seconds.splice(0)
    this.count = 0
    this.last = 0
    for (const time of seconds.toSorted((a, b) => a - b)) this.add(time)
  }

  /**
   * Where frames are missing, in words: steps of two frames or more in a video whose steps are else alike (two thirds of them and more). A video of
   * uneven steps has no gaps that could be known.
   */
  gap(): string | undefined {
    const times = this.#seconds
    const steps = times.slice(1).map((time, i) => time - times[i])
    const usual = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0
    if (steps.length < 3 || !(usual > 0)) return undefined
    const alike = steps.filter((step) => step > 0.5 * usual && step <= longest * usual)
    const gaps = steps.flatMap((step, i) => (step > longest * usual ? [i] : []))
    if (gaps.length === 0 || 3 * alike.length < 2 * steps.length) return undefined
    const missing = gaps.reduce((sum, i) => sum + Math.round(steps[i] / usual) - 1, 0)
    const [first] = gaps
    const more = gaps.length === 1 ? '' : ` (and ${gaps.length - 1} more)`
    const place = `after frame ${first}, from ${seconds(times[first])} to ${seconds(times[first + 1])} s`
    return `a gap ${place}${more}: ${times.length} frames where ${times.length + missing} have time, ${missing} missing`
  }
}

function seconds(value: number): string {
  return String(Number(value.toFixed(3)))
}
