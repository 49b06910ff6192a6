import type { DataFile, DataHead } from './container.ts'
import { type CodeScale, codeScale, type DecodedColumn, decodeCodes, encodeCodes } from './printed-codes.ts'

export interface IndexHead extends DataHead {
  /** Id of the metric in `protocol.js`. */
  metric: string
  methods: number
  clips: number
  scale: CodeScale
}

/** Head and content of `index-<metric>.js`: a metric's values of all methods and clips. @param values `[methods × clips]`, NaN for none */
export function encodeIndex(
  values: Float64Array,
  { metric, methods, clips, decimals, ...head }: Omit<IndexHead, 'scale'> & { decimals: number },
): { head: IndexHead; bytes: Uint8Array } {
  const scale = codeScale(values, decimals)
  return { head: { ...head, metric, methods, clips, scale }, bytes: encodeCodes(values, scale) }
}

/** A metric's values, a column a method. */
export function decodeIndex({ head, bytes }: DataFile<IndexHead>): DecodedColumn[] {
  const { clips, methods, scale } = head
  return Array.from({ length: methods }, (_, method) => decodeCodes(bytes, scale, method * clips, (method + 1) * clips))
}
