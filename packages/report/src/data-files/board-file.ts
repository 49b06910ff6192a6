import type { Claims, Comparisons, KinemetricRecord, Score, ScoreDetails } from '@kinemetric/records'
import type { DataFile } from './container.ts'

/** What a board's tables print, as the browser makes them again: for copies, for other columns' pairs, for two methods side by side. */
export interface BoardData {
  /** Without what no table prints (media, influences, curves against n). */
  records: KinemetricRecord[]
  claims: Claims[]
  comparisons: Comparisons | null
  /** File names of the methods' pages, in the order of `records`. */
  slugs: string[]
  /** Numbers of the methods' colours, in that order. */
  series: number[]
  bibtex: Citations
}

/** BibTeX entries, by the id of what they cite; '' where nothing is known to cite. */
export interface Citations {
  protocol: string
  metrics: Record<string, string>
  methods: Record<string, string>
  kinemetric: string
}

/** Content of `board.js`. */
export function encodeBoard(board: BoardData): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ ...board, records: board.records.map(printedPart) }))
}

/** Reads `board.js`. */
export function decodeBoard({ bytes }: DataFile): BoardData {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of this very build, whose digest was compared
  return JSON.parse(new TextDecoder().decode(bytes)) as BoardData
}

function printedPart(record: KinemetricRecord): KinemetricRecord {
  const { media: _, ...rest } = record
  return { ...rest, scores: record.scores.map(printedScore) }
}

function printedScore(score: Score): Score {
  if (score.details === undefined) return score
  const { sampleSize, motion, probe, units, flags, floor, noFloor, unrelated } = score.details
  const details: ScoreDetails = {
    ...(sampleSize && { sampleSize }),
    ...(motion && { motion: { ...motion, skipped: [] } }),
    ...(probe && {
      probe: { tracker: probe.tracker, scenes: probe.scenes, floor: probe.floor, ceiling: probe.ceiling },
    }),
    ...(units === undefined ? {} : { units }),
    ...(flags && { flags }),
    ...(floor && { floor }),
    ...(noFloor === undefined ? {} : { noFloor }),
    ...(unrelated && { unrelated }),
  }
  return { ...score, details }
}
