import { benchmarkError } from '@kinemetric/benchmark'
import type { MetricSpec } from '@kinemetric/metrics'

/**
 * What is made of several samples of a clip, where it is not the usual: `best-of` the expected best of k of them, chosen by the metric against the
 * reference; `pooled` the rows of all samples in one set.
 */
export type SampleRule = { kind: 'best-of'; k: number } | { kind: 'pooled' }

/** The rule behind a recipe's name: `alex+best-of-5`, `stylegan-v+pooled-samples`. @throws KinemetricError `bad-option` for a best of less than one */
export function splitSampleRule(text: string): { name: string; rule: SampleRule | undefined } {
  const found = /^(.*)\+(?:best-of-(\d+)|(pooled-samples))$/s.exec(text)
  if (found === null) return { name: text, rule: undefined }
  const [, name, k] = found
  if (k === undefined) return { name, rule: { kind: 'pooled' } }
  if (Number(k) < 1)
    throw benchmarkError('bad-option', 'metrics', { expected: 'a best of at least one sample', found: text })
  return { name, rule: { kind: 'best-of', k: Number(k) } }
}

/** What stands behind the recipe's name in records. */
export function ruleSuffix(rule: SampleRule | undefined): string {
  if (rule === undefined) return ''
  return rule.kind === 'pooled' ? '+pooled-samples' : `+best-of-${rule.k}`
}

/** @throws KinemetricError `bad-option` for the best of what has no value per clip, and for pooling what has no rows */
export function requireRule(metric: Pick<MetricSpec, 'id' | 'per'>, rule: SampleRule | undefined): void {
  if (rule === undefined || (metric.per === 'set') === (rule.kind === 'pooled')) return
  const expected =
    rule.kind === 'pooled' ? 'a metric of sets, whose rows can be pooled' : 'a metric that has a value per clip'
  throw benchmarkError('bad-option', 'metrics', { expected, found: `${metric.id}${ruleSuffix(rule)}` })
}
