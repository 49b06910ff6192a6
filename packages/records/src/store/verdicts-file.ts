import { join } from 'node:path'
import { canonicalJson, checkJson, readJson, writeWhole } from '@kinemetric/files'
import { type Verdicts, verdictsSchema } from '../verdicts/verdicts.ts'

/** `<results>/<protocol>/verdicts.json`. */
export function verdictsPath(resultsDir: string, protocolId: string): string {
  return join(resultsDir, protocolId, 'verdicts.json')
}

/** Writes what became of claims, replacing what stood there. @throws KinemetricError `invalid`, `disk-full`, `write-failed` */
export async function writeVerdicts(path: string, verdicts: Verdicts): Promise<void> {
  await writeWhole(path, canonicalJson(checkJson(path, verdicts, verdictsSchema)))
}

/** @throws KinemetricError `not-found`, `not-readable`, `not-json`, `invalid` */
export function readVerdicts(path: string): Promise<Verdicts> {
  return readJson(path, verdictsSchema)
}
