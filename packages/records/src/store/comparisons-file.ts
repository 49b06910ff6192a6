import { join } from 'node:path'
import { canonicalJson, checkJson, readJson, writeWhole } from '@kinemetric/files'
import { type Comparisons, comparisonsSchema } from '../schemas/comparisons.ts'

/** `<results>/<protocol>/comparisons.json`. */
export function comparisonsPath(resultsDir: string, protocolId: string): string {
  return join(resultsDir, protocolId, 'comparisons.json')
}

/** Writes what the methods of a protocol were found to differ by, replacing what stood there. @throws KinemetricError `invalid`, `disk-full`, `write-failed` */
export async function writeComparisons(path: string, comparisons: Comparisons): Promise<void> {
  await writeWhole(path, canonicalJson(checkJson(path, comparisons, comparisonsSchema)))
}

/** @throws KinemetricError `not-found`, `not-readable`, `not-json`, `invalid` */
export function readComparisons(path: string): Promise<Comparisons> {
  return readJson(path, comparisonsSchema)
}
