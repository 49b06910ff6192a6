import { join } from 'node:path'
import { type AtomicWriteOptions, atomicWrite } from '../atomic-write.ts'
import { canonicalJson } from '@kinemetric/files'
import { checkJson, readJson } from '../read-json.ts'
import { type KinemetricRecord, recordSchema } from '../schemas/record.ts'
import { type RunSidecar, runSchema } from '../schemas/run-sidecar.ts'

/** Where a method's files lie under a protocol's results folder: `<results>/<protocol>/<method>.{json,parquet,run.json,hashes.jsonl}`. */
export function recordPaths(resultsDir: string, protocolId: string, methodId: string) {
  const folder = join(resultsDir, protocolId)
  return {
    folder,
    record: join(folder, `${methodId}.json`),
    table: join(folder, `${methodId}.parquet`),
    run: join(folder, `${methodId}.run.json`),
    hashes: join(folder, `${methodId}.hashes.jsonl`),
  }
}

/** Checks and writes a record. Atomic; an existing record is an error of code `exists` unless `overwrite`. Throws RecordsError. */
export async function writeRecord(
  path: string,
  record: KinemetricRecord,
  options: AtomicWriteOptions = {},
): Promise<void> {
  await atomicWrite(path, canonicalJson(checkJson(path, record, recordSchema)), options)
}

/** Reads and checks a record. Throws RecordsError: `not-found`, `not-readable`, `not-json`, `invalid`. */
export function readRecord(path: string): Promise<KinemetricRecord> {
  return readJson(path, recordSchema)
}

/** Writes the run sidecar, replacing an earlier run's. Throws RecordsError. */
export async function writeRun(path: string, run: RunSidecar): Promise<void> {
  await atomicWrite(path, canonicalJson(checkJson(path, run, runSchema)), { overwrite: true })
}

/** Reads and checks a run sidecar. Throws RecordsError. */
export function readRun(path: string): Promise<RunSidecar> {
  return readJson(path, runSchema)
}
