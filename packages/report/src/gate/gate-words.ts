import type { GatedMetric, GateResult, GateRule, GateVerdict } from '@kinemetric/records'
import { pEquals } from '../board/format-p.ts'
import { formatInterval, formatNumber } from '../board/format-score.ts'

// What a gate says in words: the same in the terminal, in Markdown, in JUnit's file and on the page.

const verdictNames: Readonly<Record<GateVerdict, string>> = {
  pass: 'pass',
  fail: 'fail',
  undecided: 'undecided',
  'cannot-tell': 'cannot tell',
}

export function verdictName(verdict: GateVerdict | null): string {
  return verdict === null ? 'no margin' : verdictNames[verdict]
}

/** What the whole gate says, in a line. */
export function gateTitle({ verdict, undecided }: GateResult): string {
  const counts = verdict === 'undecided' ? `, which counts as ${undecided}` : ''
  return `gate: ${verdictName(verdict)}${counts}`
}

/** What was held against what. */
export function sidesLine({ baseline, candidate, protocol, clips }: GateResult): string {
  const units = clips.units === clips.common ? '' : ` of ${clips.units} videos`
  return `${candidate.name} after a change against ${baseline.name} before it, on ${clips.common} ${clips.common === 1 ? 'clip' : 'clips'}${units} under ${protocol.id}@${protocol.version}`
}

/** How many clips have other frames than before. */
export function framesLine({ clips: { changedFrames, common } }: GateResult): string {
  if (changedFrames === 0)
    return `generated frames: identical on ${common === 1 ? 'the one clip' : `all ${common} clips`}`
  return `generated frames: changed on ${changedFrames} of ${common} clips (${Math.round((100 * changedFrames) / common)} %)`
}

export interface GateCells {
  metric: string
  baseline: string
  candidate: string
  /** Above 0 where it became better. */
  gain: string
  interval: string
  margin: string
  n: string
  /** p of any change, whatever its direction. */
  change: string
  /** Units on which it became better, and worse. */
  moved: string
  verdict: string
}

/** Columns in their order. */
export const cellKeys = [
  'metric',
  'baseline',
  'candidate',
  'gain',
  'interval',
  'margin',
  'n',
  'change',
  'moved',
  'verdict',
] as const satisfies readonly (keyof GateCells)[]

const cellTitles: Readonly<Record<keyof GateCells, string>> = {
  metric: 'metric',
  baseline: 'before',
  candidate: 'after',
  gain: 'better by',
  interval: '90 % interval',
  margin: 'margin',
  n: 'n',
  change: 'any change',
  moved: 'better / worse',
  verdict: 'verdict',
}

/** Titles of the columns; an interval is of level 1 − 2α. */
export function titlesOf({ alpha }: GateResult): Record<keyof GateCells, string> {
  return { ...cellTitles, interval: `${Number((100 * (1 - 2 * alpha)).toPrecision(3))} % interval` }
}

/** A metric's row in texts. Differences are turned so that more is better, whatever the metric. */
export function cellsOf(row: GatedMetric): GateCells {
  const digits = digitsOf(row)
  const gain = row.difference === null ? null : row.better === 'higher' ? row.difference : -row.difference
  return {
    metric: `${row.label} (${row.recipe})`,
    baseline: formatNumber(row.baseline, row.decimals),
    candidate: formatNumber(row.candidate, row.decimals),
    gain: gain === null ? '–' : signed(gain, digits),
    interval: row.interval === null ? '–' : formatInterval(row.interval, digits),
    margin: row.margin === null ? '–' : marginText(row.margin.value),
    n: row.units === row.clips ? String(row.clips) : `${row.clips} (${row.units} videos)`,
    change: changeOf(row),
    moved: row.drift === null || row.drift.quantiles === null ? '–' : `${row.drift.better} / ${row.drift.worse}`,
    verdict: verdictName(row.verdict),
  }
}

function changeOf({ drift, test }: GatedMetric): string {
  if (test === 'identical') return 'identical'
  if (drift === null) return '–'
  return drift.p === null ? 'none' : pEquals(drift.p)
}

/** As it was asked for; of a calibrated one four digits. */
function marginText(value: number): string {
  return String(Number(value.toPrecision(4)))
}

