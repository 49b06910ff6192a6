import { fromPlanes, toPlanes } from './byte-planes.ts'
import type { DataFile } from './container.ts'
import type { ShardHead } from './packed-parts.ts'

export interface ValuesHead extends ShardHead {
  methods: number
  metrics: number
  /** Bytes a value: 4, or 8 where some value would print otherwise in 4. */
  bytes: 4 | 8
}

/** The values of some clips, for the page of a clip. */
export interface ClipValuesShard {
  from: number
  to: number
  /** Value of a clip (counted over all clips), NaN for none. It prints with the metric's decimals as the record's does. */
  value(metric: number, method: number, clip: number): number
  /** Share of the method's own clips that are better, whole per cent; null for none. */
  betterShare(metric: number, method: number, clip: number): number | null
}

/** `betterShare` of a clip without a value. */
export const noShare = 255

/**
 * Head and content of `values-<n>.js`.
 * @param values `[metrics × methods × clips of the shard]`, NaN for none
 * @param shares the same of `betterShare`, `noShare` for none
 * @param decimals with which each metric prints
 */
export function encodeValues(
  values: Float64Array,
  shares: Uint8Array,
  { decimals, ...head }: Omit<ValuesHead, 'bytes'> & { decimals: readonly number[] },
): { head: ValuesHead; bytes: Uint8Array } {
  const single = new Float32Array(values.length)
  const each = values.length / Math.max(1, decimals.length)
  let fits = true
  for (let at = 0; at < values.length && fits; at++) {
    const near = printingAlike(values[at], decimals[Math.floor(at / each)])
    if (near === null) fits = false
    else single[at] = near
  }
  const planes = toPlanes(fits ? single : values)
  const bytes = new Uint8Array(planes.length + shares.length)
  bytes.set(planes)
  bytes.set(shares, planes.length)
  return { head: { ...head, bytes: fits ? 4 : 8 }, bytes }
}

/** Reads `values-<n>.js`. */
export function decodeValues({ head, bytes }: DataFile<ValuesHead>): ClipValuesShard {
  const { from, to, methods, metrics } = head
  const clips = to - from
  const count = metrics * methods * clips
  const buffer = fromPlanes(bytes.subarray(0, count * head.bytes), head.bytes)
  const values = head.bytes === 4 ? new Float32Array(buffer) : new Float64Array(buffer)
  const shares = bytes.subarray(count * head.bytes)
  const place = (metric: number, method: number, clip: number) => (metric * methods + method) * clips + clip - from
  return {
    from,
    to,
    value: (metric, method, clip) => values[place(metric, method, clip)],
    betterShare(metric, method, clip) {
      const share = shares[place(metric, method, clip)]
      return share === noShare ? null : share
    },
  }
}

/** Parts of the last printed digit that are kept: nothing that is shown has more, and what is not kept packs to nothing. */
const partsOfDigit = 16

/** A single-precision number that prints as a value does, near to a sixteenth of the last digit printed; null where there is none. */
export function printingAlike(value: number, decimals: number): number | null {
  const nearest = Math.fround(value)
  if (!Number.isFinite(value)) return nearest
  const text = value.toFixed(decimals)
  // A power of two, so that the last bits of the number are zeros.
  const part = 2 ** Math.floor(Math.log2(10 ** -decimals / partsOfDigit))
  const short = Math.round(value / part) * part
  if (Math.fround(short) === short && short.toFixed(decimals) === text) return short
  if (nearest.toFixed(decimals) === text) return nearest
  // The next one on the value's side; its neighbours differ by at most 2⁻²³ of it.
  const step = Math.max(Math.abs(nearest) * 2 ** -23, 2 ** -149)
  for (const by of [0.6, 1, -0.6, -1]) {
    const next = Math.fround(nearest + by * Math.sign(value - nearest) * step)
    if (next.toFixed(decimals) === text) return next
  }
  return null
}
