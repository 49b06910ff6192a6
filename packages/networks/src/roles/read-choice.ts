import { networkError } from '../tracklets/network-error.ts'

/** One of the words that a network knows. @throws KinemetricError `bad-option` */
export function oneOf<const Word extends string>(
  network: string,
  option: string,
  word: string | number | boolean | undefined,
  known: readonly Word[],
): Word {
  const found = known.find((candidate) => candidate === word)
  if (found !== undefined) return found
  throw networkError('bad-option', network, {
    expected: `${option} to be one of ${known.join(', ')}`,
    found: word === undefined ? 'none' : String(word),
  })
}

/** Refuses settings that a network does not know. @throws KinemetricError `bad-option` */
export function requireKnown(network: string, given: object | undefined, known: readonly string[]): void {
  const stranger = Object.entries(given ?? {}).find(([name, value]) => value !== undefined && !known.includes(name))
  if (stranger === undefined) return
  throw networkError('bad-option', network, {
    expected: known.length === 0 ? 'no choices' : `no choices but ${known.join(', ')}`,
    found: stranger[0],
  })
}
