import { benchmarkError } from '../failures/benchmark-error.ts'
import { type Shard, shardText } from './shard.ts'

/** How shards of one thing are made whole. */
export interface WholeShards<Found> {
  /** What they are shards of, for messages. */
  of: string
  shardOf: (found: Found) => Shard
  /** Of one shard that was found several times, the one to go by. @throws where they cannot be copies or runs of one */
  oneOf: (same: readonly [Found, ...Found[]]) => Found
}

/**
 * Every shard of one thing once, from the first to the last, however often and in whatever order they were found.
 * @param found at least one
 * @throws KinemetricError `bad-shards` for shards of different numbers, and for a gap, which is named: `3/3`; what `oneOf` throws
 */
export function wholeShards<Found>(found: readonly Found[], { of, shardOf, oneOf }: WholeShards<Found>): Found[] {
  const counts = Map.groupBy(found, (each) => shardOf(each).count)
  if (counts.size > 1) {
    const words = [...counts].map(([, shards]) => someOf(shards.map((each) => shardText(shardOf(each)))))
    throw benchmarkError('bad-shards', of, { expected: 'shards of one number', found: words.join(' and ') })
  }
  const [[count, all]] = counts
  const byIndex = Map.groupBy(all, (each) => shardOf(each).index)
  const shards: Found[] = []
  const missing: string[] = []
  for (let index = 1; index <= count; index++) {
    const [first, ...others] = byIndex.get(index) ?? []
    if (first === undefined) missing.push(`${index}/${count}`)
    else shards.push(oneOf([first, ...others]))
  }
  if (missing.length === 0) return shards
  throw benchmarkError('bad-shards', of, {
    expected: `all ${count} shards`,
    found: `none of ${someOf(missing)}`,
  })
}

/** Where what is merged goes: the only folder, where no other is said. @throws KinemetricError `bad-option` */
export function mergeFolder(folders: readonly string[], out: string | undefined): string {
  const chosen = out ?? (folders.length === 1 ? folders[0] : undefined)
  if (chosen !== undefined) return chosen
  throw benchmarkError('bad-option', 'out', {
    expected: 'a folder for what is merged of several folders',
    found: 'none',
  })
}

/** Shards in a sentence: `1/3, 2/3`. */
export function shardTexts(shards: readonly Shard[]): string {
  return someOf(shards.map(shardText))
}

/** Names in a sentence: a file may speak of a million shards. */
export function someOf(names: readonly string[]): string {
  return `${names.slice(0, 20).join(', ')}${names.length > 20 ? ` and ${names.length - 20} more` : ''}`
}
