import { fromPlanes, toPlanes } from './byte-planes.ts'
import type { DataFile } from './container.ts'
import { packParts, PartReader, type ShardHead } from './packed-parts.ts'

export interface CurvesHead extends ShardHead {
  methods: number
  /** Indices of the metrics (in `protocol.js`) that have a value a frame, in the order of the content. */
  metrics: number[]
}

/** Why a method has no value of a clip. */
export interface ClipFault {
  method: number
  /** `truncated`, `too-few-frames`, … */
  reason: string
  message: string
  /** The sample that failed, where clips have several. */
  sample?: string | undefined
}

/** What the page of a clip shows of single frames. */
export interface ClipCurvesShard {
  from: number
  to: number
  /** Frames of a clip (counted over all clips), frame 0 and those not scored included. */
  frames(clip: number): number
  /** Values of a metric (its index in `protocol.js`) by frame, NaN where a frame has none; null where the metric has no curve here. */
  curve(metric: number, method: number, clip: number): Float64Array | null
  /** Methods that could not be scored on the clip. */
  failures(clip: number): ClipFault[]
  /** First 16 hex digits of the sha256 of the frames that were scored: both sides, '' where the record kept none. */
  hashes(method: number, clip: number): { generated: string; reference: string }
}

/** What goes into a file of curves. */
export interface CurvesInput {
  /** Frames of each clip of the shard. */
  frames: readonly number[]
  /** Values by frame (as many as the clip has frames), NaN for none; null where a method has none. @param clip counted in the shard */
  curve(metric: number, method: number, clip: number): ArrayLike<number> | null
  /** By clip of the shard. */
  failures: readonly (readonly ClipFault[])[]
  /** sha256 in hex, '' for none. */
  hashes(method: number, clip: number): { generated: string; reference: string }
}

const none = 65_535
const top = 65_534
/** Hex digits of a hash that are kept. */
const hashDigits = 16
const hashBytes = hashDigits / 2

interface CurvesText {
  frames: number[]
  /** `[clip of the shard, method, reason, message, sample?]` */
  failures: [number, number, string, string, string?][]
}

/**
 * Head and content of `curves-<n>.js`. Values are 16 bits over the range of their clip and metric, all methods together, so that a small wiggle keeps its
 * digits: at most 1e-5 of that range off.
 */
export function encodeCurves(input: CurvesInput, head: CurvesHead): Uint8Array {
  const { metrics, methods } = head
  const { frames } = input
  const clips = frames.length
  const total = frames.reduce((sum, count) => sum + count, 0)
  const ranges = new Float64Array(2 * metrics.length * clips)
  const codes = new Uint16Array(metrics.length * methods * total).fill(none)
  for (const [at, metric] of metrics.entries()) {
    let start = 0
    for (let clip = 0; clip < clips; clip++) {
      const curves = Array.from({ length: methods }, (_, method) => input.curve(metric, method, clip))
      const [low, high] = rangeOf(curves)
      ranges.set([low, high], 2 * (at * clips + clip))
      for (const [method, curve] of curves.entries())
        if (curve !== null) encodeCurve(curve, low, high, codes, (at * methods + method) * total + start, frames[clip])
      start += frames[clip]
    }
  }
  const text: CurvesText = {
    frames: [...frames],
    failures: input.failures.flatMap((failures, clip) =>
      failures.map(({ method, reason, message, sample }): CurvesText['failures'][number] =>
        sample === undefined ? [clip, method, reason, message] : [clip, method, reason, message, sample],
      ),
    ),
  }
  return packParts(text, [toPlanes(ranges), toPlanes(codes), packHashes(input, methods, clips)])
}

/** Reads `curves-<n>.js`. */
export function decodeCurves({ head, bytes }: DataFile<CurvesHead>): ClipCurvesShard {
  const { from, to, methods, metrics } = head
  const clips = to - from
  const parts = new PartReader<CurvesText>(bytes)
  const { frames, failures } = parts.text
  const starts = [0]
  for (const count of frames) starts.push(starts.at(-1)! + count)
  const total = starts[clips]
  const ranges = new Float64Array(fromPlanes(parts.take(16 * metrics.length * clips), 8))
  const codes = new Uint16Array(fromPlanes(parts.take(2 * metrics.length * methods * total), 2))
  const hashes = parts.take(2 * hashBytes * methods * clips)
  return {
    from,
    to,
    frames: (clip) => frames[clip - from],
    curve(metric, method, clip) {
      const at = metrics.indexOf(metric)
      if (at < 0) return null
      const [low, high] = ranges.subarray(2 * (at * clips + clip - from))
      const begin = (at * methods + method) * total + starts[clip - from]
      const part = codes.subarray(begin, begin + frames[clip - from])
      return Float64Array.from(part, (code) => (code === none ? Number.NaN : low + (code / top) * (high - low)))
    },
    failures: (clip) =>
      failures.flatMap(([index, method, reason, message, sample]) =>
        index === clip - from ? [{ method, reason, message, sample }] : [],
      ),
    hashes(method, clip) {
      const side = (which: number) => {
        const at = ((which * methods + method) * clips + clip - from) * hashBytes
        const own = hashes.subarray(at, at + hashBytes)
        return own.every((byte) => byte === 0) ? '' : Array.from(own, (byte) => hex(byte)).join('')
      }
      return { generated: side(0), reference: side(1) }
    },
  }
}

function rangeOf(curves: readonly (ArrayLike<number> | null)[]): [number, number] {
  let low = Infinity
  let high = -Infinity
  for (const curve of curves)
    for (let at = 0; at < (curve?.length ?? 0); at++) {
      const value = curve![at]
      if (!Number.isFinite(value)) continue
      if (value < low) low = value
      if (value > high) high = value
    }
  return low > high ? [0, 0] : [low, high]
}

/** Values that are not finite have no place in the range: they are drawn as gaps. */
function encodeCurve(
  curve: ArrayLike<number>,
  low: number,
  high: number,
  codes: Uint16Array,
  begin: number,
  count: number,
): void {
  // Halves, since the range of two large numbers may be no number.
  const span = high / 2 - low / 2
  for (let frame = 0; frame < count; frame++) {
    const value = curve[frame]
    if (Number.isFinite(value)) codes[begin + frame] = span === 0 ? 0 : Math.round(((value / 2 - low / 2) / span) * top)
  }
}

function packHashes(input: CurvesInput, methods: number, clips: number): Uint8Array {
  const bytes = new Uint8Array(2 * hashBytes * methods * clips)
  for (let method = 0; method < methods; method++)
    for (let clip = 0; clip < clips; clip++) {
      const { generated, reference } = input.hashes(method, clip)
      for (const [which, hash] of [generated, reference].entries())
        for (let digit = 0; digit < Math.min(hash.length, hashDigits); digit += 2)
          bytes[((which * methods + method) * clips + clip) * hashBytes + digit / 2] = Number.parseInt(
            hash.slice(digit, digit + 2),
            16,
          )
    }
  return bytes
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
