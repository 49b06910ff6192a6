import type { Tracklets } from '@kinemetric/networks'
import { metricError } from '../../recipes/metric-error.ts'

// Histograms of how points move, as FVMD's code makes them (ljh0v0/FVMD-frechet-video-motion-distance at d0863a3, extract_motion_features.py): a field of vectors
// over frames, rows and columns of points is cut into cells of 4 × 5 × 5, and each vector of a cell adds a weight that grows with the logarithm of its length
// to one of eight directions.
//
// Everything up to the bin is in float32, as there: directions lie on edges of bins wherever a point moves along an axis, and float64 puts them elsewhere.

const CELL_FRAMES = 4
const CELL_POINTS = 5
const DIRECTIONS = 8
const LONGEST = 255

const { fround } = Math
const HALF_TURN = fround(Math.PI)
const EIGHTH_TURN = fround(Math.PI / 4)

/** What a row has beside velocity: `repeated-velocity` is what the released code calls acceleration, velocity once more without its first step; `acceleration` what the paper calls so. */
export type SecondField = 'repeated-velocity' | 'acceleration'

/** Points of a square grid, row by row, through the frames of one window. */
interface PointField {
  frames: number
  /** Points a side. */
  side: number
  /** `[frames, side · side, 2]` */
  data: Float32Array
}

/**
 * One row of features of a window: the histograms of both fields, one after the other, each `[time cell][row cell][column cell][direction]`.
 *
 * @param window points of a square grid, row by row; x and y in pixels of the frames that they were tracked in. What the tracker says of visibility is not looked at.
 * @throws KinemetricError `shape-mismatch` for points that are no square of fives, or frames that are no multiple of four; `not-finite`
 */
export function motionHistogram(window: Tracklets, second: SecondField): Float32Array {
  const velocity = velocityOf(window)
  const other = second === 'acceleration' ? differences(velocity) : withoutFirstStep(velocity)
  const [first, last] = [histogramOf(velocity), histogramOf(other)]
  const row = new Float32Array(first.length + last.length)
  row.set(first)
  row.set(last, first.length)
  return row
}

/** p_t − p_{t−1}; 0 in the first frame. */
function velocityOf({ points, count, length }: Tracklets): PointField {
  const side = Math.round(Math.sqrt(count))
  if (side * side !== count || side % CELL_POINTS !== 0 || length % CELL_FRAMES !== 0 || count * length === 0)
    throw metricError('shape-mismatch', 'motion histogram', {
      expected: `points of a square whose sides are fives, in frames that are a multiple of ${CELL_FRAMES}`,
      found: `${count} points in ${length} frames`,
    })
  const data = new Float32Array(length * count * 2)
  for (let n = 0; n < count; n++)
    for (let t = 0; t < length; t++)
      for (let axis = 0; axis < 2; axis++) {
        const at = 2 * (n * length + t) + axis
        const value = points[at]
        if (!Number.isFinite(value))
          throw metricError('not-finite', 'motion histogram', {
            expected: 'positions that are numbers',
            found: `${value} of point ${n} in frame ${t}`,
          })
        if (t > 0) data[2 * (t * count + n) + axis] = fround(fround(value) - fround(points[at - 2]))
      }
  return { frames: length, side, data }
}

/** v_t − v_{t−1} from the third frame on; 0 before. */
function differences({ frames, side, data }: PointField): PointField {
  const step = 2 * side * side
  const result = new Float32Array(data.length)
  for (let at = 2 * step; at < data.length; at++) result[at] = fround(data[at] - data[at - step])
  return { frames, side, data: result }
}

function withoutFirstStep({ frames, side, data }: PointField): PointField {
  const result = data.slice()
  result.fill(0, 0, 4 * side * side)
  return { frames, side, data: result }
}

function histogramOf({ frames, side, data }: PointField): Float64Array {
  const across = side / CELL_POINTS
  const bins = new Float64Array((frames / CELL_FRAMES) * across * across * DIRECTIONS)
  for (let t = 0, at = 0; t < frames; t++)
    for (let r = 0; r < side; r++)
      for (let c = 0; c < side; c++, at += 2) {
        const [x, y] = [data[at], data[at + 1]]
        const weight = weightOf(x, y)
        if (weight === 0) continue
        const row = Math.floor(t / CELL_FRAMES) * across + Math.floor(r / CELL_POINTS)
        const cell = row * across + Math.floor(c / CELL_POINTS)
        bins[cell * DIRECTIONS + directionOf(x, y)] += weight
      }
  return bins
}

/**
 * Which eighth of a turn a vector points to, 0 to 7: the angle from the y axis, which points down.
 * @param x float32 @param y float32
 */
export function directionOf(x: number, y: number): number {
  const turned = fround(fround(Math.atan2(x, y)) + HALF_TURN)
  return Math.min(Math.max(Math.floor(turned / EIGHTH_TURN), 0), DIRECTIONS - 1)
}

/**
 * What a vector counts, in eighths: ⌈log₂(1 + length)⌉ / 8, at most 1; a vector without length counts nothing.
 * @param x float32 @param y float32
 */
export function weightOf(x: number, y: number): number {
  const length = fround(Math.sqrt(fround(fround(x * x) + fround(y * y))))
  const logarithm = fround(Math.log2(fround(Math.min(length, LONGEST) + 1)))
  return Math.ceil(Math.min(logarithm, DIRECTIONS)) / DIRECTIONS
}
