import { findMetric, type MetricSpec } from '@kinemetric/metrics'
import type { Score } from '@kinemetric/records'
import { expect, test } from 'vitest'
import { withMissing } from '../../src/conclude/missing-values.ts'
import type { ClipOutcome } from '../../src/journal/measurement.ts'
import type { MetricName } from '../../src/plan/metric-name.ts'

const metric: MetricSpec = findMetric('endpoint-error')
const [recipe] = metric.recipes
const name: MetricName = { metric, recipe, rule: undefined, shown: 'r', measured: 'r', extra: {}, needKey: 'n' }
const score: Score = {
  metric: metric.id,
  recipe: 'r',
  value: 1,
  unit: '',
  better: 'lower',
  n: 1,
  interval: null,
  signature: 's',
}

function measured(clip: string, value: number | 'NaN' | undefined, more: Partial<ClipOutcome> = {}): ClipOutcome {
  return {
    clip,
    stamp: '',
    generated: '',
    reference: '',
    size: [1, 1],
    frames: 1,
    measured: [],
    values: value === undefined ? {} : { [`${metric.id}/r`]: { frames: [-1], values: [value] } },
    notes: {},
    kept: {},
    objects: {},
    failures: [],
    ...more,
  }
}
const failed = (clip: string, reason: string, sample?: string): ClipOutcome => ({
  clip,
  ...(sample === undefined ? {} : { sample }),
  stamp: '',
  failure: { clip, reason, message: '' },
})
const skipped = { object: 'o', pixels: 3, skipped: 'small', staticShare: null, invisibleShare: null, tracks: null }

const missingOf = (outcomes: ClipOutcome[]) =>
  withMissing([score], { names: [name] }, outcomes, { failures: [] })[0].details?.missing

test('clips without a value are counted by the reason: failures, what is undefined, and what has nothing to score', () => {
  const outcomes = [
    measured('a', 1),
    failed('b', 'missing-generated'),
    failed('c', 'missing-generated'),
    measured('d', 'NaN'),
    measured('e', undefined, { objects: { n: [skipped] } }),
    measured('f', undefined, { failures: [{ clip: 'f', reason: 'metric-failed', message: '' }] }),
  ]
  expect(missingOf(outcomes)).toEqual({ 'metric-failed': 1, 'missing-generated': 2, skipped: 1, undefined: 1 })
})

test('a clip that any of its samples gives a value is not missing; where all have one there is nothing to say', () => {
  expect(missingOf([failed('a', 'generation-failed', '0'), measured('a', 2, { sample: '1' })])).toBeUndefined()
  expect(missingOf([failed('a', 'truncated', '0'), failed('a', 'empty', '1')])).toEqual({ truncated: 1 })
  expect(missingOf([measured('a', 0)])).toBeUndefined()
})

test('a reference that cannot be given is missing in every score', () => {
  const failures = [{ clip: 'x', reason: 'duplicate-reference' as const, message: '' }]
  const [{ details }] = withMissing([score], { names: [name] }, [measured('a', 1)], { failures })
  expect(details?.missing).toEqual({ 'duplicate-reference': 1 })
})