/** Enough digits for the smallest of what a row says beside its values. */
function digitsOf({ decimals, difference, interval, margin }: GatedMetric): number {
  const sizes = [difference, interval?.low, interval?.high, margin?.value].flatMap((value) =>
    value === null || value === undefined || value === 0 ? [] : [Math.abs(value)],
  )
  if (sizes.length === 0) return decimals
  const needed = 1 - Math.floor(Math.log10(Math.max(...sizes)))
  return Math.max(decimals, Math.min(decimals + 6, needed + 1))
}

function signed(value: number, digits: number): string {
  const text = formatNumber(value, digits)
  return value > 0 && Number(value.toFixed(digits)) !== 0 ? `+${text}` : text
}

/** Why a row says what it says, and what qualifies it: a sentence each. */
export function sentencesOf(row: GatedMetric): string[] {
  const spread = spreadText(row)
  return [...verdictSentences(row), ...(spread === undefined ? [] : [spread]), ...row.notes]
}

/** The same on one screen: of metrics without a margin only why they could not be compared. */
export function briefOf(row: GatedMetric): string[] {
  return row.margin === null ? verdictSentences(row) : [...verdictSentences(row), ...row.notes]
}

function verdictSentences(row: GatedMetric): string[] {
  const said: string[] = []
  if (row.reason !== undefined) said.push(row.reason)
  if (row.verdict === 'undecided') said.push(undecidedText(row))
  if (row.verdict === 'pass' && row.equivalent && row.margin !== null && row.test !== 'identical')
    said.push(`equivalent within ${marginText(row.margin.value)}`)
  if (row.wide && row.margin !== null && row.sd !== null)
    said.push(
      `the margin is ${formatNumber(row.margin.value / row.sd, 2)} standard deviations of the clips’ differences: it hides differences up to ${marginText(row.margin.value)}`,
    )
  return said
}

function undecidedText({ unitsToDecide, unitsPlanned, units }: GatedMetric): string {
  const decide =
    unitsToDecide === null
      ? 'more clips decide it only if the estimate moves'
      : `about ${unitsToDecide} clips would decide if the estimate stayed`
  const planned =
    unitsPlanned === null || unitsPlanned <= units
      ? ''
      : `; with ${unitsPlanned} a change of nothing passes four times in five`
  return `n = ${units} shows neither: ${decide}${planned}`
}

/** How the clips' differences spread, turned like the table's column, so that more is better. */
function spreadText(row: GatedMetric): string | undefined {
  const { drift, better } = row
  if (drift === null || drift.quantiles === null || drift.p === null) return undefined
  const gains = drift.quantiles.map((value) => (better === 'higher' ? value : -value)).toSorted((a, b) => a - b)
  const digits = digitsOf(row)
  const between = (low: number, high: number) => formatInterval({ low, high }, digits)
  return `half of the clips are better by ${between(gains[2], gains[4])}, all by ${between(gains[0], gains[6])}`
}

/** `holds: lpips < 0.3 (lpips = 0.21)`. */
export function ruleLine({ rule, holds, values }: GateRule): string {
  const numbers = values.map(({ name, value }) => `${name} = ${Number(value.toPrecision(6))}`).join(', ')
  return `${holds ? 'holds' : 'does not hold'}: ${rule}${numbers === '' ? '' : ` (${numbers})`}`
}

/** What the two records, and the calibration, were made with differently, a line a field; what only names the machine's own folders is none. */
export function changeLines({ changes, calibration }: GateResult): string[] {
  return [
    ...changes.map((change) => changeText(change, ['before', 'after'])),
    ...(calibration?.differs ?? []).map((each) => changeText(each, ['when calibrated', 'in the baseline'])),
  ]
}

function changeText(
  { field, a, b }: GateResult['changes'][number],
  [before, after]: readonly [string, string],
): string {
  return `${field}: ${short(a)} ${before}, ${short(b)} ${after}`
}

function short(text: string | null): string {
  if (text === null) return 'not there'
  return /^[0-9a-f]{64}$/.test(text) ? text.slice(0, 12) : text
}

/** What every gate says of itself. */
export function chanceLine({ alpha }: GateResult): string {
  const percent = `${Number((100 * alpha).toPrecision(3))} %`
  return `A candidate that is worse by the margin passes by chance in ${percent} of all runs at most, a metric; one that is no worse by it fails so in ${percent} at most. Of clips that are too few it says undecided.`
}
