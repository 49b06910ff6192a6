// Fixed encodings of places and times, computed in 64 bits and stored in 32 (facebookresearch/sam2 at 2b90b9f, sam2/modeling/position_encoding.py,
// sam2_utils.py, backbones/hieradet.py).

/**
 * Sines and cosines of a square map's rows, then of its columns, sines at even places.
 * @returns `[side · side, channels]`
 */
export function sineEncoding(side: number, channels: number): Float32Array {
  const half = channels / 2
  const encoding = new Float32Array(side * side * channels)
  const wave = (position: number, i: number) => {
    const angle = (((position + 1) / (side + 1e-6)) * 2 * Math.PI) / 10_000 ** ((2 * Math.floor(i / 2)) / half)
    return i % 2 === 0 ? Math.sin(angle) : Math.cos(angle)
  }
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let i = 0; i < half; i++) {
        const at = (y * side + x) * channels
        encoding[at + i] = wave(y, i)
        encoding[at + half + i] = wave(x, i)
      }
  return encoding
}

/** Of distances in time, sines then cosines: `[distances, channels]`. */
export function timeEncoding(distances: readonly number[], channels: number): Float32Array {
  const half = channels / 2
  const encoding = new Float32Array(distances.length * channels)
  for (const [row, distance] of distances.entries())
    for (let i = 0; i < half; i++) {
      const angle = distance / 10_000 ** ((2 * Math.floor(i / 2)) / half)
      encoding[row * channels + i] = Math.sin(angle)
      encoding[row * channels + half + i] = Math.cos(angle)
    }
  return encoding
}

/** Fourier features of a square map's places: `[side · side, C]`. @param matrix `[2, C/2]` */
export function denseEncoding(side: number, matrix: Float32Array): Float32Array {
  const half = matrix.length / 2
  const encoding = new Float32Array(side * side * 2 * half)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let i = 0; i < half; i++) {
        const [u, v] = [2 * ((x + 0.5) / side) - 1, 2 * ((y + 0.5) / side) - 1]
        const angle = 2 * Math.PI * (u * matrix[i] + v * matrix[half + i])
        const at = (y * side + x) * 2 * half
        encoding[at + i] = Math.sin(angle)
        encoding[at + half + i] = Math.cos(angle)
      }
  return encoding
}

/** Angles by which neighbouring pairs of numbers of a map's tokens are turned, first half by columns, second by rows; each twice: `[side · side, channels]`. */
export function rotations(side: number, channels: number): { cosines: Float32Array; sines: Float32Array } {
  const [cosines, sines] = [new Float32Array(side * side * channels), new Float32Array(side * side * channels)]
  const quarter = channels / 4
  for (let token = 0; token < side * side; token++)
    for (let pair = 0; pair < channels / 2; pair++) {
      const place = pair < quarter ? token % side : Math.floor(token / side)
      const angle = place * 10_000 ** ((-4 * (pair % quarter)) / channels)
      for (const at of [token * channels + 2 * pair, token * channels + 2 * pair + 1]) {
        cosines[at] = Math.cos(angle)
        sines[at] = Math.sin(angle)
      }
    }
  return { cosines, sines }
}

/**
 * The trunk's position: a coarse background enlarged (torch's bicubic, a = −3/4, half-pixel centres, the border repeated) and a window's pattern repeated.
 * @param background `[E, rows, columns]`
 * @param window `[E, w, w]`
 * @returns `[side · side, E]`
 */
export function trunkPosition(
  background: Float32Array,
  [rows, columns]: readonly [number, number],
  window: Float32Array,
  windowSide: number,
  side: number,
): Float32Array {
  const channels = background.length / (rows * columns)
  const vertical = cubicTaps(rows, side)
  const horizontal = cubicTaps(columns, side)
  const position = new Float32Array(side * side * channels)
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        let sum = 0
        for (const [row, below] of vertical[y])
          for (const [column, beside] of horizontal[x])
            sum += below * beside * background[(c * rows + row) * columns + column]
        const tile = (c * windowSide + (y % windowSide)) * windowSide + (x % windowSide)
        position[(y * side + x) * channels + c] = sum + window[tile]
      }
  return position
}

function cubicTaps(input: number, output: number): (readonly [number, number])[][] {
  return Array.from({ length: output }, (_, o) => {
    const centre = ((o + 0.5) * input) / output - 0.5
    const first = Math.floor(centre) - 1
    return Array.from({ length: 4 }, (_tap, tap) => {
      const index = Math.min(input - 1, Math.max(0, first + tap))
      return [index, keys(Math.abs(centre - first - tap))] as const
    })
  })
}

function keys(d: number): number {
  const a = -0.75
  return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((d - 5) * d + 8) * a * d - 4 * a
}
