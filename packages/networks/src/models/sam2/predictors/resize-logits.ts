/** One axis: the two neighbours of each output cell and the share of the second. */
interface Neighbours {
  readonly low: Int32Array
  readonly high: Int32Array
  readonly share: Float32Array
}

/**
 * One map of logits at another size: bilinear, half-pixel centres, no antialiasing (torch's `interpolate(mode='bilinear', align_corners=False)`).
 * @param logits `[from.height, from.width]`
 * @returns `[to.height, to.width]`
 */
export function resizeLogits(
  logits: Float32Array,
  from: { readonly height: number; readonly width: number },
  to: { readonly height: number; readonly width: number },
): Float32Array {
  const columns = neighbours(from.width, to.width)
  const rows = neighbours(from.height, to.height)
  const output = new Float32Array(to.height * to.width)
  for (let y = 0; y < to.height; y++) {
    const upper = rows.low[y] * from.width
    const lower = rows.high[y] * from.width
    const below = rows.share[y]
    for (let x = 0; x < to.width; x++) {
      const [left, right, beside] = [columns.low[x], columns.high[x], columns.share[x]]
      const above = (1 - beside) * logits[upper + left] + beside * logits[upper + right]
      const under = (1 - beside) * logits[lower + left] + beside * logits[lower + right]
      output[y * to.width + x] = (1 - below) * above + below * under
    }
  }
  return output
}

function neighbours(inputSize: number, outputSize: number): Neighbours {
  const scale = Math.fround(inputSize / outputSize)
  const low = new Int32Array(outputSize)
  const high = new Int32Array(outputSize)
  const share = new Float32Array(outputSize)
  for (let o = 0; o < outputSize; o++) {
    const source = Math.fround(Math.max(0, Math.fround(Math.fround(o + 0.5) * scale) - 0.5))
    low[o] = Math.min(Math.floor(source), inputSize - 1)
    high[o] = Math.min(low[o] + 1, inputSize - 1)
    share[o] = source - low[o]
  }
  return { low, high, share }
}
