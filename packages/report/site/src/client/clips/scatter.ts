import { printedNumber } from '../../../../src/data-files/printed-codes.ts'
import { colour, surfaceOf, write } from './canvas.ts'

/** Pixels of a square in which dots are looked for. */
const cell = 8
const [left, right, top, bottom] = [10, 10, 8, 20]

export interface ScatterAxis {
  values: Float64Array
  printed: Float64Array
  title: string
  decimals: number
}

export interface ScatterInput {
  x: ScatterAxis
  y: ScatterAxis
  /** Clips that fit; the others are drawn grey. */
  rows: Uint32Array
  /** Whether both axes are of one metric: then they have one scale and a diagonal. */
  isSame: boolean
}

/** One column against another, a dot a clip: those that fit on top, the rest grey. A press on a dot opens its clip; what is under the pointer is told. */
export class Scatter {
  readonly #canvas: HTMLCanvasElement
  readonly #note: HTMLElement
  readonly #nameOf: (clip: number) => string
  #input: ScatterInput | undefined
  #grid = new Map<number, number[]>()
  #at: (clip: number) => [number, number] = () => [Number.NaN, Number.NaN]

  /** @param onOpen told the clip of a dot that was pressed */
  constructor(root: HTMLElement, nameOf: (clip: number) => string, onOpen: (clip: number) => void) {
    this.#canvas = root.querySelector('canvas')!
    this.#note = root.querySelector<HTMLElement>('[data-under]')!
    this.#nameOf = nameOf
    this.#canvas.addEventListener('pointermove', (event) => this.#tell(this.#near(event)))
    this.#canvas.addEventListener('pointerleave', () => this.#tell(-1))
    this.#canvas.addEventListener('click', (event) => {
      const clip = this.#near(event)
      if (clip >= 0) onOpen(clip)
    })
  }

  draw(input: ScatterInput): void {
    const { x, y, rows, isSame } = input
    this.#input = input
    const surface = surfaceOf(this.#canvas)
    const { context, width, height } = surface
    const scales = isSame
      ? Array.from({ length: 2 }, () => rangeOf(x.values, y.values))
      : [rangeOf(x.values), rangeOf(y.values)]
    const [across, up] = scales
    const placeX = (value: number) => left + ((value - across[0]) / (across[1] - across[0])) * (width - left - right)
    const placeY = (value: number) => height - bottom - ((value - up[0]) / (up[1] - up[0])) * (height - top - bottom)
    this.#at = (clip) => [placeX(x.values[clip]), placeY(y.values[clip])]
    const isChosen = new Uint8Array(x.values.length)
    for (const clip of rows) isChosen[clip] = 1
    context.fillStyle = colour('--rule-strong')
    for (let clip = 0; clip < isChosen.length; clip++)
      if (isChosen[clip] === 0) context.fillRect(placeX(x.values[clip]) - 1, placeY(y.values[clip]) - 1, 2, 2)
    context.fillStyle = colour('--accent')
    this.#grid = new Map()
    for (const clip of rows) {
      const [px, py] = this.#at(clip)
      if (Number.isNaN(px) || Number.isNaN(py)) continue
      context.fillRect(px - 1.5, py - 1.5, 3, 3)
      const key = keyOf(px, py)
      const known = this.#grid.get(key)
      if (known === undefined) this.#grid.set(key, [clip])
      else known.push(clip)
    }
    context.strokeStyle = colour('--ink-2')
    context.lineWidth = 1
    context.beginPath()
    context.moveTo(left, top)
    context.lineTo(left, height - bottom)
    context.lineTo(width - right, height - bottom)
    if (isSame) {
      context.moveTo(left, height - bottom)
      context.lineTo(width - right, top)
    }
    context.stroke()
    write(surface, x.title, [width - right, height - 4], 'right')
    write(surface, y.title, [left + 4, top + 10], 'left')
  }

  #near(event: MouseEvent): number {
    const box = this.#canvas.getBoundingClientRect()
    const [x, y] = [event.clientX - box.left, event.clientY - box.top]
    let [best, least] = [-1, cell ** 2]
    for (let i = -1; i <= 1; i++)
      for (let j = -1; j <= 1; j++)
        for (const clip of this.#grid.get(keyOf(x + i * cell, y + j * cell)) ?? []) {
          const [px, py] = this.#at(clip)
          const distance = (px - x) ** 2 + (py - y) ** 2
          if (distance < least) [best, least] = [clip, distance]
        }
    return best
  }

  #tell(clip: number): void {
    if (this.#input === undefined) return
    const { x, y } = this.#input
    this.#note.textContent =
      clip < 0
        ? 'A dot a clip; those of the list are coloured.'
        : `${this.#nameOf(clip)}: ${[x, y].map((axis) => `${axis.title} ${printedNumber(axis.printed[clip], axis.decimals)}`).join(', ')}`
  }
}

function keyOf(x: number, y: number): number {
  return Math.floor(x / cell) * 100_000 + Math.floor(y / cell)
}

function rangeOf(...columns: readonly Float64Array[]): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  for (const values of columns)
    for (const value of values)
      if (Number.isFinite(value)) {
        if (value < low) low = value
        if (value > high) high = value
      }
  return low < high ? [low, high] : [(Number.isFinite(low) ? low : 0) - 1, (Number.isFinite(high) ? high : 0) + 1]
}
