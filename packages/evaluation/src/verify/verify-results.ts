import { readRecords, type StoredRecord } from '@kinemetric/records'
import { recordsByProtocol } from '../compare/compared-record.ts'
import { type Finding, Findings } from './finding.ts'
import { verifyClassScores } from './verify-class-scores.ts'
import { verifyComparisons } from './verify-comparisons.ts'
import { verifyRecord } from './verify-record.ts'
import type { VerifyOptions } from './verify-options.ts'

export type { VerifyOptions } from './verify-options.ts'

/** What became of a results folder that was verified. */
export interface Verified {
  records: number
  /** Checks that held. */
  held: number
  wrong: Finding[]
  /** What could not be checked, and why. */
  unchecked: Finding[]
}

/**
 * Checks all records of a results folder: their form, their signatures against this version's recipes, hashes of frames against digests, and everything that can be
 * made anew of what is there (values of clips of their frames', scores and intervals of the clips') to the bit; comparisons and scores by class against the records that they are of.
 * @throws KinemetricError as `readRecords`
 */
export async function verifyResults(resultsDir: string, options: VerifyOptions): Promise<Verified> {
  const findings = new Findings()
  const { records, problems } = await readRecords(resultsDir)
  for (const { message } of problems) findings.fail(resultsDir, 'record', message)
  for (const [done, stored] of records.entries()) {
    options.signal?.throwIfAborted()
    const file = nameOf(stored)
    options.onProgress?.({ done, total: records.length, file })
    await verifyRecord(stored, file, findings, {
      store: options.store,
      statistics: options.statistics,
      whole: options.pairs ?? false,
    })
  }
  const { protocols } = await recordsByProtocol(resultsDir)
  for (const protocol of protocols) {
    await verifyComparisons(resultsDir, protocol, options, findings)
    await verifyClassScores(protocol, findings)
  }
  const { held, wrong, unchecked } = findings
  return { records: records.length, held, wrong, unchecked }
}

function nameOf({ record: { protocol, method } }: StoredRecord): string {
  return `${protocol.id}/${method.id}`
}
