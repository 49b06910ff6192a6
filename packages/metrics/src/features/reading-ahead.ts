/** Rows of up to so many bytes a side are held in memory: 8,192 of 2,048 in float32. What is made of them is the same to the bit either way. */
export const MOST_HELD = 2 ** 26

/** Who reads in order finds the next block on its way already: files are read while products are computed. */
export function readingAhead<Data>(
  load: (start: number, end: number) => Promise<Data>,
  total: number,
): (start: number, end: number) => Promise<Data> {
  let last = -1
  let next: { start: number; end: number; data: Promise<Data> } | undefined
  return async (start, end) => {
    const found = next?.start === start && next.end === end ? next.data : load(start, end)
    const inOrder = start === last || start === 0
    last = end
    next = undefined
    const data = await found
    const after = Math.min(total, 2 * end - start)
    if (inOrder && end < total) {
      next = { start: end, end: after, data: load(end, after) }
      // It throws when it is asked for; nobody may ask.
      next.data.catch(() => undefined)
    }
    return data
  }
}
