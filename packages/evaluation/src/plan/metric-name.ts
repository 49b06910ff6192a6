import type { Protocol } from '@kinemetric/benchmark'
import type { Concluding, MetricSpec, RecipeInfo, SignatureValue } from '@kinemetric/metrics'
import type { NeedUse } from '../journal/journal-identity.ts'
import type { PlannedMetric } from './metric-plan.ts'
import { protocolExtra } from './protocol-extra.ts'

type Extra = Readonly<Record<string, SignatureValue | undefined>>

/** A metric under a recipe, as an evaluation scores it: known from the plan and from what served its need. */
export interface MetricName {
  metric: MetricSpec
  recipe: RecipeInfo
  /** As the record shows it: the recipe, and for motion metrics `/tracker:<id>` behind it. */
  shown: string
  /** What the recipe does not know, for the signature. */
  extra: Extra
  /** Of the need. */
  needKey: string
}

/** Names a planned metric by what serves its need. */
export function nameMetric({ metric, recipe }: PlannedMetric, use: NeedUse, protocol: Protocol): MetricName {
  const need = metric.needs(recipe)
  const extra = { ...metric.openSettings?.(recipe), ...withoutClash(protocolExtra(protocol), recipe) }
  const named = { metric, recipe, shown: recipe.id, extra, needKey: use.key }
  if (need.kind === 'tracklets')
    return {
      ...named,
      shown: `${recipe.id}/tracker:${use.network ?? 'unknown'}`,
      extra: { ...extra, ...trackerExtra(use), ...sampledExtra(need.ask.points === 'mask', protocol) },
    }
  if (use.digest === undefined) return named
  return { ...named, extra: { ...extra, weights: shortDigest(use.digest) } }
}

/** A metric's name in the journal: `psnr/frame-mean`. */
export function metricKey({ metric, shown }: Pick<MetricName, 'metric' | 'shown'>): string {
  return `${metric.id}/${shown}`
}

/** What a protocol says of how sets are concluded. */
export function concludingOf({ shown, extra }: MetricName, tracker: string, protocol: Protocol): Concluding {
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

function sampledExtra(onMask: boolean, { identity: { motion, seeds } }: Protocol): Extra {
  const sampled = `${motion.points}-of-mask-above-${motion.maskThreshold}-seed-${seeds.points}`
  return { ...(onMask ? { sampled } : {}), objects: 'mean-of-each' }
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
