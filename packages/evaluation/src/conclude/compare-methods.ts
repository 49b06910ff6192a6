import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isError } from '@kinemetric/files'
import { readRecord, readTable, recordPaths, type Score, type TableRow } from '@kinemetric/records'
import { benchmarkError } from '@kinemetric/benchmark'
import type { ClipScorer, ComparedClip } from '../measure/measurer.ts'
import type { ScoredClip } from '../journal/measurement.ts'
import { type Comparisons, compareValues } from './compare-values.ts'
import type { Protocol } from '@kinemetric/benchmark'

export interface MethodComparison {
  /** Results folder. */
  out: string
  protocol: Protocol
  scorers: readonly ClipScorer[]
  scores: readonly Score[]
  rows: readonly TableRow[]
  clips: readonly ScoredClip[]
}

/**
 * Paired tests of this method against others of the same results folder and protocol, on the clips that both have.
 * @throws KinemetricError `bad-option` where a method has no record there, or one of another protocol.
 */
export async function compareMethods(ids: readonly string[], own: MethodComparison): Promise<Comparisons> {
  const result: Comparisons = { comparisons: [], warnings: [] }
  for (const id of ids) {
    const paths = recordPaths(own.out, own.protocol.identity.id, id)
    const other = await readOther(paths)
    const values = compareValues(own.scores, own.rows, other, own.protocol)
    result.comparisons.push(...values.comparisons)
    result.warnings.push(...values.warnings)
    const hashes = await readHashes(paths.hashes)
    for (const scorer of own.scorers) {
      const compared = await scorer.compare?.(own.clips, { record: other.record, clips: hashes }, own.scores)
      result.comparisons.push(...(compared?.comparisons ?? []))
      result.warnings.push(...(compared?.warnings ?? []))
    }
  }
  return result
}

async function readOther(paths: { record: string; folder: string }) {
  try {
    const record = await readRecord(paths.record)
    const rows = record.clips.table === null ? [] : await readTable(join(paths.folder, record.clips.table))
    return { record, rows }
  } catch (error) {
    if (isError(error, 'input')) throw benchmarkError('bad-option', 'compareWith', error.message, { cause: error })
    throw error
  }
}

/** Decoded-frame hashes of the other method's clips; none where its file is not there. */
async function readHashes(path: string): Promise<ComparedClip[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const { clip, generated, reference }: Record<string, unknown> = JSON.parse(line)
      return typeof clip === 'string' && typeof generated === 'string' && typeof reference === 'string'
        ? [{ clip, generated, reference }]
        : []
    })
}
