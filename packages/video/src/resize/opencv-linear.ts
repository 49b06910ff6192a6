import { videoError } from '../frames/video-error.ts'
import { requireSize } from '../frames/frames.ts'
import { roundHalfEven } from './round-half-even.ts'

/** Bytes of one picture, `[height, width, channels]`, row-major. */
export interface PictureShape {
  height: number
  width: number
  channels: number
}

/** The one pixel before and behind a place, and what each counts, in 2048ths. */
interface Taps {
  before: Int32Array
  behind: Int32Array
  weights: Int32Array
}

/**
 * OpenCV's `resize` of bytes with INTER_LINEAR: two taps an axis wherever they lie, no antialiasing; horizontal sums whole, vertical ones cut to 16 bits as
 * its vector code does. Checked against opencv-python 4.10, down and up. Made once for many pictures of one size.
 * Source: modules/imgproc/src/resize.cpp, `HResizeLinear`, `VResizeLinear` and the coefficients of `resize`.
 * @returns a function that writes `[height, width, channels]` of a picture of the shape; a picture of that size already is copied
 * @throws KinemetricError `bad-size` for sizes below 1
 */
export function opencvLinear(
  from: PictureShape,
  height: number,
  width: number,
): (picture: Uint8Array, output: Uint8Array) => void {
  const { channels } = from
  requireSize(height, width, 'opencvLinear')
  if (height === from.height && width === from.width) return (picture, output) => output.set(picture)
  if (from.height === 4 * height && from.width === 4 * width) return quartered(from)
  const columns = columnTaps(from.width, width)
  const rows = rowTaps(from.height, height)
  const line = width * channels
  // A row of sums is needed by neighbouring output rows: the last two are kept.
  const kept = [new Int32Array(line), new Int32Array(line)]
  const rowOf = [-1, -1]
  return (picture, output) => {
    if (picture.length !== from.height * from.width * channels || output.length !== height * line)
      throw videoError('bad-size', 'opencvLinear', {
        expected: `${from.height}×${from.width}×${channels} bytes, and room for ${height}×${width}×${channels}`,
        found: `${picture.length}, and ${output.length}`,
      })
    rowOf.fill(-1)
    const sumsOf = (row: number, other: number): Int32Array => {
      const there = rowOf.indexOf(row)
      if (there >= 0) return kept[there]
      const free = rowOf[0] === other ? 1 : 0
      rowOf[free] = row
      sumRow(picture.subarray(row * from.width * channels), columns, channels, kept[free])
      return kept[free]
    }
    for (let y = 0; y < height; y++) {
      const first = sumsOf(rows.before[y], rows.behind[y])
      const second = sumsOf(rows.behind[y], rows.before[y])
      const [a, b] = [rows.weights[2 * y], rows.weights[2 * y + 1]]
      for (let i = 0, at = y * line; i < line; i++, at++)
        output[at] = (((a * (first[i] >> 4)) >> 16) + ((b * (second[i] >> 4)) >> 16) + 2) >> 2
    }
  }
}

/** A quarter of the size is the mean of the two middle pixels on each axis: every weight is a half, and nothing is cut. */
function quartered({ height, width, channels }: PictureShape): (picture: Uint8Array, output: Uint8Array) => void {
  const row = width * channels
  return (picture, output) => {
    let at = 0
    for (let y = 1; y < height; y += 4)
      for (let x = y * row + channels, end = (y + 1) * row; x < end; x += 4 * channels)
        for (let c = 0, i = x; c < channels; c++, i++)
          output[at++] = (picture[i] + picture[i + channels] + picture[i + row] + picture[i + row + channels] + 2) >> 2
  }
}

function sumRow(row: Uint8Array, { before, behind, weights }: Taps, channels: number, sums: Int32Array): void {
  for (let x = 0, at = 0; x < before.length; x++) {
    const [a, b] = [weights[2 * x], weights[2 * x + 1]]
    const [left, right] = [before[x] * channels, behind[x] * channels]
    for (let c = 0; c < channels; c++, at++) sums[at] = a * row[left + c] + b * row[right + c]
  }
}

/** Beyond the first and last pixel that pixel counts alone. */
function columnTaps(from: number, to: number): Taps {
  return taps(from, to, (place, share) => (place < 0 || place >= from - 1 ? 0 : share))
}

/** Beyond the first and last row that row counts twice, with both weights, each of which is cut by itself. */
function rowTaps(from: number, to: number): Taps {
  return taps(from, to, (_, share) => share)
}

function taps(from: number, to: number, shareOf: (place: number, share: number) => number): Taps {
  const scale = 1 / (to / from)
  const made: Taps = { before: new Int32Array(to), behind: new Int32Array(to), weights: new Int32Array(2 * to) }
  for (let o = 0; o < to; o++) {
    const source = Math.fround((o + 0.5) * scale - 0.5)
    const place = Math.floor(source)
    const share = shareOf(place, Math.fround(source - place))
    made.before[o] = Math.min(Math.max(place, 0), from - 1)
    made.behind[o] = Math.min(Math.max(place + 1, 0), from - 1)
    made.weights[2 * o] = roundHalfEven(Math.fround(Math.fround(1 - share) * 2048))
    made.weights[2 * o + 1] = roundHalfEven(Math.fround(share * 2048))
  }
  return made
}
