/**
 * For every pixel of a frame the nearest pixel of a mask, exactly: the place (row by row) of one at the smallest Euclidean distance, −1 everywhere where the
 * mask is empty. Columns first, then lower envelopes of parabolas along the rows.
 * Source: Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions" (Theory of Computing 2012).
 */
export function nearestPixels({
  height,
  width,
  inside,
}: {
  readonly height: number
  readonly width: number
  readonly inside: Uint8Array
}): Int32Array {
  const rowOf = nearestRows(height, width, inside)
  const nearest = new Int32Array(height * width).fill(-1)
  // Of the envelope's parabolas: the column of each, and where it begins to be the lowest.
  const columns = new Int32Array(width)
  const begins = new Float64Array(width + 1)
  for (let y = 0; y < height; y++) {
    let count = 0
    for (let x = 0; x < width; x++) {
      const row = rowOf[y * width + x]
      if (row < 0) continue
      const lift = (row - y) ** 2 + x * x
      let begin = -Infinity
      while (count > 0) {
        const other = columns[count - 1]
        begin = (lift - ((rowOf[y * width + other] - y) ** 2 + other * other)) / (2 * (x - other))
        if (begin > begins[count - 1]) break
        count--
        begin = -Infinity
      }
      columns[count] = x
      begins[count++] = begin
    }
    if (count === 0) continue
    begins[count] = Infinity
    for (let x = 0, k = 0; x < width; x++) {
      while (begins[k + 1] < x) k++
      nearest[y * width + x] = rowOf[y * width + columns[k]] * width + columns[k]
    }
  }
  return nearest
}

/** For every pixel the nearest row of its column in which the mask has a pixel, −1 where there is none. */
function nearestRows(height: number, width: number, inside: Uint8Array): Int32Array {
  const rows = new Int32Array(height * width).fill(-1)
  for (let x = 0; x < width; x++) {
    for (let y = 0, last = -1; y < height; y++) {
      if (inside[y * width + x] === 1) last = y
      rows[y * width + x] = last
    }
    for (let y = height - 1, last = -1; y >= 0; y--) {
      if (inside[y * width + x] === 1) last = y
      const above = rows[y * width + x]
      if (last >= 0 && (above < 0 || last - y < y - above)) rows[y * width + x] = last
    }
  }
  return rows
}
