import type { Score } from '@kinemetric/records'
import { formatNumber } from './format-score.ts'

/** Rows below five a dimension: the value says more of their number than of what is in them. */
const enoughPerDimension = 5

/**
 * What stands behind a column of distances between sets, as parts of a sentence: n, dimensions, their ratio and what it means, the floor. Methods that
 * differ in it are told apart by a range. Nothing for other metrics.
 */
export function setSizes(scores: readonly (Score | undefined)[]): string[] {
  const given = scores.flatMap((score) => (score?.details?.sampleSize === undefined ? [] : [score.details.sampleSize]))
  if (given.length === 0) return []
  const generated = range(given.map((size) => size.generated))
  const reference = range(given.map((size) => size.reference))
  const ratios = given.map((size) => Math.min(size.generated, size.reference) / size.dimension)
  const parts = [
    generated === reference
      ? `n = ${generated} rows a side`
      : `n = ${generated} generated and ${reference} reference rows`,
    `D = ${range(given.map((size) => size.dimension))}`,
    `N/D = ${range(ratios.map((ratio) => Number(ratio.toPrecision(2))))}`,
  ]
  const least = Math.min(...ratios)
  if (least <= 1) parts.push('singular covariance: the value is mostly n')
  else if (least < enoughPerDimension) parts.push('dominated by n')
  const floors = scores.flatMap((score) => floorOf(score) ?? [])
  if (floors.length > 0) parts.push(`floor ${[...new Set(floors)].join(' or ')}`)
  return [parts.join(', ')]
}

/** What two random halves of the reference get: a second sample of the reference would get about that much. */
function floorOf(score: Score | undefined): string | null {
  const floor: unknown = score?.details?.floor
  if (score === undefined || typeof floor !== 'object' || floor === null) return null
  const decimals = score.label?.decimals ?? 3
  const number = (name: string) => {
    const value: unknown = Object.entries(floor).find(([key]) => key === name)?.[1]
    return typeof value === 'number' && Number.isFinite(value) ? formatNumber(value, decimals) : null
  }
  const [low, high] = [number('low'), number('high')]
  if (low !== null && high !== null && low !== high) return `${low}–${high}`
  return high ?? number('mean') ?? number('value')
}

function range(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return low === high ? String(low) : `${low}–${high}`
}
