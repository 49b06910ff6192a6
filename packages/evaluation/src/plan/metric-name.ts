import type { Protocol } from '@kinemetric/benchmark'
import {
  type Concluding,
  isTracked,
  type MetricSpec,
  type Need,
  type RecipeInfo,
  type SignatureValue,
} from '@kinemetric/metrics'
import type { NeedUse } from '../journal/journal-identity.ts'
import type { PlannedMetric } from './metric-plan.ts'
import { protocolExtra } from './protocol-extra.ts'
import { ruleSuffix, type SampleRule } from './sample-rule.ts'

type Extra = Readonly<Record<string, SignatureValue | undefined>>

/** A metric under a recipe, as an evaluation scores it: known from the plan and from what served its need. */
export interface MetricName {
  metric: MetricSpec
  recipe: RecipeInfo
  /** As the record shows it: the recipe with what is made of several samples, and for motion metrics `/tracker:<id>` behind it. */
  shown: string
  /** As the journal calls it: as above, whatever is made of several samples. */
  measured: string
  /** What is made of several samples of a clip; undefined: their mean. */
  rule: SampleRule | undefined
  /** What the recipe does not know, for the signature. */
  extra: Extra
  /** Of the need. */
  needKey: string
}

/** Names a planned metric by what serves its need. */
export function nameMetric({ metric, recipe, rule }: PlannedMetric, use: NeedUse, protocol: Protocol): MetricName {
  const need = metric.needs(recipe)
  const suffix = ruleSuffix(rule)
  const extra = {
    ...metric.openSettings?.(recipe),
    ...withoutClash(protocolExtra(protocol), recipe),
    ...(rule === undefined ? {} : { 'of-samples': suffix.slice(1) }),
  }
  const named = { metric, recipe, rule, shown: recipe.id + suffix, measured: recipe.id, extra, needKey: use.key }
  if (isTracked(need))
    return {
      ...named,
      shown: `${recipe.id}${suffix}/tracker:${use.network ?? 'unknown'}`,
      measured: `${recipe.id}/tracker:${use.network ?? 'unknown'}`,
      extra: { ...extra, ...trackerExtra(use), ...sampledExtra(need, protocol) },
    }
  if (use.digest === undefined) return named
  const preprocessing = need.kind === 'features' ? use.settings?.preprocessing : undefined
  const own = preprocessing === undefined ? {} : { preprocessing: word(preprocessing) }
  return { ...named, extra: { ...extra, ...own, weights: shortDigest(use.digest) } }
}

/** A metric's name in the journal: `psnr/frame-mean`. */
export function metricKey({ metric, measured }: Pick<MetricName, 'metric' | 'measured'>): string {
  return `${metric.id}/${measured}`
}

/** Each of them once that is measured once, whatever is made of it. */
export function measuredOnce(names: readonly MetricName[]): MetricName[] {
  return [...new Map(names.toReversed().map((name) => [metricKey(name), name])).values()].toReversed()
}

/** What a protocol says of how sets are concluded. */
export function concludingOf(
  { shown, extra }: Pick<MetricName, 'shown' | 'extra'>,
  tracker: string,
  protocol: Protocol,
): Concluding {
  const { bootstrap, seeds, motion } = protocol.identity
  return { shown, extra, bootstrap, seeds, motion: { tracker, points: motion.points } }
}

/** The protocol's part of the signature; where the recipe itself speaks of `frames`, the protocol's are `scored`. */
function withoutClash(extra: Extra, { settings }: RecipeInfo): Extra {
  if (!('frames' in settings)) return extra
  const { frames, ...others } = extra
  return { ...others, scored: frames }
}

function trackerExtra({ network, digest = '', settings = {} }: NeedUse): Extra {
  const own = Object.entries(settings).map(([key, value]): [string, string] => [`tracker-${key}`, word(value)])
  return { tracker: network, 'tracker-digest': word(digest).slice(0, 16), ...Object.fromEntries(own) }
}

function sampledExtra(need: Need, { identity: { motion, seeds } }: Protocol): Extra {
  // Of other needs the recipe says which points there are.
  if (need.kind !== 'tracklets' && need.kind !== 'probe') return {}
  const { kind, ask } = need
  const sampled = `${motion.points}-of-mask-above-${motion.maskThreshold}-seed-${seeds.points}`
  const object = kind === 'probe' ? { object: 'median-way-of-uncovered-quarter' } : { objects: 'mean-of-each' }
  return { ...(ask.points === 'mask' ? { sampled } : {}), ...object }
}

/** The first 12 hex digits of each of the digests of a network's files. */
function shortDigest(digest: string): string {
  return digest
    .split('+')
    .map((part) => part.slice(0, 12))
    .join('+')
}

function word(value: string | number): string {
  return String(value).replaceAll(/[|:=\s]+/g, '-')
}
