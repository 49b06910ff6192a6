// Tracked points over a video: a canvas a tile, drawn at the frame that this very video shows.
import type { TracksModel } from '../../../../../src/site-model/site-model.ts'

/** Frames of a track that are drawn behind its point. */
const tail = 8

export interface TracksView {
  readonly tracks: TracksModel
  readonly canvas: HTMLCanvasElement
  /** Draws a frame's points; none for null. */
  draw(frame: number | null): void
}

export interface TracksStyle {
  /** Each so many points one is drawn. */
  every: number
  /** The point that is looked at. */
  chosen: number | null
  /** Where that point's partner in the reference lies in a frame; null where it has none. */
  partner?: ((frame: number) => { x: number; y: number; seen: boolean } | null) | null
}

/** Of a point: its place in a frame in pixels of the video, and whether it can be seen there. Null beyond its track. */
export function pointAt(
  tracks: TracksModel,
  point: number,
  frame: number,
): { x: number; y: number; seen: boolean } | null {
  const places = tracks.points[point]
  if (places === undefined || 2 * frame + 1 >= places.length) return null
  return { x: places[2 * frame], y: places[2 * frame + 1], seen: tracks.visible[point]?.[frame] !== '0' }
}

/** Colours tell points apart by where they started. */
function colourOf(tracks: TracksModel, point: number): string {
  return `hsl(${Math.round((360 * tracks.points[point][0]) / tracks.width)} 90% 60%)`
}

/** Draws all points of a frame into a context whose unit is a pixel of the video. */
export function drawTracks(
  context: CanvasRenderingContext2D,
  tracks: TracksModel,
  frame: number,
  { every }: Pick<TracksStyle, 'every'>,
): void {
  // One point an object is to be seen as well as a hundred.
  const radius = Math.max(1, tracks.width / (tracks.points.length <= 12 ? 80 : 190))
  context.lineJoin = 'round'
  for (let point = 0; point < tracks.points.length; point += every) {
    const now = pointAt(tracks, point, frame)
    if (now === null) continue
    const colour = colourOf(tracks, point)
    context.strokeStyle = colour
    context.fillStyle = colour
    context.lineWidth = radius / 1.6
    context.globalAlpha = now.seen ? 0.9 : 0.35
    context.beginPath()
    for (let at = Math.max(0, frame - tail); at <= frame; at++) {
      const place = pointAt(tracks, point, at)
      if (place !== null) context.lineTo(place.x, place.y)
    }
    context.stroke()
    context.globalAlpha = 1
    context.beginPath()
    context.arc(now.x, now.y, radius, 0, 2 * Math.PI)
    if (now.seen) {
      context.fill()
      context.lineWidth = radius / 4
      context.strokeStyle = '#000'
    } else context.lineWidth = radius / 2
    context.stroke()
  }
}

/** A ring around the point that is looked at, and a line to where its partner in the reference is. */
function drawChosen(context: CanvasRenderingContext2D, tracks: TracksModel, frame: number, style: TracksStyle): void {
  const now = style.chosen === null ? null : pointAt(tracks, style.chosen, frame)
  if (now === null) return
  const radius = Math.max(2, tracks.width / 60)
  const partner = style.partner?.(frame) ?? null
  // Light within dark: seen on every picture.
  for (const [colour, width] of [
    ['#000', radius / 1.5],
    ['#fff', radius / 3],
  ] as const) {
    context.strokeStyle = colour
    context.lineWidth = width
    context.beginPath()
    context.arc(now.x, now.y, radius, 0, 2 * Math.PI)
    if (partner !== null) {
      context.moveTo(now.x, now.y)
      context.lineTo(partner.x, partner.y)
      context.moveTo(partner.x + radius / 2, partner.y)
      context.arc(partner.x, partner.y, radius / 2, 0, 2 * Math.PI)
    }
    context.stroke()
  }
}

/** A canvas that lies over a picture, at the device's own pixels; `onSize` where it must be drawn again. */
export function overPicture(canvas: HTMLCanvasElement, onSize: () => void): void {
  new ResizeObserver(() => {
    const { width, height } = canvas.getBoundingClientRect()
    canvas.width = Math.round(width * devicePixelRatio)
    canvas.height = Math.round(height * devicePixelRatio)
    onSize()
  }).observe(canvas)
}

/** The tracks of one video. What it draws is `style`'s to choose, which may change between draws. */
export function tracksView(tracks: TracksModel, name: string, style: TracksStyle): TracksView {
  const canvas = document.createElement('canvas')
  canvas.className = 'overlay'
  canvas.setAttribute('role', 'img')
  canvas.setAttribute('aria-label', `Tracked points of ${name}`)
  let last: number | null = null
  function draw(frame: number | null): void {
    last = frame
    const context = canvas.getContext('2d')!
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, canvas.width, canvas.height)
    canvas.dataset.frame = frame === null ? '' : String(frame)
    if (frame === null || canvas.width === 0) return
    // A point at (0, 0) is the middle of the first pixel.
    context.scale(canvas.width / tracks.width, canvas.height / tracks.height)
    context.translate(0.5, 0.5)
    drawTracks(context, tracks, frame, style)
    drawChosen(context, tracks, frame, style)
  }
  overPicture(canvas, () => draw(last))
  return { tracks, canvas, draw }
}
