import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isError } from '@kinemetric/files'
import { readRecord, readTable, recordPaths, type Score, type TableRow } from '@kinemetric/records'
import { benchmarkError } from '@kinemetric/benchmark'
import { type ComparedClip, compareSets } from './compare-sets.ts'
import { type Comparisons, compareValues } from './compare-values.ts'
import type { Measured } from './conclude.ts'

export interface MethodComparison {
  /** Results folder. */
  out: string
  measured: Measured
  provider: string
  scores: readonly Score[]
  rows: readonly TableRow[]
}

/**
 * Paired tests of this method against others of the same results folder and protocol, on the clips that both have.
 * @throws KinemetricError `bad-option` where a method has no record there, or one of another protocol
 */
export async function compareMethods(ids: readonly string[], own: MethodComparison): Promise<Comparisons> {
  const { measured, scores, rows, provider } = own
  const { protocol, names } = measured
  const inPairs = scores.filter(
    (score) => !names.some(({ metric }) => metric.id === score.metric && 'compare' in metric),
  )
  const result: Comparisons = { comparisons: [], warnings: [] }
  for (const id of ids) {
    const paths = recordPaths(own.out, protocol.identity.id, id)
    const other = await readOther(paths)
    const clips = await readHashes(paths.hashes)
    const parts = [
      compareValues(inPairs, rows, other, protocol),
      await compareSets(measured, scores, { record: other.record, clips }, provider),
    ]
    for (const { comparisons, warnings } of parts) {
      result.comparisons.push(...comparisons)
      result.warnings.push(...warnings)
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
