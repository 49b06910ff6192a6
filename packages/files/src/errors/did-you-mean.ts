import { nearestWord } from './nearest-word.ts'

/**
 * What to say behind an unknown word, as an error's `then`: the known one that is nearest, else the few that begin with it.
 * @returns undefined where there is none, or more than three
 */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const nearest = nearestWord(word, known)
  const meant = nearest === undefined ? known.filter((each) => word !== '' && each.startsWith(word)) : [nearest]
  return meant.length === 0 || meant.length > 3 ? undefined : `did you mean ${meant.join(' or ')}?`
}
