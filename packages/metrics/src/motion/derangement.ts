import { seededRandom } from '../intervals/seeded-random.ts'
import { metricError } from '../recipes/metric-error.ts'

/**
 * A seeded permutation of 0..count−1 that leaves nothing in its place (Sattolo 1986).
 *
 * @throws KinemetricError `too-few` below two
 */
export function derangement(count: number, seed: number): Uint32Array {
  if (count < 2) {
    throw metricError('too-few', 'shuffled-baseline', { expected: 'at least 2 clips to pair anew', found: `${count}` })
  }
  const random = seededRandom(seed)
  const order = Uint32Array.from({ length: count }, (_, index) => index)
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i)
    const kept = order[i]
    order[i] = order[j]
    order[j] = kept
  }
  return order
}
