import type { FeatureMatrix, StoredRows } from '@kinemetric/metrics'
import { rowRange, selectRows } from '../../src/features/feature-matrix.ts'

/** The same rows as if they lay in files, with a note of what was read. */
export function stored(features: FeatureMatrix): StoredRows & { asked: string[] } {
  const { rows, dimension, clipOfRow } = features
  const asked: string[] = []
  return {
    rows,
    dimension,
    clipOfRow,
    asked,
    read(start, end) {
      asked.push(`${start}-${end}`)
      return Promise.resolve(rowRange(features, start, end).data.slice())
    },
    pick(picked) {
      asked.push(`${picked.length} picked`)
      return Promise.resolve(selectRows(features, picked).data)
    },
  }
}
