import { isError } from '@kinemetric/files'
import type { ClipFailure } from '@kinemetric/records'
import { findAdapter } from '../datasets/catalogue.ts'
import { readDataset } from '../datasets/read-dataset.ts'
import { benchmarkError } from '../failures/benchmark-error.ts'
import { findProtocol } from '../protocol/protocols.ts'
import type { Preparation, PrepareOptions } from './prepare-options.ts'
import { contextOf, funnelAndRemoved, reportOf } from './report.ts'

/** What `prepare.json` would say. `clips`: how many there are to be cut; what is wrong with one is found out by cutting it. */
export type PreparationPlan = ReturnType<typeof reportOf> & Readonly<Record<string, unknown>>

/**
 * What a preparation would keep of a dataset, and why not the rest: its files are read, nothing is cut and nothing is written but to the user's cache.
 * @throws KinemetricError `bad-option`, `bad-protocol`, `bad-dataset`, `aborted`
 */
export async function planPreparation(
  options: Omit<PrepareOptions, 'out' | 'overwrite' | 'takeLock' | 'onProgress'>,
): Promise<PreparationPlan> {
  const adapter = typeof options.adapter === 'string' ? findAdapter(options.adapter) : options.adapter
  const protocol = typeof options.protocol === 'string' ? findProtocol(options.protocol) : options.protocol
  try {
    const rows = await readDataset(adapter, options.dataset, options.options, contextOf(protocol, options, true))
    const { items, warnings, notes, facts } = rows
    const failures = items.flatMap((item): ClipFailure[] =>
      'problem' in item ? [{ clip: item.id, reason: 'dataset', message: item.problem }] : [],
    )
    const result: Omit<Preparation, 'manifest' | 'kept'> = {
      clips: items.length - failures.length,
      failures,
      warnings,
      notes,
      facts,
      ...funnelAndRemoved(rows),
    }
    return reportOf(adapter.id, protocol, rows.options, result)
  } catch (error) {
    if (options.signal?.aborted !== true || isError(error, 'stopped')) throw error
    throw benchmarkError('aborted', options.dataset, 'stopped before anything was cut', { cause: error })
  }
}
