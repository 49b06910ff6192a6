import { didYouMean } from '@kinemetric/files'

/** What helps with a name that nobody knows: the nearest that is known, or all where there are few; undefined where neither helps. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const all = known.length > 0 && known.length <= 12 ? `known are ${known.join(', ')}` : undefined
  return didYouMean(name, known) ?? all
}
