import { isDeepStrictEqual } from 'node:util'
import { isError, isThere, portableMessage } from '@kinemetric/files'
import {
  type ComparedColumn,
  comparedColumnSchema,
  type Comparisons,
  comparisonsPath,
  readComparisons,
} from '@kinemetric/records'
import { compareRecords } from '../compare/compare-records.ts'
import { type ComparedRecord, openRecord, type ProtocolRecords, recordDigests } from '../compare/compared-record.ts'
import { concludeTable } from '../compare/conclude-table.ts'
import { notKept } from '../compare/kept-sets.ts'
import type { Findings } from './finding.ts'
import { verifyForm } from './verify-record.ts'
import type { VerifyOptions } from './verify-options.ts'

/** Comparisons are of these very records; with `pairs` they are made again. */
export async function verifyComparisons(
  resultsDir: string,
  group: ProtocolRecords,
  options: VerifyOptions,
  findings: Findings,
): Promise<void> {
  const { protocol } = group
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
    const areSame = await verifyDigests(found, group, file, findings)
    if (!areSame) findings.leave(file, 'pairs', 'they are of other files')
    else if (options.pairs !== true)
      findings.leave(file, 'pairs', 'p-values, ranks and intervals of differences were not made anew (--pairs does)')
    else await verifyPairs(found, group, options, file, findings)
  } catch (error) {
    if (!isError(error)) throw error
    findings.fail(file, 'comparisons', portableMessage(error))
  }
}

/** @returns whether comparisons are of the very files that are there */
async function verifyDigests(
  found: Comparisons,
  { stored }: ProtocolRecords,
  file: string,
  findings: Findings,
): Promise<boolean> {
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
  return areSame
}

async function verifyPairs(
  { columns, alpha, family, seed, draws }: Comparisons,
  { stored }: ProtocolRecords,
  { store, signal }: VerifyOptions,
  file: string,
  findings: Findings,
): Promise<void> {
  const opened: ComparedRecord[] = []
  for (const each of stored) opened.push(await openRecord(each, await recordDigests(each)))
  const made = await compareRecords(opened, { alpha, family, seed, draws, store, signal })
  const lost = columns.map((column, at) => lostIn(column, made[at]))
  // Where a column cannot be made anew what it says counts in the correction over the whole table, which stands in each.
  const again = lost.every((reason) => reason === undefined)
    ? made
    : concludeTable(
        columns.map((column, at) => (lost[at] === undefined ? (made[at] ?? column) : column)),
        family,
      )
  for (const [at, column] of columns.entries()) {
    const what = `${column.metric}:${column.recipe}`
    const reason = lost[at] ?? (column.pairs.length === 0 ? column.reason : undefined)
    if (reason !== undefined) findings.leave(file, what, reason)
    else
      findings.check(
        file,
        what,
        made[at] !== undefined && isDeepStrictEqual(comparedColumnSchema.parse(again[at]), column),
        () => 'expected what these records give, found other numbers',
      )
  }
}

/** Why pairs that a column has cannot be made anew: rows of features that are not here. */
function lostIn({ pairs }: ComparedColumn, made: ComparedColumn | undefined): string | undefined {
  if (made === undefined || pairs.length <= made.pairs.length) return undefined
  const reason = made.unranked.find((each) => each.reason.endsWith(notKept))?.reason
  return reason === undefined ? undefined : `pairs of a distance between sets: ${reason}`
}
