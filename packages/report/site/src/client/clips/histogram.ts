import { printedNumber } from '../../../../src/data-files/printed-codes.ts'
import { colour, surfaceOf, write } from './canvas.ts'

const bins = 80
const foot = 20

export interface HistogramInput {
  /** What A is better by, a clip each. */
  differences: Float64Array
  /** Clips that are counted. */
  clips: Uint32Array
  low: number | null
  high: number | null
  decimals: number
}

/** Differences of all clips that fit, and the range that is chosen: by dragging here, or by two sliders. */
export class Histogram {
  readonly #canvas: HTMLCanvasElement
  readonly #low: HTMLInputElement
  readonly #high: HTMLInputElement
  readonly #onRange: (low: number | null, high: number | null, isDone: boolean) => void
  #span = 1
  #decimals = 3
  #from: number | null = null

  constructor(root: HTMLElement, onRange: (low: number | null, high: number | null, isDone: boolean) => void) {
    this.#canvas = root.querySelector('canvas')!
    const [low, high] = root.querySelectorAll<HTMLInputElement>('input[type=range]')
    this.#low = low
    this.#high = high
    this.#onRange = onRange
    this.#listen()
  }

  draw({ differences, clips, low, high, decimals }: HistogramInput): void {
    this.#decimals = decimals
    this.#span = spanOf(differences)
    const counts = new Uint32Array(bins)
    for (const clip of clips) counts[this.#binOf(differences[clip])]++
    const surface = surfaceOf(this.#canvas)
    const { context, width, height } = surface
    const most = Math.max(1, ...counts)
    context.fillStyle = colour('--accent')
    for (const [bin, count] of counts.entries()) {
      const tall = (count / most) * (height - foot - 4)
      context.fillRect((bin * width) / bins, height - foot - tall, Math.max(1, width / bins - 1), tall)
    }
    context.fillStyle = colour('--ink-2')
    context.fillRect(width / 2, 0, 1, height - foot)
    const place = (value: number) => ((value + this.#span) / (2 * this.#span)) * width
    if (low !== null || high !== null) {
      const [from, to] = [place(low ?? -this.#span), place(high ?? this.#span)]
      context.strokeStyle = colour('--ink')
      context.lineWidth = 2
      context.strokeRect(from, 1, Math.max(2, to - from), height - foot - 2)
    }
    write(surface, 'B better', [0, height - 4], 'left')
    write(surface, '0', [width / 2, height - 4], 'center')
    write(surface, 'A better', [width, height - 4], 'right')
    this.#setSliders(low, high)
  }

  #setSliders(low: number | null, high: number | null): void {
    const step = 10 ** -this.#decimals
    for (const [slider, value, end] of [
      [this.#low, low, -this.#span],
      [this.#high, high, this.#span],
    ] as const) {
      slider.min = String(-this.#span)
      slider.max = String(this.#span)
      slider.step = String(step)
      slider.value = String(value ?? end)
      slider.setAttribute('aria-valuetext', value === null ? 'open' : printedNumber(value, this.#decimals))
    }
  }

  #binOf(value: number): number {
    return Math.max(0, Math.min(bins - 1, Math.floor(((value + this.#span) / (2 * this.#span)) * bins)))
  }

  #listen(): void {
    const canvas = this.#canvas
    const valueAt = (event: PointerEvent) => {
      const { left, width } = canvas.getBoundingClientRect()
      const value = ((event.clientX - left) / width) * 2 * this.#span - this.#span
      return Math.max(-this.#span, Math.min(this.#span, value))
    }
    const choose = (event: PointerEvent, isDone: boolean) => {
      if (this.#from === null) return
      const [low, high] = [this.#from, valueAt(event)].sort((a, b) => a - b).map((value) => this.#rounded(value))
      // A press alone chooses nothing.
      if (high > low) this.#onRange(low, high, isDone)
    }
    canvas.addEventListener('pointerdown', (event) => {
      this.#from = valueAt(event)
      canvas.setPointerCapture(event.pointerId)
    })
    canvas.addEventListener('pointermove', (event) => choose(event, false))
    canvas.addEventListener('pointerup', (event) => {
      choose(event, true)
      this.#from = null
    })
    canvas.addEventListener('dblclick', () => this.#onRange(null, null, true))
    for (const slider of [this.#low, this.#high])
      for (const [name, isDone] of [
        ['input', false],
        ['change', true],
      ] as const)
        slider.addEventListener(name, () => this.#onRange(...this.#sliderRange(), isDone))
  }

  #sliderRange(): [number | null, number | null] {
    const [low, high] = [Number(this.#low.value), Number(this.#high.value)]
    return [
      low <= -this.#span + 1e-9 ? null : this.#rounded(Math.min(low, high)),
      high >= this.#span - 1e-9 ? null : this.#rounded(Math.max(low, high)),
    ]
  }

  #rounded(value: number): number {
    return Number(value.toFixed(this.#decimals))
  }
}

/** Half the width of the axis: the largest difference, so that the same two methods keep their axis under every filter. */
function spanOf(differences: Float64Array): number {
  let most = 0
  for (const value of differences) if (Math.abs(value) > most && Number.isFinite(value)) most = Math.abs(value)
  return most || 1
}
