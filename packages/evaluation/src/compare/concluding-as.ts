import { findProtocol, type Protocol } from '@kinemetric/benchmark'
import { isError } from '@kinemetric/files'
import type { Concluding } from '@kinemetric/metrics'
import type { KinemetricRecord, Score } from '@kinemetric/records'
import { concludingOf } from '../plan/metric-name.ts'

/** What a metric concludes with, where only a record is left: the protocol's seeds if it is one of ours, else the usual ones; a seed that was asked for. */
export function concludingAs(score: Score, { protocol }: KinemetricRecord, seed?: number): Concluding {
  const known = protocolOf(protocol) ?? findProtocol('as-is')
  const concluding = concludingOf({ shown: score.recipe, extra: {} }, 'none', known)
  return seed === undefined ? concluding : { ...concluding, seeds: { ...concluding.seeds, bootstrap: seed } }
}

function protocolOf({ id, version }: KinemetricRecord['protocol']): Protocol | undefined {
  try {
    return findProtocol(id, version)
  } catch (error) {
    if (isError(error, 'input')) return undefined
    throw error
  }
}
