import type { Interval } from '@kinemetric/records'
import { metricError } from '../recipes/metric-error.ts'
import { normalQuantile } from './probability/normal-distribution.ts'

/**
 * Wilson's interval of a share: `count` of `n` units have a property ("larger on 19 of 29").
 *
 * @param count a whole number of [0, n]
 * @param n from 1
 * @throws KinemetricError `bad-option`
 * Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209.
 */
export function wilsonInterval(count: number, n: number, level = 0.95): Interval {
  if (!Number.isInteger(count) || !Number.isInteger(n) || n < 1 || count < 0 || count > n)
    throw metricError('bad-option', 'wilsonInterval', {
      expected: 'a count of 0 to n, n from 1',
      found: `${count} of ${n}`,
    })
  const z = normalQuantile((1 + level) / 2)
  const share = count / n
  const middle = share + z ** 2 / (2 * n)
  const half = z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2))
  const all = 1 + z ** 2 / n
  return {
    low: count === 0 ? 0 : Math.max(0, (middle - half) / all),
    high: count === n ? 1 : Math.min(1, (middle + half) / all),
    level,
    method: 'wilson',
  }
}
