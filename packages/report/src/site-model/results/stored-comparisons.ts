import { join } from 'node:path'
import { hashFile, isError } from '@kinemetric/files'
import { type Comparisons, readComparisons, type StoredRecord } from '@kinemetric/records'

/**
 * The `comparisons.json` of each folder of records, where it was made of these very records: one of records that have changed since, or of other methods,
 * would say what is not so. What is left out is added to `problems`.
 */
export async function storedComparisons(
  records: readonly (StoredRecord & { name: string })[],
  problems: string[],
): Promise<Comparisons[]> {
  const found: Comparisons[] = []
  for (const folder of new Set(records.map((record) => record.folder))) {
    const here = records.filter((record) => record.folder === folder)
    const where = here[0].name.replace(/[^/\\]*$/, 'comparisons.json')
    try {
      const comparisons = await readComparisons(join(folder, 'comparisons.json'))
      if (await isOfThese(comparisons, here)) found.push(comparisons)
      else problems.push(`${where} is left out: it was made of other records`)
    } catch (error) {
      if (!isError(error)) throw error
      if (error.code !== 'not-found') problems.push(`${where} is left out (${error.sentence})`)
    }
  }
  return found
}

async function isOfThese(comparisons: Comparisons, records: readonly StoredRecord[]): Promise<boolean> {
  const { id, version, digest } = comparisons.protocol
  const own = records.filter(({ record: { protocol } }) => {
    return protocol.id === id && protocol.version === version && protocol.digest === digest
  })
  const digests = new Map(comparisons.records.map((entry) => [entry.method, entry.record]))
  if (own.length === 0 || own.length !== digests.size) return false
  for (const { path, record } of own) if (digests.get(record.method.id) !== (await hashFile(path))) return false
  return true
}
