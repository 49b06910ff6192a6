// Masks of bytes that are 0 or 1, four pixels at a time: as lanes of a 32-bit number they are added without a carry up to 255 times.

const CARRIES_AFTER = 255

/** Intersection over union of two masks of 0 and 1; 1 where both are empty. */
export function overlapOf(a: Uint8Array, b: Uint8Array): number {
  const [first, second] = [wordsOf(a), wordsOf(b)]
  let [both, either] = [0, 0]
  for (let start = 0; start < first.length; start += CARRIES_AFTER) {
    let [bothLanes, eitherLanes] = [0, 0]
    const end = Math.min(start + CARRIES_AFTER, first.length)
    for (let i = start; i < end; i++) {
      bothLanes += first[i] & second[i]
      eitherLanes += first[i] | second[i]
    }
    both += sumOfLanes(bothLanes)
    either += sumOfLanes(eitherLanes)
  }
  for (let i = 4 * first.length; i < a.length; i++) {
    both += a[i] & b[i]
    either += a[i] | b[i]
  }
  return either === 0 ? 1 : both / either
}

/** In how many of `[count, size]` masks of 0 and 1 each pixel moves, `[size]`. */
export function timesMoving(moving: Uint8Array, count: number): Uint32Array {
  const size = moving.length / count
  const times = new Uint32Array(size)
  for (let from = 0; from < count; from += CARRIES_AFTER) {
    const lanes = new Uint32Array(Math.ceil(size / 4))
    const bytes = new Uint8Array(lanes.buffer)
    for (let t = from; t < Math.min(count, from + CARRIES_AFTER); t++) {
      const mask = moving.subarray(t * size, (t + 1) * size)
      const words = wordsOf(mask)
      for (let i = 0; i < words.length; i++) lanes[i] += words[i]
      for (let i = 4 * words.length; i < size; i++) bytes[i] += mask[i]
    }
    for (let i = 0; i < size; i++) times[i] += bytes[i]
  }
  return times
}

/** Of pixels that move at any time, and of how often each does: Σ min / Σ max; 1 where nothing moves. */
export function overlapsOfTimes(a: Uint32Array, b: Uint32Array): { spatial: number; weightedSpatial: number } {
  let [both, either, least, most] = [0, 0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const [smaller, larger] = a[i] < b[i] ? [a[i], b[i]] : [b[i], a[i]]
    least += smaller
    most += larger
    if (smaller > 0) both++
    if (larger > 0) either++
  }
  return { spatial: either === 0 ? 1 : both / either, weightedSpatial: most === 0 ? 1 : least / most }
}

/** Whole words of bytes; copied where they do not begin at one. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const own = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  return new Uint32Array(own.buffer, own.byteOffset, bytes.length >> 2)
}

function sumOfLanes(lanes: number): number {
  const unsigned = lanes >>> 0
  return (unsigned & 255) + ((unsigned >>> 8) & 255) + ((unsigned >>> 16) & 255) + (unsigned >>> 24)
}
