import { join } from 'node:path'
import { canonicalJson, checkJson, readJson, writeWhole } from '@kinemetric/files'
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

/**
 * Checks and writes a record, whole or not at all. An existing record is refused unless `overwrite`.
 * @throws KinemetricError `invalid`, `exists`, `disk-full`, `write-failed`
 */
export async function writeRecord(
  path: string,
  record: KinemetricRecord,
  options: { overwrite?: boolean | undefined } = {},
): Promise<void> {
  const content = canonicalJson(checkJson(path, record, recordSchema))
  await writeWhole(path, content, { overwrite: options.overwrite ?? false })
}

/** Reads and checks a record. @throws KinemetricError `not-found`, `not-readable`, `not-json`, `invalid` */
export function readRecord(path: string): Promise<KinemetricRecord> {
  return readJson(path, recordSchema)
}

/** Writes the run sidecar, replacing an earlier run's. @throws KinemetricError `invalid`, `disk-full`, `write-failed` */
export async function writeRun(path: string, run: RunSidecar): Promise<void> {
  await writeWhole(path, canonicalJson(checkJson(path, run, runSchema)))
}

/** Reads and checks a run sidecar. @throws KinemetricError `not-found`, `not-readable`, `not-json`, `invalid` */
export function readRun(path: string): Promise<RunSidecar> {
  return readJson(path, runSchema)
}
