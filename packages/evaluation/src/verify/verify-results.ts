import { isDeepStrictEqual } from 'node:util'
import { isError, isThere, portableMessage } from '@kinemetric/files'
import {
  comparedColumnSchema,
  comparisonsPath,
  readComparisons,
  readRecords,
  type StoredRecord,
} from '@kinemetric/records'
import { compareRecords } from '../compare/compare-records.ts'
import {
  type ComparedRecord,
  openRecord,
  type ProtocolRecords,
  recordDigests,
  recordsByProtocol,
} from '../compare/compared-record.ts'
import type { FeatureCache } from '../store/feature-cache.ts'
import { type Finding, Findings } from './finding.ts'
import { verifyForm, verifyRecord } from './verify-record.ts'

export interface VerifyOptions {
  /** Make every comparison anew too: sign flips of all pairs, which take minutes of thousands of clips. */
  pairs?: boolean | undefined
  /** Where features of set metrics are looked for, for comparisons. */
  store: FeatureCache
  onProgress?: ((event: { done: number; total: number; file: string }) => void) | undefined
  signal?: AbortSignal | undefined
}

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
 * made anew of what is there (values of clips of their frames', scores and intervals of the clips') to the bit; comparisons against the records that they are of.
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
    await verifyRecord(stored, file, findings)
  }
  const { protocols } = await recordsByProtocol(resultsDir)
  for (const protocol of protocols) await verifyComparisons(resultsDir, protocol, options, findings)
  const { held, wrong, unchecked } = findings
  return { records: records.length, held, wrong, unchecked }
}

function nameOf({ record: { protocol, method } }: StoredRecord): string {
  return `${protocol.id}/${method.id}`
}

/** Comparisons are of these very records; with `pairs` they are made again. */
async function verifyComparisons(
  resultsDir: string,
  { protocol, stored }: ProtocolRecords,
  { pairs, store, signal }: VerifyOptions,
  findings: Findings,
): Promise<void> {
  const path = comparisonsPath(resultsDir, protocol.id)
  const file = `${protocol.id}/comparisons.json`
  if (!(await isThere(path))) {
    findings.leave(file, 'comparisons', 'none are there')
    return
  }
  try {
    const found = await readComparisons(path)
    if (found.protocol.digest !== protocol.digest) {
      findings.leave(file, 'comparisons', `of another protocol, ${found.protocol.digest}`)
      return
    }
    await verifyForm(path, found, file, findings)
    const said = new Map(found.records.map((each) => [each.method, each]))
    let areSame = true
    for (const each of stored) {
      const { id } = each.record.method
      const own = said.get(id)
      const digests = await recordDigests(each)
      const same =
        own?.name === each.record.method.name &&
        isDeepStrictEqual({ record: own.record, table: own.table, hashes: own.hashes }, digests)
      areSame &&= same
      findings.check(
        file,
        `files of ${id}`,
        same,
        () =>
          'expected comparisons of the files that are there, found those of others: `kinemetric compare` makes them anew',
      )
    }
    findings.check(
      file,
      'methods',
      found.records.length === stored.length,
      () => `expected ${stored.length}, found ${found.records.length}`,
    )
    if (pairs !== true || !areSame) {
      findings.leave(
        file,
        'pairs',
        areSame
          ? 'p-values, ranks and intervals of differences were not made anew (--pairs does)'
          : 'they are of other files',
      )
      return
    }
    const opened: ComparedRecord[] = []
    for (const each of stored) opened.push(await openRecord(each, await recordDigests(each)))
    const { alpha, family, seed, draws } = found
    const again = await compareRecords(opened, { alpha, family, seed, draws, store, signal })
    for (const [at, column] of found.columns.entries()) {
      const what = `${column.metric}:${column.recipe}`
      if (column.pairs.length === 0 && column.reason !== undefined) findings.leave(file, what, column.reason)
      else
        findings.check(
          file,
          what,
          again[at] !== undefined && isDeepStrictEqual(comparedColumnSchema.parse(again[at]), column),
          () => 'expected what these records give, found other numbers',
        )
    }
  } catch (error) {
    if (!isError(error)) throw error
    findings.fail(file, 'comparisons', portableMessage(error))
  }
}
