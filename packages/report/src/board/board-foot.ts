import type { ComparedColumn } from '@kinemetric/records'
import { type BoardColumn, columnTitle } from './board-columns.ts'
import type { RowGroup } from './board-rows.ts'
import { namesOfBounds } from './bound-rows.ts'
import { formatNumber } from './format-score.ts'
import type { Leaderboard } from './assemble-leaderboards.ts'
import { setSizes } from './set-sizes.ts'

/**
 * What every table says below itself, a sentence each, in this order: the clips that values are over; what marks mean and how they were found; columns
 * where nothing is marked, and why; sizes behind distances between sets; recipes that change the order; whose the intervals are; what stands below the
 * rule.
 */
export function boardFoot(board: Leaderboard): string[] {
  return [
    ...commonClips(board),
    ...meaningOfMarks(board),
    ...unmarked(board),
    ...ofSets(board),
    ...ofRecipes(board),
    ...ofTags(board),
    ...ofIntervals(board),
    ...ofGroups(board),
    ...ofOldVerdicts(board),
  ]
}

interface Compared extends BoardColumn {
  compared: ComparedColumn
}

/** Columns in which at least two methods were ranked. */
function rankedColumns(board: Leaderboard): Compared[] {
  return board.columns.filter((column): column is Compared => (column.compared?.ranks.length ?? 0) > 1)
}

