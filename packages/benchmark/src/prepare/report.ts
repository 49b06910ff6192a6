import type { DatasetContext } from '../datasets/dataset-adapter.ts'
import type { DatasetRows } from '../datasets/read-dataset.ts'
import { clipsDigest, type Protocol, protocolDigest } from '../protocol/protocol.ts'
import { funnelOf, removedBy } from '../selection/funnel.ts'
import type { Preparation, PrepareOptions } from './prepare-options.ts'

/** What a dataset is read for. */
export function contextOf(
  protocol: Protocol,
  {
    cache,
    drawMasks,
    jobs,
    signal,
    onReading,
  }: Pick<PrepareOptions, 'cache' | 'drawMasks' | 'jobs' | 'signal' | 'onReading'>,
  plan = false,
): DatasetContext {
  return { protocol, plan, cache, drawMasks, jobs, signal, onProgress: onReading }
}

/** How rows became clips; nothing for a dataset without rules. */
export function funnelAndRemoved({ items, removals, stages }: DatasetRows): Pick<Preparation, 'funnel' | 'removed'> {
  if (stages === undefined && removals.length === 0) return {}
  const funnel = funnelOf(items.length + removals.length, stages ?? [], removals)
  return { funnel, removed: removedBy(removals) }
}

/** What `prepare.json` says: everything but where it lies and what was there already. */
export function reportOf(
  dataset: string,
  protocol: Protocol,
  options: Readonly<Record<string, unknown>>,
  result: Omit<Preparation, 'manifest' | 'kept'>,
) {
  const { id, version } = protocol.identity
  return {
    schema: 'kinemetric/prepare@1' as const,
    dataset,
    protocol: { id, version, digest: protocolDigest(protocol), clips: clipsDigest(protocol) },
    ...(Object.keys(options).length === 0 ? {} : { options }),
    clips: result.clips,
    ...(result.controls === undefined ? {} : { controls: result.controls }),
    failures: result.failures,
    warnings: result.warnings,
    ...(result.notes.length === 0 ? {} : { notes: result.notes }),
    ...(result.funnel === undefined ? {} : { funnel: result.funnel }),
    ...(result.removed === undefined ? {} : { removed: result.removed }),
    ...result.facts,
  }
}
