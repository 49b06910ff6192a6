import { dataFormat } from '../../data-files/container.ts'
import { type CurvesHead, encodeCurves } from '../../data-files/curves-file.ts'
import { encodeIndex } from '../../data-files/index-file.ts'
import { encodeProtocol } from '../../data-files/protocol-file.ts'
import { curvesShard, shardStarts, valuesShard } from '../../data-files/shards.ts'
import { encodeValues, noShare, type ValuesHead } from '../../data-files/values-file.ts'
import { classDifferences } from './class-differences.ts'
import type { DataContent, ProtocolData } from './protocol-content.ts'

/** What lists say of clips' media. */
export interface ListedClips {
  /** Set of media of each clip, −1 for none. */
  mediaOf: Int32Array
  slugs: ReadonlyMap<number, string>
}

/**
 * The data files of a protocol, one at a time: memory holds one column of all clips, or one shard of all methods, whatever their number.
 */
export function* protocolFiles(data: ProtocolData, media: ListedClips): Generator<DataContent> {
  const { head, clips } = data
  yield {
    name: 'protocol',
    head,
    bytes: encodeProtocol({ ...clips, ids: [...clips.ids], ...media }),
  }
  const shares = new Uint8Array(head.metrics.length * head.methods.length * head.clips)
  for (const metric of head.metrics.keys()) yield indexFile(data, metric, shares)
  for (const [metric, { classes }] of head.metrics.entries())
    if (classes !== null) yield classDifferences(data, metric, classes)
  for (const from of shardStarts(head.clips, valuesShard)) yield valuesFile(data, from, shares)
  for (const from of shardStarts(head.clips, curvesShard)) yield curvesFile(data, from)
}

/** Fills the shares of better clips on its way. */
function indexFile({ head, metricAt, clips }: ProtocolData, metric: number, shares: Uint8Array): DataContent {
  const { id, decimals, better, index } = head.metrics[metric]
  const values = new Float64Array(head.methods.length * head.clips)
  for (const method of head.methods.keys()) {
    const column = clips.store.column(metricAt[metric], method)
    values.set(column, method * head.clips)
    const begin = (metric * head.methods.length + method) * head.clips
    betterShares(column, better, shares.subarray(begin, begin + head.clips))
  }
  const said = { format: dataFormat, board: head.board, metric: id, methods: head.methods.length, clips: head.clips }
  return { name: index, ...encodeIndex(values, { ...said, decimals }) }
}

function valuesFile({ head, metricAt, clips }: ProtocolData, from: number, shares: Uint8Array): DataContent {
  const to = Math.min(head.clips, from + valuesShard)
  const count = to - from
  const values = new Float64Array(metricAt.length * head.methods.length * count)
  const own = new Uint8Array(values.length)
  let at = 0
  for (const [metric, place] of metricAt.entries())
    for (const method of head.methods.keys()) {
      values.set(clips.store.column(place, method, from, to), at)
      const begin = (metric * head.methods.length + method) * head.clips
      own.set(shares.subarray(begin + from, begin + to), at)
      at += count
    }
  const said: Omit<ValuesHead, 'bytes'> = {
    format: dataFormat,
    board: head.board,
    from,
    to,
    methods: head.methods.length,
    metrics: metricAt.length,
  }
  const decimals = head.metrics.map((metric) => metric.decimals)
  return { name: `values-${from / valuesShard}`, ...encodeValues(values, own, { ...said, decimals }) }
}

function curvesFile({ head, metricAt, clips, failures, hashes }: ProtocolData, from: number): DataContent {
  const { store } = clips
  const to = Math.min(head.clips, from + curvesShard)
  const metrics = [...head.metrics.keys()].filter((metric) => head.metrics[metric].curve)
  const read = new Map(
    metrics.map((metric) => [
      metric,
      Array.from(head.methods, (_, method) => store.curves(metricAt[metric], method, from, to)),
    ]),
  )
  const count = to - from
  const frames = Array.from({ length: count }, (_, clip) =>
    head.frames === 'all' ? lastFrame([...read.values()].flat(), clip, store.frames) + 1 : head.frames,
  )
  const said: CurvesHead = {
    format: dataFormat,
    board: head.board,
    from,
    to,
    methods: head.methods.length,
    metrics,
  }
  const bytes = encodeCurves(
    {
      frames,
      curve: (metric, method, clip) =>
        read.get(metric)?.[method]?.subarray(clip * store.frames, clip * store.frames + frames[clip]) ?? null,
      failures: Array.from({ length: count }, (_, clip) => failures.get(from + clip) ?? []),
      hashes: (method, clip) => hashes.of(method, from + clip),
    },
    said,
  )
  return { name: `curves-${from / curvesShard}`, head: said, bytes }
}

/** The last frame of a clip in which any curve has a value; −1 for none. */
function lastFrame(curves: readonly (Float64Array | null)[], clip: number, frames: number): number {
  let last = -1
  for (const curve of curves) {
    const own = curve?.subarray(clip * frames, (clip + 1) * frames)
    last = Math.max(last, own?.findLastIndex((value) => !Number.isNaN(value)) ?? -1)
  }
  return last
}

/** Of each clip, what share of the others of its method is better, in whole per cent. */
function betterShares(values: Float64Array, better: 'higher' | 'lower', into: Uint8Array): void {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort()
  for (const [clip, value] of values.entries()) {
    const ahead = better === 'higher' ? sorted.length - countUpTo(sorted, value) : countBelow(sorted, value)
    into[clip] = Number.isNaN(value) ? noShare : wholePercent(ahead, sorted.length)
  }
}

/** Rounded, but never all: the clip itself is not better than it is. */
function wholePercent(ahead: number, of: number): number {
  return Math.min(99, Math.round((100 * ahead) / of))
}

/** How many of sorted numbers are smaller. */
function countBelow(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}

/** How many of sorted numbers are smaller or equal. */
function countUpTo(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] <= value) low = middle + 1
    else high = middle
  }
  return low
}
