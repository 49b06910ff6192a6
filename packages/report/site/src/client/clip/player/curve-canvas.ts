// Values by frame on a canvas: drawn at the size that it has on the page (scaled down it is unreadable on a phone), in the page's colours.
import { formatNumber } from '../../../../../src/board/format-score.ts'
import { methodStyle } from '../../../../../src/charts/method-style.ts'
import { linearScale, roundTicks } from '../../../../../src/charts/linear-axis.ts'

export interface CurveLine {
  name: string
  series: number
  values: ArrayLike<number>
  /** The others are grey. */
  chosen: boolean
}

export interface CurveView {
  readonly canvas: HTMLCanvasElement
  /** @param frame where the playhead stands; null for none */
  draw(lines: readonly CurveLine[], excluded: readonly number[], frame: number | null): void
}

const room = { left: 52, right: 14, top: 12, bottom: 26 }

/**
 * @param onFrame called with the frame that a reader points at; `done` at the end of a drag
 * @param signal ends what it listens to
 */
export function curveView(
  frames: number,
  onFrame: (frame: number, done: boolean) => void,
  signal: AbortSignal,
): CurveView {
  const canvas = document.createElement('canvas')
  canvas.className = 'curve-canvas'
  canvas.setAttribute('role', 'img')
  let last: Parameters<CurveView['draw']> = [[], [], null]
  const place = (frame: number) =>
    room.left + ((canvas.clientWidth - room.left - room.right) * frame) / Math.max(1, frames - 1)

  function frameAt(event: PointerEvent): number {
    const x = event.clientX - canvas.getBoundingClientRect().left
    const share = (x - room.left) / (canvas.clientWidth - room.left - room.right)
    return Math.max(0, Math.min(frames - 1, Math.round(share * (frames - 1))))
  }
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId)
    onFrame(frameAt(event), false)
  })
  canvas.addEventListener('pointermove', (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) onFrame(frameAt(event), false)
  })
  canvas.addEventListener('pointerup', (event) => onFrame(frameAt(event), true))
  const resized = new ResizeObserver(() => draw(...last))
  resized.observe(canvas)
  const themed = new MutationObserver(() => draw(...last))
  themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  // Paper is light, whatever the theme.
  for (const query of ['(prefers-color-scheme: dark)', 'print'])
    matchMedia(query).addEventListener('change', () => draw(...last), { signal })
  signal.addEventListener('abort', () => {
    resized.disconnect()
    themed.disconnect()
  })

  function draw(...next: Parameters<CurveView['draw']>): void {
    last = next
    const [lines, excluded, frame] = next
    const { clientWidth: width, clientHeight: height } = canvas
    if (width === 0) return
    canvas.width = Math.round(width * devicePixelRatio)
    canvas.height = Math.round(height * devicePixelRatio)
    const context = canvas.getContext('2d')!
    context.scale(devicePixelRatio, devicePixelRatio)
    const colour = colours(canvas)
    const scale = linearScale(
      lines.flatMap(({ values }) => Array.from(values)),
      height - room.bottom,
      room.top,
    )
    hatch(context, excluded.map(place), height, colour('var(--rule-strong)'))
    axes(context, scale, { width, height, frames, place, ink: colour('var(--ink-2)'), rule: colour('var(--rule)') })
    for (const line of lines.toSorted((a, b) => Number(a.chosen) - Number(b.chosen)))
      drawLine(context, line, place, (value) => scale.at(value), colour)
    if (frame === null) return
    context.strokeStyle = colour('var(--ink)')
    context.lineWidth = 1.5
    context.setLineDash([])
    context.beginPath()
    context.moveTo(place(frame), room.top - 6)
    context.lineTo(place(frame), height - room.bottom + 4)
    context.stroke()
  }
  return { canvas, draw }
}

/** What the page's colours are: a custom property itself comes back unread, an element that has it does not. */
function colours(canvas: HTMLCanvasElement): (value: string) => string {
  const probe = document.createElement('i')
  probe.hidden = true
  canvas.after(probe)
  const known = new Map<string, string>()
  // Read at once, in one go: the probe is gone after the drawing.
  queueMicrotask(() => probe.remove())
  return (value) => {
    let found = known.get(value)
    if (found === undefined) {
      probe.style.color = value
      found = getComputedStyle(probe).color
      known.set(value, found)
    }
    return found
  }
}

/** Frames that no metric scored. */
function hatch(context: CanvasRenderingContext2D, places: readonly number[], height: number, colour: string): void {
  context.strokeStyle = colour
  context.lineWidth = 1
  for (const x of places) {
    context.save()
    context.beginPath()
    context.rect(x - 5, room.top, 10, height - room.top - room.bottom)
    context.clip()
    context.beginPath()
    for (let y = room.top - 10; y < height; y += 5) {
      context.moveTo(x - 5, y + 10)
      context.lineTo(x + 5, y)
    }
    context.stroke()
    context.restore()
  }
}

interface Axes {
  width: number
  height: number
  frames: number
  place: (frame: number) => number
  ink: string
  rule: string
}

function axes(context: CanvasRenderingContext2D, scale: ReturnType<typeof linearScale>, own: Axes): void {
  const { width, height, frames, place, ink, rule } = own
  context.font = '13px system-ui, sans-serif'
  context.fillStyle = ink
  context.strokeStyle = rule
  const { values, decimals } = roundTicks(scale.low, scale.high, 3)
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  for (const value of values) {
    const y = scale.at(value)
    context.beginPath()
    context.moveTo(room.left, y)
    context.lineTo(width - room.right, y)
    context.stroke()
    context.fillText(formatNumber(value, decimals), room.left - 8, y)
  }
  context.textBaseline = 'alphabetic'
  const step = Math.max(1, Math.ceil((frames * 30) / Math.max(1, width - room.left - room.right)))
  context.textAlign = 'center'
  for (let frame = 0; frame < frames; frame += step) context.fillText(String(frame), place(frame), height - 7)
}

function drawLine(
  context: CanvasRenderingContext2D,
  { values, series, chosen }: CurveLine,
  place: (frame: number) => number,
  at: (value: number) => number,
  colour: (value: string) => string,
): void {
  const style = methodStyle(series)
  context.strokeStyle = colour(chosen ? style.colour : 'var(--rule-strong)')
  context.fillStyle = context.strokeStyle
  context.lineWidth = chosen ? 2 : 1
  context.setLineDash(style.dash === '' ? [] : style.dash.split(' ').map(Number))
  context.beginPath()
  let open = false
  for (let frame = 0; frame < values.length; frame++) {
    const value = values[frame]
    if (!Number.isFinite(value)) {
      open = false
      continue
    }
    context[open ? 'lineTo' : 'moveTo'](place(frame), at(value))
    open = true
  }
  context.stroke()
  context.setLineDash([])
}