/** One sentence for all columns that it is true of: `PSNR, SSIM: over …`; without names where these are all columns. */
function byColumn<T extends BoardColumn>(
  board: Leaderboard,
  columns: readonly T[],
  say: (column: T) => string,
): string[] {
  const titles = new Map<string, string[]>()
  for (const column of columns) {
    const text = say(column)
    titles.set(text, [...(titles.get(text) ?? []), columnTitle(column)])
  }
  return [...titles].map(([text, names]) => {
    if (names.length === board.columns.length && names.length > 1) return sentence(text)
    return `${names.join(', ')}: ${text}.`
  })
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function commonClips(board: Leaderboard): string[] {
  const ranked = rankedColumns(board)
  const common = byColumn(board, ranked, ({ compared }) => {
    const { otherReference } = compared.clips
    const over = `values over ${commonWords(compared)}`
    return otherReference === 0
      ? over
      : `${over}; ${otherReference} left out, being scored against other reference frames`
  })
  const keys = new Set(ranked.map(({ key }) => key))
  const others = board.columns.filter(({ key }) => !keys.has(key) && fewestUnits(board, key) !== null)
  return [
    ...common,
    ...byColumn(board, others, ({ key }) => `values over clips of ${fewestUnits(board, key)} source videos`),
  ]
}

/** Source videos behind a column that is not ranked, where they are fewer than its clips; a range where methods differ. */
function fewestUnits({ columns, rows }: Leaderboard, key: string): string | null {
  const index = columns.findIndex((column) => column.key === key)
  const cells = rows.flatMap((row) => row.cells[index] ?? []).filter(({ n, units }) => units < n)
  if (cells.length === 0) return null
  const counts = cells.map(({ units }) => units)
  const [low, high] = [Math.min(...counts), Math.max(...counts)]
  return low === high ? String(low) : `${low} to ${high}`
}

/** `27 common clips of 29`, `all 29 clips`; with the source videos where these are fewer. */
export function commonWords({ clips: { common, protocol }, units }: ComparedColumn): string {
  const videos = units === common ? '' : `, from ${units} source videos`
  if (common === protocol) return `${common === 1 ? 'the one clip' : `all ${common} clips`}${videos}`
  return `${common} common clips of ${protocol}${videos}`
}

function meaningOfMarks(board: Leaderboard): string[] {
  const marked = rankedColumns(board).filter(({ compared }) => compared.ranks.some(({ mark }) => mark !== 'none'))
  if (marked.length === 0) return []
  const { alpha, family } = marked[0].compared
  return [
    'Bold: not separated from the best; underlined: next layer. Beside a value: the ranks that the method may have.',
    ...byColumn(board, marked, ({ compared }) => testWords(compared)),
    `${family.kind === 'table' ? 'All columns together' : 'Each column'} at ${percent(1 - alpha)}.`,
  ]
}

/** How a format shows the marks, and what it sets behind a trivial baseline's name. */
export interface MarkNames {
  bold: string
  underlined: string
  trivial: string
}

/** A sentence of the foot with the marks that it is about as a format shows them. */
export function markNames(sentence: string, { bold, underlined, trivial }: MarkNames): string {
  if (sentence.startsWith('Bold: '))
    return sentence.replace('Bold:', `${bold}:`).replace('underlined:', `${underlined}:`)
  return sentence.startsWith(trivialStart) ? sentence.replace(trivialStart, `${trivialStart}(${trivial}) `) : sentence
}

const trivialStart = 'Trivial baselines '

/** `paired sign flips, Holm over 28 comparisons, α = 0.05` */
export function testWords({ pairs, family, alpha }: ComparedColumn): string {
  const tests = new Set(pairs.map(({ test }) => testNames[test]))
  const { comparisons, kind } = family
  const count = `${comparisons} ${comparisons === 1 ? 'comparison' : 'comparisons'}${kind === 'table' ? ' of all columns' : ''}`
  return `${[...tests].join(', ')}, Holm over ${count}, α = ${alpha}`
}

const testNames: Record<ComparedColumn['pairs'][number]['test'], string> = {
  'sign-flip-exact': 'paired sign flips',
  'sign-flip-mc': 'paired sign flips',
  'jackknife+exchange': 'jackknife and exchange of clips, both',
  jackknife: 'jackknife',
}

/** Why a column has no marks: a reader must not take their absence for agreement. */
function unmarked(board: Leaderboard): string[] {
  const { columns, comparisons, notCompared } = board
  if (comparisons === null) return [`No marks and no ranks: ${notCompared}.`]
  const without = columns.filter(({ compared }) => !compared?.ranks.some(({ mark }) => mark !== 'none'))
  return byColumn(board, without, ({ compared }) => whyUnmarked(compared))
}

function whyUnmarked(compared: ComparedColumn | null): string {
  if (compared === null) return 'no marks, not compared'
  const { reason, pairs, ranks, units } = compared
  if (reason !== undefined) return `no marks, ${reason.replace(/\.$/, '')}`
  if (ranks.length < 2 || pairs.length === 0)
    return ranks.length === 1 ? 'no marks, one ranked method alone' : 'no marks, no ranked methods'
  if (pairs.every(({ verdict }) => verdict === 'identical')) return 'no marks, identical frames'
  const cannot = pairs.find(({ verdict }) => verdict === 'cannot-separate')
  if (cannot !== undefined && pairs.every(({ verdict }) => verdict === 'cannot-separate'))
    return `no marks, ${cannot.reason ?? `n = ${units} cannot separate`}`
  if (pairs.every(({ verdict }) => verdict === 'not-resolved'))
    return `no difference of two methods is resolved at n = ${units} (${testWords(compared)})`
  const none =
    pairs.length === 1 ? 'these two methods cannot be told apart' : 'no two of these methods can be told apart'
  return `${none} at n = ${units} (${testWords(compared)})`
}

function ofSets(board: Leaderboard): string[] {
  return board.columns.flatMap((column, index) => {
    const sizes = setSizes(board.rows.map((row) => row.cells[index]?.score))
    const resolutions = (column.compared?.pairs ?? []).flatMap(({ resolution }) => resolution ?? [])
    const parts = [...sizes]
    if (resolutions.length > 0) {
      const [least, most] = [Math.min(...resolutions), Math.max(...resolutions)].map((value) =>
        formatNumber(value, column.decimals),
      )
      const below = least === most ? least : `${least} to ${most}, by pair,`
      parts.push(`a difference below ${below} is not resolved at n = ${column.compared!.units}`)
    }
    return parts.length === 0 ? [] : [`${columnTitle(column)}: ${parts.join('; ')}.`]
  })
}

function ofRecipes(board: Leaderboard): string[] {
  return rankedColumns(board).flatMap((column) => {
    const text = recipesWords(board, column.compared)
    return text === '' ? [] : [`${columnTitle(column)}: ${text}.`]
  })
}

/** `order kept under 5 of 6 other recipes; A and B reverse under videogpt`; '' where no other recipe was tried. */
export function recipesWords(board: Pick<Leaderboard, 'rows'>, { otherRecipes = [] }: ComparedColumn): string {
  if (otherRecipes.length === 0) return ''
  const nameOf = (id: string) => board.rows.find((row) => row.id === id)?.name ?? id
  const kept = otherRecipes.filter(({ tau }) => tau !== null && tau > 1 - 1e-9).length
  const reversed = otherRecipes.flatMap(({ recipe, reversed: pairs }) =>
    pairs.map(([a, b]) => `; ${nameOf(a)} and ${nameOf(b)} reverse under ${recipe}`),
  )
  const noun = otherRecipes.length === 1 ? 'recipe' : 'recipes'
  return `order kept under ${kept} of ${otherRecipes.length} other ${noun}${reversed.join('')}`
}

function ofTags(board: Leaderboard): string[] {
  const tags = new Set(board.rows.flatMap(({ cells }) => cells.flatMap((cell) => cell?.tags ?? [])))
  const meaning: Record<string, string> = {
    'at the floor': 'At the floor: not told from a second sample of the reference.',
    'as if nothing moved': 'As if nothing moved: what a probe gives a video that stands still, its floor.',
    'not above chance':
      'Not above chance: not told from the method’s own clips against the references of other clips (one-sided sign flips, Holm over methods).',
  }
  return [...tags].map((tag) => meaning[tag])
}

function ofIntervals(board: Leaderboard): string[] {
  const cells = board.rows.flatMap((row) => row.cells.filter((cell) => cell !== null))
  const kinds = new Set(
    cells.flatMap(({ interval }) => (interval === null ? [] : [`${percent(interval.level)} (${interval.method})`])),
  )
  if (kinds.size === 0) return []
  const said = [`Intervals, ${[...kinds].join('; ')}, are of each method alone; differences are in the comparisons.`]
  if (
    cells.some(
      ({ interval, score }) => interval === null && score.interval !== null && score.interval.low < score.interval.high,
    )
  )
    said.push('No interval where the value is over fewer clips than the method has; its own page and record have one.')
  return said
}

function ofGroups({ rows, bounds }: Leaderboard): string[] {
  const said: string[] = []
  const ranked = (group: RowGroup) => rows.some((row) => row.group === group && row.cells.some((cell) => cell?.rank))
  const trivial = rows.filter(({ group }) => group === 'trivial')
  const both = ranked('floor') && trivial.length > 0
  if (ranked('trivial') || both)
    said.push(
      `${trivialStart}model nothing; here, without other methods, they${both ? ' and the floors' : ''} are ranked among themselves.`,
    )
  else if (trivial.length > 0)
    said.push(
      trivial.length < rows.length
        ? `${trivialStart}model nothing; they stand below the rule and are not ranked.`
        : `${trivialStart}model nothing and are not ranked.`,
    )
  const floors = rows.some(({ group }) => group === 'floor')
  const ceilings = rows.some(({ group }) => group === 'ceiling')
  if (floors && ranked('floor')) {
    if (!both) said.push('Floors model nothing; here, without other methods, they are ranked among themselves.')
    if (ceilings) said.push('Ceilings stand below the rule and are not ranked.')
  } else if (floors || ceilings) said.push('Floors and ceilings stand below the rule and are not ranked.')
  if (bounds.some(({ method }) => method !== ''))
    said.push('Unrelated: what a method’s own clips get against the references of other clips, its floor.')
  if (bounds.some(({ name }) => name === namesOfBounds.halves))
    said.push(
      'Second sample of the reference: what random halves of the reference say that a perfect generator would get.',
    )
  if (bounds.some(({ name }) => name === namesOfBounds.secondTake))
    said.push(
      `${namesOfBounds.secondTake}: what the other recording of each scene gets in the generated video's place, the physical variance. It is the ceiling of these columns.`,
    )
  if (bounds.some(({ name }) => name === namesOfBounds.truth || name === namesOfBounds.still))
    said.push(
      `${namesOfBounds.still}: what a probe gives a video that stands still. ${namesOfBounds.truth}: what the tracker itself loses. They are the floor and the ceiling of these columns.`,
    )
  return said
}

/** Verdicts of versions that read them off an interval of another method than their p. */
function ofOldVerdicts({ rows }: Leaderboard): string[] {
  const names = rows.filter(({ record }) => (record.comparisons ?? []).length > 0).map(({ name }) => name)
  return names.length === 0
    ? []
    : [`Comparisons in the records of ${names.join(', ')} were made before sign flips; verdicts not shown.`]
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`
}
