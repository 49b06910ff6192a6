import { csvText } from '../../../../src/markup/csv-text.ts'
import type { DecodedColumn } from '../../../../src/data-files/printed-codes.ts'
import type { ProtocolData } from '../../../../src/data-files/protocol-file.ts'
import { shellWord } from '../../../../src/text/shell-word.ts'
import type { ListChoice } from './list-choice.ts'

/** The longest text that is offered for a command line: systems take 128 KiB an argument. */
const mostLetters = 100_000

/**
 * `--clips a,b,c` as a shell reads it (POSIX quoting); null where the ids are none, too many, or hold what such a list cannot: then they belong into a file,
 * `--clips @file`.
 */
export function clipsOption(ids: readonly string[]): string | null {
  const list = ids.join(',')
  if (ids.length === 0 || list.length > mostLetters || list.startsWith('@')) return null
  if (ids.some((id) => /[,\r\n]/.test(id) || id.trim() !== id || id === '')) return null
  return `--clips ${shellWord(list)}`
}

/** The clips of a list with label, class and the values of A and B, as CSV (RFC 4180), numbers as printed. */
export function clipsCsv(
  { head, ids, labels, classes, classOf }: ProtocolData,
  { metric: at, a, b }: ListChoice,
  columns: readonly DecodedColumn[],
  rows: Uint32Array,
): string {
  const metric = head.metrics[at]
  const methods = b < 0 ? [a] : [a, b]
  const number = (value: number) => Number(value.toFixed(metric.decimals))
  const lines = [
    ['clip', 'label', 'class', ...methods.map((method) => `${metric.id} ${head.methods[method].id}`)],
    ...Array.from(rows, (clip) => [
      ids[clip],
      labels[clip],
      classes[classOf[clip]] ?? '',
      ...methods.map((method) => number(columns[method].printed[clip])),
    ]),
  ]
  return csvText(lines)
}

/** One metric's values as CSV: a line a clip, a column a method, as printed. */
export function columnsCsv(
  ids: readonly string[],
  columns: readonly { id: string; printed: Float64Array }[],
  decimals: number,
): string {
  return csvText([
    ['clip', ...columns.map(({ id }) => id)],
    ...ids.map((id, clip) => [id, ...columns.map(({ printed }) => Number(printed[clip].toFixed(decimals)))]),
  ])
}
