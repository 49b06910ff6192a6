import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { isError, readRawJson } from '@kinemetric/files'
import { readRecord, readRecords, recordSchema, type StoredRecord } from '@kinemetric/records'
import { type ComparedRecord, openRecord, recordDigests } from '../compare/compared-record.ts'
import { Findings } from '../verify/finding.ts'
import { verifyRecord } from '../verify/verify-record.ts'
import { gateError } from './rules/gate-error.ts'

/** A record that a gate was given, with the path that it was found at. */
export interface GateRecord extends ComparedRecord {
  path: string
}

export interface ChooseRecordOptions {
  /** Its id, where a folder holds several. */
  method?: string | undefined
  protocol?: string | undefined
  onWarning?: ((message: string) => void) | undefined
}

/**
 * The records that a path names: a record, or those of a results folder that fit.
 * @throws KinemetricError `no-record`; as `readRecord`, `readRecords`
 */
export async function findRecords(path: string, options: ChooseRecordOptions): Promise<StoredRecord[]> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
  if (isFile) {
    await requireThisVersion(path)
    return [{ path, folder: dirname(path), record: await readRecord(path) }]
  }
  const { records, problems } = await readRecords(path)
  for (const { message } of problems) options.onWarning?.(`left out: ${message}`)
  if (records.length === 0) {
    const [problem] = problems
    if (problem !== undefined) await requireThisVersion(problem.path)
    throw gateError('no-record', path, {
      expected: 'a record, or a results folder with one',
      found: problem === undefined ? 'none' : `one that cannot be read (${problem.message})`,
      then: 'kinemetric score --reference … --generated … --out <folder> writes one',
    })
  }
  const fitting = records.filter(
    ({ record }) =>
      (options.method === undefined || record.method.id === options.method) &&
      (options.protocol === undefined || record.protocol.id === options.protocol),
  )
  if (fitting.length > 0) return fitting
  const asked = [options.method, options.protocol].filter((name) => name !== undefined).join(' under ')
  throw gateError('no-record', path, { expected: `a record of ${asked}`, found: namesOf(records) })
}

const thisVersion = recordSchema.shape.schema.value

/** @throws KinemetricError `no-record` for a record of an earlier or later version of the format; nothing for what is none */
async function requireThisVersion(path: string): Promise<void> {
  const value = await readRawJson(path).catch((error: unknown) => {
    // What cannot be read is told by whoever reads it next.
    if (isError(error)) return undefined
    throw error
  })
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined
  if (typeof schema !== 'string' || !schema.startsWith('kinemetric/record@') || schema === thisVersion) return
  throw gateError('no-record', path, {
    expected: `a record of this version's format (${thisVersion})`,
    found: schema,
    then: 'update kinemetric where it is a later one, or score the clips again with this version',
  })
}

/**
 * Opens the one record that a path names, and holds it against the files beside it: a number that was changed by hand decides nothing.
 * @throws KinemetricError `several-records`, `changed-record`; as `findRecords`
 */
export async function openGateRecord(path: string, options: ChooseRecordOptions = {}): Promise<GateRecord> {
  const found = await findRecords(path, options)
  if (found.length > 1) {
    const methods = new Set(found.map(({ record }) => record.method.id))
    const option = methods.size > 1 ? '--method' : '--protocol'
    throw gateError('several-records', path, {
      expected: 'one record',
      found: namesOf(found),
      then: `choose with ${option}, or name the record itself (${found[0].path})`,
    })
  }
  return openVerified(found[0])
}

/** @throws KinemetricError `changed-record` where it does not say what the files beside it give, `not-comparable` where these cannot be read */
export async function openVerified(stored: StoredRecord): Promise<GateRecord> {
  const opened = await openRecord(stored, await recordDigests(stored))
  if (opened.unreadable !== undefined) throw gateError('not-comparable', stored.path, opened.unreadable)
  if (opened.hashes === undefined)
    throw gateError('not-comparable', stored.path, 'no hashes of its frames stand beside it: score it again to gate it')
  const findings = new Findings()
  await verifyRecord(stored, basename(stored.path), findings)
  const [wrong] = findings.wrong
  if (wrong !== undefined)
    throw gateError('changed-record', stored.path, {
      expected: 'a record that says what the files beside it give',
      found: `${wrong.what}: ${wrong.message}`,
      then: `kinemetric verify ${dirname(stored.folder)} tells all; score it again to gate it`,
    })
  return { ...opened, path: stored.path }
}

function namesOf(records: readonly StoredRecord[]): string {
  const names = records.map(({ record: { method, protocol } }) => `${method.id} under ${protocol.id}`)
  return `${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`
}
