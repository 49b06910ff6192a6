import type { BoardRow, Leaderboard } from '../board/leaderboard.ts'

/** Words that every format of a board shares. */

/** `InterDyn, 256×384 (interdyn-256x384, version 1)` */
export function boardTitle({ protocol }: Leaderboard): string {
  return `${protocol.title} (${protocol.id}, version ${protocol.version})`
}

/** `a`, `b`, … `z`, `aa`, …: the mark of footnote `index`. */
export function noteMark(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26))
  return index < 26 ? letter : noteMark(Math.floor(index / 26) - 1) + letter
}

/** `↑` where more is better. */
export function arrow(better: 'higher' | 'lower'): string {
  return better === 'higher' ? '↑' : '↓'
}

/** `27/29` where clips are missing, else `29`. */
export function clipCount({ record: { clips } }: BoardRow): string {
  return clips.scored === clips.total ? String(clips.total) : `${clips.scored}/${clips.total}`
}

/** How the intervals of a board were found: one sentence a method and level, '' where there is none. */
export function intervalSentence(board: Leaderboard): string {
  const kinds = new Set<string>()
  for (const cell of board.rows.flatMap((row) => row.cells)) {
    const interval = cell?.score.interval
    if (interval) kinds.add(`${Number((interval.level * 100).toPrecision(6))} % (${interval.method})`)
  }
  return kinds.size === 0 ? '' : `Intervals: ${[...kinds].join('; ')}.`
}

/** What the ranking is over, when that needs saying. */
export function rankingSentence(board: Leaderboard): string {
  const trivial = board.rows.filter((row) => row.trivial).length
  if (trivial === 0) return ''
  return board.trivialRanked
    ? 'All methods here are trivial baselines, ranked among themselves.'
    : 'Trivial baselines are shown and not ranked.'
}

/** The heading over claims, which must never be taken for measurements. */
export const claimsTitle = 'Claims: numbers printed in papers, not measured here'

/** Said under every claims section. */
export const claimsSentence =
  'Which recipes and which code stand behind claims is not published; they are not comparable with the measurements.'
