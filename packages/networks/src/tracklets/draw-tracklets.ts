import { type FrameArray, frameArray } from '@kinemetric/video'

import type { Tracklets } from './tracklets.ts'
import { networkError } from './network-error.ts'

export interface DrawOptions {
  /** Frames that a tail reaches back. Default: all. */
  tail?: number | undefined
  /** Width of a tail, pixels. Default: 1/240 of the frame's height, at least 1. */
  lineWidth?: number | undefined
  /** Radius of a point, pixels. Default 1.5 line widths, at least 2. */
  radius?: number | undefined
  /** Share of its own colour that the video keeps, 0..1; less makes the tracklets stand out. Default 1. */
  video?: number | undefined
  /** `[N][r, g, b]`, 0..255. Default: hues by place in the first frame, so that neighbours have like colours. */
  colours?: readonly (readonly [number, number, number])[] | undefined
}

type Colour = readonly [number, number, number]

/**
 * The frames with each point and the path that brought it there: antialiased, the tail fading with age, an invisible point
 * hollow.
 *
 * @param frames `[T, H, W, 3]`, which stay as they are
 * @param tracklets of T frames, pixels of these frames
 * @throws KinemetricError `shape-mismatch` for another number of frames or colours
 */
export function drawTracklets(frames: FrameArray, tracklets: Tracklets, options: DrawOptions = {}): FrameArray {
  const [length, height, width] = frames.shape
  if (tracklets.length !== length) {
    throw networkError('shape-mismatch', 'drawTracklets', {
      expected: `tracklets of ${length} frames`,
      found: String(tracklets.length),
    })
  }
  const colours = options.colours ?? placeColours(tracklets, width, height)
  if (colours.length !== tracklets.count) {
    throw networkError('shape-mismatch', 'drawTracklets', {
      expected: `${tracklets.count} colours`,
      found: String(colours.length),
    })
  }
  const { tail = length, lineWidth = Math.max(1, height / 240), video = 1 } = options
  const radius = options.radius ?? Math.max(2, 1.5 * lineWidth)
  const drawn = frameArray(dimmed(frames, video), length, height, width)
  const { points, visible, count } = tracklets
  for (let t = 0; t < length; t++) {
    const canvas = { data: drawn.data.subarray(t * height * width * 3, (t + 1) * height * width * 3), width, height }
    for (let n = 0; n < count; n++) {
      const at = (frame: number): [number, number] => {
        const index = 2 * (n * length + frame)
        return [points[index], points[index + 1]]
      }
      for (let past = Math.max(0, t - tail); past < t; past++) {
        const opacity = 0.8 * (1 - (t - past - 1) / Math.min(tail, length))
        line(canvas, at(past), at(past + 1), lineWidth / 2, colours[n], opacity)
      }
      disc(canvas, at(t), radius, visible[n * length + t] === 0 ? lineWidth : Number.POSITIVE_INFINITY, colours[n])
    }
  }
  return drawn
}

/** Hue by angle around the middle of all first points, lightness by which ring: like colours lie together. */
function placeColours({ points, count, length }: Tracklets, width: number, height: number): Colour[] {
  const first = Array.from({ length: count }, (_, n) => [points[2 * n * length], points[2 * n * length + 1]])
  const mean = [0, 1].map((axis) => first.reduce((sum, point) => sum + point[axis], 0) / Math.max(1, count))
  return first.map(([x, y]) => {
    const angle = Math.atan2((y - mean[1]) / height, (x - mean[0]) / width)
    return hue(angle / (2 * Math.PI) + 0.5)
  })
}

/** A bright colour of a hue of 0..1. */
function hue(turn: number): Colour {
  const channel = (shift: number): number => {
    const wave = Math.abs((((turn + shift) * 6) % 6) - 3) - 1
    return Math.round(255 * (0.15 + 0.85 * Math.min(1, Math.max(0, wave))))
  }
  return [channel(0), channel(2 / 3), channel(1 / 3)]
}

function dimmed(frames: FrameArray, share: number): Uint8Array {
  const [length, height, width, channels] = frames.shape
  const bytes = new Uint8Array(length * height * width * channels)
  const [strideT, strideY, strideX, strideC] = frames.stride
  const { data } = frames
  let to = 0
  for (let t = 0; t < length; t++) {
    for (let y = 0; y < height; y++) {
      const row = frames.offset + t * strideT + y * strideY
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < channels; c++) bytes[to++] = Math.round(data[row + x * strideX + c * strideC] * share)
      }
    }
  }
  return bytes
}

interface Canvas {
  data: Uint8Array
  width: number
  height: number
}

/** A segment with round ends. */
function line(
  canvas: Canvas,
  [x0, y0]: [number, number],
  [x1, y1]: [number, number],
  halfWidth: number,
  colour: Colour,
  opacity: number,
): void {
  const [dx, dy] = [x1 - x0, y1 - y0]
  const squared = dx * dx + dy * dy
  const box = [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)] as const
  paint(canvas, box, halfWidth, colour, opacity, (x, y) => {
    const along = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / squared))
    return Math.hypot(x - x0 - along * dx, y - y0 - along * dy) - halfWidth
  })
}

/** A disc, or the ring of that width inside its edge. */
function disc(canvas: Canvas, [x0, y0]: [number, number], radius: number, ring: number, colour: Colour): void {
  paint(canvas, [x0, y0, x0, y0], radius, colour, 1, (x, y) => {
    const outside = Math.hypot(x - x0, y - y0) - radius
    return Math.max(outside, -outside - ring)
  })
}

/**
 * Blends a colour in by how far each pixel's centre is outside of a shape: covered at −½ px, free at +½ px.
 *
 * @param box corners of the shape's skeleton, which `margin` pixels surround
 */
function paint(
  { data, width, height }: Canvas,
  [left, top, right, bottom]: readonly [number, number, number, number],
  margin: number,
  colour: Colour,
  opacity: number,
  outside: (x: number, y: number) => number,
): void {
  const from = (low: number): number => Math.max(0, Math.floor(low - margin - 1))
  const to = (high: number, size: number): number => Math.min(size - 1, Math.ceil(high + margin + 1))
  for (let y = from(top); y <= to(bottom, height); y++) {
    for (let x = from(left); x <= to(right, width); x++) {
      const share = opacity * Math.min(1, Math.max(0, 0.5 - outside(x, y)))
      if (!(share > 0)) continue
      const at = (y * width + x) * 3
      for (let c = 0; c < 3; c++) data[at + c] = Math.round(data[at + c] + share * (colour[c] - data[at + c]))
    }
  }
}
