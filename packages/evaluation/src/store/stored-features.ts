import { type ClipRows, MOST_HELD, readingAhead } from '@kinemetric/metrics'
import { benchmarkError } from '@kinemetric/benchmark'
import type { FeatureReader } from './feature-reader.ts'
import { gatherFeatures } from './kept-features.ts'

/** A clip and the address of its rows. */
export interface ClipPlace {
  clip: string
  address: string
}

/** Entries that are read at once: their waiting overlaps, and memory holds few. */
const AT_ONCE = 32
/** Bytes of entries that are in memory at once beside the rows that are asked for. */
const MOST_SPARE = 2 ** 23
/** More than what stands in an entry before its rows; a file that does not fit is read all the same. */
const LONGEST_START = 1024

/**
 * The rows of clips: in memory where they are few, else as they lie in the cache, to be read a block at a time.
 *
 * @param mostHeld bytes of entries that are held
 * @throws KinemetricError `cache-lost` where an entry has gone, also when rows are read later
 */
export async function keptRows(
  places: readonly ClipPlace[],
  cache: FeatureReader,
  mostHeld = MOST_HELD,
): Promise<ClipRows> {
  const sizes = await inGroups(places, ({ address }) => cache.size(address))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  return bytes <= mostHeld ? gatherFeatures(places, cache) : storedRows(places, cache)
}

async function storedRows(places: readonly ClipPlace[], cache: FeatureReader): Promise<ClipRows> {
  const shapes = await inGroups(places, async (place) => (await cache.rowShape(place.address)) ?? lost(place))
  const [[, dimension]] = shapes
  for (const [at, [, own]] of shapes.entries())
    if (own !== dimension) lost(places[at], `rows of ${dimension} values, found ${own}`)
  /** `[clips + 1]` the first row of each clip, and their number. */
  const firsts = [0]
  for (const [rows] of shapes) firsts.push(firsts[firsts.length - 1] + rows)
  const total = firsts[places.length]
  const clipOfRow = new Int32Array(total)
  for (let clip = 0; clip < places.length; clip++) clipOfRow.fill(clip, firsts[clip], firsts[clip + 1])

  // Files are read one after another into the same memory: fresh memory for each would take longer than reading.
  const largest = 4 * dimension * shapes.reduce((most, [rows]) => Math.max(most, rows), 0) + LONGEST_START
  const atOnce = Math.max(1, Math.min(AT_ONCE, Math.floor(MOST_SPARE / largest)))
  const spare: Uint8Array<ArrayBuffer>[] = []
  /** Copies rows of a clip, by their numbers in it, to where they belong. */
  const copyRows = async (
    clip: number,
    into: Float32Array,
    rows: Iterable<{ from: number; count: number; to: number }>,
  ) => {
    const memory = spare.pop() ?? new Uint8Array(largest)
    const { shape, bytes } = (await cache.readRows(places[clip].address, memory)) ?? lost(places[clip])
    if (shape[0] !== shapes[clip][0] || shape[1] !== dimension)
      lost(places[clip], `${shapes[clip].join('×')} values, found ${shape.join('×')}`)
    const target = new Uint8Array(into.buffer)
    const width = 4 * dimension
    for (const { from, count, to } of rows) target.set(bytes.subarray(from * width, (from + count) * width), to * width)
    spare.push(memory)
  }
  const load = async (start: number, end: number): Promise<Float32Array> => {
    const data = new Float32Array((end - start) * dimension)
    if (end <= start) return data
    const clips = Array.from({ length: clipOfRow[end - 1] - clipOfRow[start] + 1 }, (_, k) => clipOfRow[start] + k)
    const copy = (clip: number) => {
      const [from, to] = [Math.max(start, firsts[clip]), Math.min(end, firsts[clip + 1])]
      return copyRows(clip, data, [{ from: from - firsts[clip], count: to - from, to: from - start }])
    }
    await inGroups(clips, copy, atOnce)
    return data
  }
  return {
    rows: total,
    dimension,
    clipOfRow,
    clips: places.map(({ clip }) => clip),
    read: readingAhead(load, total),
    async pick(picked) {
      const data = new Float32Array(picked.length * dimension)
      const byClip = Map.groupBy(
        Array.from(picked, (row, to) => ({ from: row - firsts[clipOfRow[row]], count: 1, to, clip: clipOfRow[row] })),
        ({ clip }) => clip,
      )
      await inGroups([...byClip.entries()], ([clip, wanted]) => copyRows(clip, data, wanted), atOnce)
      return data
    },
  }
}

/** The results in the order of the items. */
async function inGroups<T, R>(items: readonly T[], task: (item: T) => Promise<R>, size = AT_ONCE): Promise<R[]> {
  const results: R[] = []
  for (let at = 0; at < items.length; at += size)
    results.push(...(await Promise.all(items.slice(at, at + size).map(task))))
  return results
}

function lost({ clip, address }: ClipPlace, what = `the features of ${clip}, found none`): never {
  throw benchmarkError('cache-lost', address, `expected ${what}; run again to compute them`)
}
