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
  const left = columns.before.map((place) => place * channels)
  const right = columns.behind.map((place) => place * channels)
  const { weights } = columns
  const fromLine = from.width * channels
  return (picture, output) => {
    if (picture.length !== from.height * fromLine || output.length !== height * line)
      throw videoError('bad-size', 'opencvLinear', {
        expected: `${from.height}×${from.width}×${channels} bytes, and room for ${height}×${width}×${channels}`,
        found: `${picture.length}, and ${output.length}`,
      })
    let at = 0
    for (let y = 0; y < height; y++) {
      const [above, below] = [rows.before[y] * fromLine, rows.behind[y] * fromLine]
      const [a, b] = [rows.weights[2 * y], rows.weights[2 * y + 1]]
      for (let x = 0; x < width; x++) {
        const [l, r] = [weights[2 * x], weights[2 * x + 1]]
        for (let c = 0, i = left[x], j = right[x]; c < channels; c++, i++, j++) {
          const first = (l * picture[above + i] + r * picture[above + j]) >> 4
          const second = (l * picture[below + i] + r * picture[below + j]) >> 4
          output[at++] = (((a * first) >> 16) + ((b * second) >> 16) + 2) >> 2
        }
      }
    }
  }
}

/** A quarter of the size is the mean of the two middle pixels on each axis: every weight is a half, and nothing is cut. */
function quartered({ height, width, channels }: PictureShape): (picture: Uint8Array, output: Uint8Array) => void {
  const row = width * channels
  // Three channels at a time: a loop over channels inside takes three times as long.
  const ofThree = (picture: Uint8Array, output: Uint8Array): void => {
    let at = 0
    for (let y = 1; y < height; y += 4)
      for (let x = y * row + 3, end = (y + 1) * row; x < end; x += 12) {
        const below = x + row
        output[at] = (picture[x] + picture[x + 3] + picture[below] + picture[below + 3] + 2) >> 2
        output[at + 1] = (picture[x + 1] + picture[x + 4] + picture[below + 1] + picture[below + 4] + 2) >> 2
        output[at + 2] = (picture[x + 2] + picture[x + 5] + picture[below + 2] + picture[below + 5] + 2) >> 2
        at += 3
      }
  }
  const ofOne = (picture: Uint8Array, output: Uint8Array): void =>
    quarteredLevels({ bytes: picture, stride: row, levels: sameLevels }, { height, width }, output)
  if (channels === 3) return ofThree
  if (channels === 1) return ofOne
  return (picture, output) => {
    let at = 0
    for (let y = 1; y < height; y += 4)
      for (let x = y * row + channels, end = (y + 1) * row; x < end; x += 4 * channels)
        for (let c = 0, i = x; c < channels; c++, i++)
          output[at++] = (picture[i] + picture[i + channels] + picture[i + row] + picture[i + row + channels] + 2) >> 2
  }
}

const sameLevels = Uint8Array.from({ length: 256 }, (_, level) => level)

/**
 * `opencvLinear` to a quarter of the size of a picture of one channel whose bytes stand for levels, looked up where they are needed.
 * @param picture rows of bytes, `stride` apart, and 256 levels
 * @param size of the picture, multiples of 4
 */
export function quarteredLevels(
  { bytes, stride, levels }: { bytes: Uint8Array; stride: number; levels: Uint8Array },
  { height, width }: { height: number; width: number },
  output: Uint8Array,
): void {
  let at = 0
  for (let y = 1; y < height; y += 4)
    for (let x = y * stride + 1, end = y * stride + width; x < end; x += 4) {
      const below = x + stride
      output[at++] =
        (levels[bytes[x]] + levels[bytes[x + 1]] + levels[bytes[below]] + levels[bytes[below + 1]] + 2) >> 2
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
