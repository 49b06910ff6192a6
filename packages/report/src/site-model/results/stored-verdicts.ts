import { join } from 'node:path'
import { hashFile, isError } from '@kinemetric/files'
import { readVerdicts, type StoredRecord, type Verdicts } from '@kinemetric/records'

/**
 * The `verdicts.json` of each folder of records, where it was made of these very records: a verdict on a record that has changed since would say what is not so.
 * What is left out is added to `problems`.
 */
export async function storedVerdicts(
  records: readonly (StoredRecord & { name: string })[],
  problems: string[],
): Promise<Verdicts[]> {
  const found: Verdicts[] = []
  for (const [folder, here] of Map.groupBy(records, (record) => record.folder)) {
    const where = here[0].name.replace(/[^/\\]*$/, 'verdicts.json')
    try {
      const verdicts = await readVerdicts(join(folder, 'verdicts.json'))
      if (await areOfThese(verdicts, here)) found.push(verdicts)
      else problems.push(`${where} is left out: it was made of other records`)
    } catch (error) {
      if (!isError(error)) throw error
      if (error.code !== 'not-found') problems.push(`${where} is left out (${error.sentence})`)
    }
  }
  return found
}

async function areOfThese({ records, protocol }: Verdicts, here: readonly StoredRecord[]): Promise<boolean> {
  for (const { method, record: digest } of records) {
    const own = here.find(({ record }) => record.method.id === method && record.protocol.digest === protocol.digest)
    if (own === undefined || (await hashFile(own.path)) !== digest) return false
  }
  return true
}
