import { issuesOf } from '@kinemetric/files'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { DatasetAdapter, DatasetClip, DatasetProblem, DatasetRemoval } from './dataset-adapter.ts'

/** What a dataset has, in its fixed order. */
export interface DatasetRows {
  items: (DatasetClip | DatasetProblem)[]
  removals: DatasetRemoval[]
}

/**
 * Everything that a dataset has.
 * @param options the adapter's own options, unchecked
 * @throws KinemetricError `bad-option` for options that the adapter does not have, `bad-dataset`
 */
export async function readDataset(
  adapter: DatasetAdapter,
  folder: string,
  options: Readonly<Record<string, unknown>> = {},
): Promise<DatasetRows> {
  const checked = adapter.options.safeParse(options)
  if (!checked.success) {
    const own = Object.keys(adapter.options.shape).join(', ') || 'none'
    throw benchmarkError('bad-option', adapter.id, {
      expected: `options of this dataset (${own})`,
      found: issuesOf(checked.error).join('; '),
    })
  }
  const rows: DatasetRows = { items: [], removals: [] }
  for await (const item of adapter.clips(folder, checked.data)) {
    if ('removedAt' in item) rows.removals.push(item)
    else rows.items.push(item)
  }
  return rows
}
