/**
 * Fills small holes of a mask: 8-connected groups of cells whose logit is not above 0, of at most `area` cells, get the logit `value`
 * (facebookresearch/sam2 at 2b90b9f, `fill_holes_in_mask_scores`; there it needs a CUDA extension). What touches the border is filled too, as there.
 *
 * @param logits `[height, width]`, which stay as they are
 * @returns the same array where there is nothing to fill
 */
export function fillHoles(
  logits: Float32Array,
  height: number,
  width: number,
  area: number,
  value: number,
): Float32Array {
  if (area < 1) return logits
  const seen = new Uint8Array(logits.length)
  const group = new Int32Array(logits.length)
  let filled: Float32Array | undefined
  for (let start = 0; start < logits.length; start++) {
    if (seen[start] === 1 || logits[start] > 0) continue
    const size = gather(logits, height, width, start, seen, group)
    if (size > area) continue
    filled ??= logits.slice()
    for (let i = 0; i < size; i++) filled[group[i]] = value
  }
  return filled ?? logits
}

/** Puts the group of a cell into `group`. @returns its size */
function gather(
  logits: Float32Array,
  height: number,
  width: number,
  start: number,
  seen: Uint8Array,
  group: Int32Array,
): number {
  let size = 1
  group[0] = start
  seen[start] = 1
  for (let next = 0; next < size; next++) {
    const y = Math.floor(group[next] / width)
    const x = group[next] % width
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
        const cell = row * width + column
        if (seen[cell] === 1 || logits[cell] > 0) continue
        seen[cell] = 1
        group[size++] = cell
      }
    }
  }
  return size
}
