import type { ClipMeasurements } from '../journal/measurement.ts'

/** So many clips are named; the others are counted. */
const named = 5

/**
 * What decoding found odd, in words that name the clips (and the sample, where a clip has several; its reference is told of once): a line each, or where
 * many have the same trouble, one line with their number, five names and what was said of the first.
 */
export function decodingWarnings(clips: readonly Pick<ClipMeasurements, 'clip' | 'sample' | 'warnings'>[]): string[] {
  const said = clips.flatMap(({ clip, sample, warnings = [] }) =>
    warnings.map(({ side, code, message }) => {
      const name = side === 'reference' || sample === undefined ? clip : `${clip}@${sample}`
      return { kind: `${side} ${code}`, name, text: `${side}: ${message}` }
    }),
  )
  const once = [...new Map(said.map((warning) => [`${warning.name} ${warning.text}`, warning])).values()]
  return [...Map.groupBy(once, ({ kind }) => kind).values()].flatMap((same) => {
    if (same.length <= named) return same.map(({ name, text }) => `${name}: ${text}`)
    const names = same.slice(0, named).map(({ name }) => name)
    const [{ name, text }] = same
    return [`${same.length} clips (${names.join(', ')} and ${same.length - named} more): ${text} (${name})`]
  })
}
