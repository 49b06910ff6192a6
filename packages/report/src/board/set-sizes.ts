import type { Score } from '@kinemetric/records'

/**
 * What stands behind a column of distances between sets, as parts of a sentence: n, dimensions, their ratio, why the value is not to be trusted, and the
 * floor. Methods that differ in it are told apart by a range. Nothing for other metrics.
 */
export function setSizes(scores: readonly (Score | undefined)[]): string[] {
  const details = scores.flatMap((score) => (score?.details?.sampleSize === undefined ? [] : [score.details]))
  if (details.length === 0) return []
  const given = details.flatMap(({ sampleSize }) => sampleSize ?? [])
  const generated = range(given.map((size) => size.generated))
  const reference = range(given.map((size) => size.reference))
  const ratios = given.map((size) => Math.min(size.generated, size.reference) / size.dimension)
  const sizes = [
    generated === reference
      ? `n = ${generated} rows a side`
      : `n = ${generated} generated and ${reference} reference rows`,
    `D = ${range(given.map((size) => size.dimension))}`,
    `N/D = ${range(ratios.map((ratio) => Number(ratio.toPrecision(2))))}`,
  ]
  const floors = [...new Set(details.flatMap(({ floor }) => floor?.text ?? []))]
  const without = floors.length > 0 ? [] : [...new Set(details.flatMap(({ noFloor }) => noFloor ?? []))]
  return [
    sizes.join(', '),
    ...new Set(details.flatMap(({ flags }) => flags ?? [])),
    ...(floors.length > 0 ? [`floor ${floors.join(' or ')}`] : []),
    ...(without.length > 0 ? [`no floor (${without.join('; ')})`] : []),
  ]
}

function range(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return low === high ? String(low) : `${low}–${high}`
}
