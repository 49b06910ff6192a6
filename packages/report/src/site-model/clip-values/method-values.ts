import type { ClipStore } from './clip-store.ts'
import type { StoredMetric } from './table-writer.ts'

/** A method's values over all clips of its protocol, read from disk as they are asked for: who draws or lists them holds one column at a time. */
export interface MethodValues {
  /** A clip each in the order of the protocol's clips, NaN where there is none; null where the method has no values of the metric. */
  of(metric: StoredMetric): Float64Array | null
}

/** @param method its number in the store */
export function methodValues(store: ClipStore, method: number): MethodValues {
  return {
    of({ metric, recipe }) {
      const at = store.metrics.findIndex((each) => each.metric === metric && each.recipe === recipe)
      if (at < 0) return null
      const values = store.column(at, method)
      return values.some((value) => !Number.isNaN(value)) ? values : null
    },
  }
}
