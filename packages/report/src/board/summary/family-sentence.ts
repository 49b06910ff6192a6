import { columnTitle } from '../board-columns.ts'
import type { Leaderboard } from '../assemble-leaderboards.ts'
import { columnSentence } from './column-sentence.ts'
import type { MetricFamily } from './metric-families.ts'

/** What may be said of a family of metrics, in clauses: one where all its columns say the same. */
export interface FamilySentence {
  family: MetricFamily
  clauses: { columns: string[]; text: string }[]
}

/** What each family of a board shows, made from the layers of its columns. */
export function familySentence(board: Leaderboard, family: MetricFamily): FamilySentence {
  const nameOf = (id: string) => board.rows.find((row) => row.id === id)?.name ?? id
  const clauses = new Map<string, string[]>()
  for (const index of family.columns) {
    const column = board.columns[index]
    const text = board.comparisons === null ? board.notCompared : columnSentence(column.compared, nameOf)
    clauses.set(text, [...(clauses.get(text) ?? []), columnTitle(column)])
  }
  return { family, clauses: [...clauses].map(([text, columns]) => ({ columns, text })) }
}

/** `InterDyn is separated from all others (Motion fidelity, EPE).`, or `SSIM, PSNR: …; LPIPS: ….` */
export function familyText({ clauses }: FamilySentence): string {
  const [only, ...others] = clauses
  if (others.length === 0) return `${capital(only.text)} (${only.columns.join(', ')}).`
  return `${clauses.map(({ columns, text }) => `${columns.join(', ')}: ${text}`).join('; ')}.`
}

/** A sentence of ours starts with a capital; names, and `n = 8`, stay as they are. */
function capital(text: string): string {
  return /^(?:no|not|the|these|one) /.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text
}
