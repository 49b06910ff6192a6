import type { ComparedColumn, ComparedPair } from '@kinemetric/records'
import { countText, listed } from './counted-words.ts'

/** How many methods a sentence names before it counts the rest. */
const named = 4

/**
 * What the layers of one column allow to say of its methods, as a clause without a full stop: who is not separated from the best, that nobody can be told
 * apart, or why nothing can be said.
 */
export function columnSentence(compared: ComparedColumn | null, nameOf: (method: string) => string): string {
  if (compared === null) return 'not compared'
  const { reason, ranks, pairs, units, unranked } = compared
  if (reason !== undefined) return `not ranked: ${reason.replace(/^no ranks: /, '').replace(/\.$/, '')}`
  if (ranks.length === 0)
    return unranked.length === 0 ? 'no method is ranked' : `not ranked: ${unranked[0].reason.replace(/\.$/, '')}`
  if (ranks.length === 1) return `${nameOf(ranks[0].method)} alone is ranked`
  if (every(pairs, 'identical')) return 'the frames of these methods are identical'
  if (every(pairs, 'cannot-separate')) return pairs[0].reason ?? `n = ${countText(units)} cannot separate`
  const first = ranks.filter(({ layer }) => layer === 1)
  const unresolved = pairs.some(
    ({ first: a, second: b, verdict }) =>
      verdict === 'not-resolved' && [a, b].every((id) => first.some(({ method }) => method === id)),
  )
  const size = unresolved ? ` (not resolved at n = ${countText(units)})` : ''
  if (first.length === ranks.length)
    return `${pairs.length === 1 ? 'these two methods' : 'no two of these methods'} can${pairs.length === 1 ? 'not' : ''} be told apart${size}`
  const names = first.map(({ method }) => nameOf(method))
  if (names.length === 1 && separatedFromAll(pairs, first[0].method)) {
    const others = ranks.filter(({ layer }) => layer !== 1)
    return `${names[0]} is separated from ${others.length === 1 ? nameOf(others[0].method) : 'all others'}`
  }
  if (names.length === 1) return `${names[0]} alone is not separated from the best`
  return `${listed(names, named)} are not separated from the best${size}`
}

function every(pairs: readonly ComparedPair[], verdict: ComparedPair['verdict']): boolean {
  return pairs.length > 0 && pairs.every((pair) => pair.verdict === verdict)
}

function separatedFromAll(pairs: readonly ComparedPair[], method: string): boolean {
  return pairs
    .filter(({ first, second }) => first === method || second === method)
    .every(({ verdict }) => verdict === 'first-better' || verdict === 'second-better')
}
