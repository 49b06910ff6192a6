import { canonicalJson, hashBytes, hashFile } from '@kinemetric/files'
import type { Leaderboard } from '../../board/leaderboard.ts'
import type { LoadedRecord } from './load-results.ts'

/**
 * sha256 over what a protocol's pages are made of: the bytes of its records and tables, and its comparisons. The same results have the same digest wherever
 * and whenever the site is built, and another number has another one.
 */
export async function resultsDigest(board: Leaderboard, records: readonly LoadedRecord[]): Promise<string> {
  const entries = await Promise.all(
    records.map(async ({ path, tablePath }) => ({
      record: await hashFile(path),
      table: tablePath === null ? null : await hashFile(tablePath),
    })),
  )
  return hashBytes(
    canonicalJson({ records: entries.map(({ record, table }) => [record, table]), comparisons: board.comparisons }),
  )
}
