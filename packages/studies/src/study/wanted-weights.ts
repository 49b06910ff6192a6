import { planMetrics } from '@kinemetric/evaluation'
import { isTracked, type Need } from '@kinemetric/metrics'
import { locateWeight, missingWeights, networkCard, sizeText } from '@kinemetric/networks'
import { plannedWeights } from '@kinemetric/runners'
import type { Study } from './study.ts'

/** A file of weights that something wants. */
export interface WantedWeights {
  /** `lpips`, `interdyn-256x384`, `masks`. */
  readonly of: string
  readonly kind: 'metric' | 'tracker' | 'method' | 'masks'
  readonly id: string
  readonly licence: string
  /** In words; null where it is not known. */
  readonly size: string | null
  readonly isHere: boolean
  /** How it is had. */
  readonly get: string
}

/** What all stages of a study want of weights, and what of it is here. Opens no network. */
export async function wantedWeights(study: Study): Promise<WantedWeights[]> {
  const wanted = [...(await ofMasks(study)), ...(await ofMethods(study)), ...(await ofMetrics(study))]
  return [...new Map(wanted.map((each) => [`${each.kind} ${each.of} ${each.id}`, each])).values()]
}

async function ofMasks({ data: { masks }, ask }: Study): Promise<WantedWeights[]> {
  if (masks === undefined || ask.maskCheckpoint !== undefined) return []
  const parts = Object.values(networkCard(masks.model).parts)
  return Promise.all(parts.map((id) => lookFor([id], { of: 'masks', kind: 'masks' }, ask.weightFolders)))
}

async function ofMethods({ methods, ask }: Study): Promise<WantedWeights[]> {
  const all: WantedWeights[] = []
  for (const { id: of, method } of methods) {
    const native = { checkpoints: ask.checkpoints ?? {} }
    for (const { word, path, licence, size, get, from, optional } of await plannedWeights({
      method,
      native,
      searchPath: ask.weightFolders,
    }))
      if (!optional) {
        const how = get ?? `from ${from}`
        const own = `--checkpoint ${word}=… for a copy of your own`
        all.push({ of, kind: 'method', id: word, licence, size, isHere: path !== null, get: `${how} (or ${own})` })
      }
  }
  return all
}

async function ofMetrics({ protocols, benchmark, ask, tracker }: Study): Promise<WantedWeights[]> {
  const all: WantedWeights[] = []
  for (const { protocol } of protocols)
    for (const { need, metrics } of planMetrics(benchmark.metrics, protocol).needs)
      for (const metric of new Set(metrics.map((each) => each.metric.id)))
        for (const ids of weightsOf(need, tracker, ask.networkCheckpoints))
          all.push(await lookFor(ids, { of: metric, kind: isTracked(need) ? 'tracker' : 'metric' }, ask.weightFolders))
  return all
}

/** Files that a need wants, for each of which one of several will do. What is given by hand, or goes without, wants none. */
function weightsOf(need: Need, tracker: string, own: Readonly<Record<string, string>> = {}): (readonly string[])[] {
  if (need.kind === 'frames' || (isTracked(need) && tracker === 'auto')) return []
  const network = need.kind === 'distance' || need.kind === 'features' ? need.ask.network : tracker
  if (Object.hasOwn(own, network)) return []
  if (need.kind === 'features') return [need.ask.checkpoints]
  return Object.values(networkCard(network).parts).map((id) => [id])
}

async function lookFor(
  ids: readonly string[],
  what: Pick<WantedWeights, 'of' | 'kind'>,
  searchPath: readonly string[] | undefined,
): Promise<WantedWeights> {
  let first: WantedWeights | undefined
  for (const id of ids)
    try {
      const { entry } = await locateWeight(id, { searchPath })
      const { licence, bytes } = entry
      return { ...what, id, licence, size: sizeText(bytes), isHere: true, get: `kinemetric weights pull ${id}` }
    } catch (error) {
      const missing = missingWeights(error)
      if (missing === undefined) throw error
      const { licence, bytes, command } = missing
      first ??= { ...what, id, licence, size: sizeText(bytes), isHere: false, get: command }
    }
  return first!
}
