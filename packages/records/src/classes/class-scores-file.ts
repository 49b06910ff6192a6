import { join } from 'node:path'
import { canonicalJson, checkJson, readJson, writeWhole } from '@kinemetric/files'
import { type ClassScores, classScoresSchema } from './class-scores.ts'

/** `<results>/<protocol>/class-scores.json`. */
export function classScoresPath(resultsDir: string, protocolId: string): string {
  return join(resultsDir, protocolId, 'class-scores.json')
}

/** Writes the scores by class of a protocol's methods, replacing what stood there. @throws KinemetricError `invalid`, `disk-full`, `write-failed` */
export async function writeClassScores(path: string, scores: ClassScores): Promise<void> {
  await writeWhole(path, canonicalJson(checkJson(path, scores, classScoresSchema)))
}

/** @throws KinemetricError `not-found`, `not-readable`, `not-json`, `invalid` */
export function readClassScores(path: string): Promise<ClassScores> {
  return readJson(path, classScoresSchema)
}
