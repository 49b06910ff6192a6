import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { isError, isThere, portableMessage } from '@kinemetric/files'
import { type ClassScores, classScoresPath, classScoresSchema, readClassScores } from '@kinemetric/records'
import { classScoresOf } from '../classes/class-scores.ts'
import { keptClasses } from '../classes/clip-classes.ts'
import { type ProtocolRecords, recordDigests } from '../compare/compared-record.ts'
import type { Findings } from './finding.ts'
import { verifyForm } from './verify-record.ts'

/** Scores by class, where some are kept: they are of these very files, and these give them anew. */
export async function verifyClassScores(group: ProtocolRecords, findings: Findings): Promise<void> {
  const { protocol, folder } = group
  const path = classScoresPath(join(folder, '..'), protocol.id)
  if (!(await isThere(path))) return
  const file = `${protocol.id}/class-scores.json`
  try {
    const found = await readClassScores(path)
    if (found.protocol.digest !== protocol.digest) {
      findings.leave(file, 'scores by class', `of another protocol, ${found.protocol.digest}`)
      return
    }
    await verifyForm(path, found, file, findings)
    if (await areOfThese(found, group, file, findings)) await verifyScores(found, group, file, findings)
  } catch (error) {
    if (!isError(error)) throw error
    findings.fail(file, 'scores by class', portableMessage(error))
  }
}

/** @returns whether they are of the very records that are there */
async function areOfThese(
  { records }: ClassScores,
  { stored }: ProtocolRecords,
  file: string,
  findings: Findings,
): Promise<boolean> {
  let areSame = true
  for (const { method, name, ...digests } of records) {
    const own = stored.find(({ record }) => record.method.id === method)
    const same = own?.record.method.name === name && isDeepStrictEqual(await recordDigests(own), digests)
    areSame &&= same
    findings.check(
      file,
      `files of ${method}`,
      same,
      () =>
        'expected scores by class of the files that are there, found those of others: `kinemetric table --by … --keep` makes them anew',
    )
  }
  return areSame
}

async function verifyScores(
  found: ClassScores,
  group: ProtocolRecords,
  file: string,
  findings: Findings,
): Promise<void> {
  const { by, labels, minClips, against, records, columns, refused } = found
  const classes = ['class', 'template', 'label'].includes(by) ? await keptClasses(group.folder, by) : undefined
  if (classes === undefined || !isDeepStrictEqual(classes.labels, labels)) {
    findings.leave(
      file,
      'scores by class',
      `their labels, ${labels.file}, are not beside the records, or others are there`,
    )
    return
  }
  const methods = new Set(records.map(({ method }) => method))
  const stored = group.stored.filter(({ record }) => methods.has(record.method.id))
  const metrics = [...columns, ...refused].map(({ metric }) => metric)
  const again = await classScoresOf({ ...group, stored }, classes, { minClips, against, metrics })
  findings.check(
    file,
    'scores by class',
    again !== undefined && isDeepStrictEqual(classScoresSchema.parse(again), found),
    () => 'expected what these records and labels give, found other numbers',
  )
}
