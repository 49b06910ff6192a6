import { systemReason } from '@kinemetric/files'
import type { DatasetAdapter } from '../datasets/dataset-adapter.ts'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { Concluded } from '../prepare/conclude-preparation.ts'
import type { ItemOutcome } from '../prepare/prepare-one.ts'
import { isOwnClip, shardText } from '../shards/shard.ts'
import type { FoundPreparation } from './find-preparations.ts'
import type { PrepareShardFile } from './prepare-shard-file.ts'

type Rows = PrepareShardFile['rows']

/**
 * The rows of all shards as one preparation has them, each in its place.
 * @param shards all, each once and finished
 * @param adapter of their dataset, where it is one of the toolkit's
 * @throws KinemetricError `bad-shards` for rows that are not the shard's own, two in one place, and facts that do not fit together
 */
export function joinRows(
  shards: readonly FoundPreparation[],
  adapter: Pick<DatasetAdapter, 'joinFacts' | 'warningsByReason'> | undefined,
): Pick<Concluded, 'rows' | 'outcomes'> {
  for (const each of shards) requireOwn(each)
  const [{ file }] = shards
  const { stages, notes } = file.context
  const items = inOrder(
    shards.flatMap(({ file: { rows }, journal }) => rows.items.map((item) => ({ item, journal }))),
    ({ item }) => item.place,
  )
  const removals = inOrder(
    shards.flatMap(({ file: { rows } }) => rows.removals),
    ({ place }) => place,
  )
  const warnings = inOrder(
    shards.flatMap(({ file: { rows } }) => rows.warnings),
    ({ place }) => place,
  )
  if (adapter?.warningsByReason === true) warnings.sort(byReason)
  const places = [...items.map(({ item }) => item), ...removals].map(({ place }) => place)
  if (new Set(places).size < places.length)
    throw benchmarkError('bad-shards', shards[0].path, {
      expected: 'shards with every row in a place of its own',
      found: 'two in one place',
    })
  return {
    rows: {
      items: items.map(({ item: { id, warnings: own } }) => ({ id, warnings: own })),
      removals: removals.map(({ id, removedAt }) => ({ id, removedAt })),
      stages: stages ?? undefined,
      warnings: warnings.map(({ clip, reason, message }) => ({ clip, reason, message })),
      notes,
      facts: joinFacts(shards, adapter?.joinFacts ?? {}),
    },
    outcomes: items.map(({ item, journal }) => journal.outcomes.get(item.place)!),
  }
}

/** @throws KinemetricError `bad-shards` for rows of other shards, and clips under other names than their items' */
function requireOwn({ path, file: { shard, rows }, journal }: FoundPreparation): void {
  const stranger = [...rows.items, ...rows.removals].find(({ id }) => !isOwnClip(id, shard))
  if (stranger !== undefined)
    throw benchmarkError('bad-shards', path, {
      expected: `rows of shard ${shardText(shard)}`,
      found: `${stranger.id}, which is of another`,
    })
  const other = rows.items.find(({ id, place }) => nameOf(journal.outcomes.get(place)) !== id)
  if (other !== undefined)
    throw benchmarkError('bad-shards', path, {
      expected: `a journal that says of ${other.id} what became of it`,
      found: `${nameOf(journal.outcomes.get(other.place)) ?? 'nothing'} in its place`,
    })
}

function nameOf(outcome: ItemOutcome | undefined): string | undefined {
  return outcome === undefined || 'reason' in outcome ? outcome?.clip : outcome.clip.id
}

function inOrder<Row>(rows: readonly Row[], placeOf: (row: Row) => number): Row[] {
  return rows.toSorted((a, b) => placeOf(a) - placeOf(b))
}

type Warning = Rows['warnings'][number]

function byReason(a: Warning, b: Warning): number {
  if (a.reason !== b.reason) return a.reason < b.reason ? -1 : 1
  return a.clip === b.clip ? 0 : a.clip < b.clip ? -1 : 1
}

/** Facts by their names in the order of the first shard's. @throws KinemetricError `bad-shards` where shards differ in what is the same for all rows */
function joinFacts(
  shards: readonly FoundPreparation[],
  join: NonNullable<DatasetAdapter['joinFacts']>,
): Record<string, unknown> {
  const [first] = shards
  const names = Object.keys(first.file.rows.facts)
  const differing = shards.find(({ file: { rows } }) => {
    const own = Object.keys(rows.facts)
    if (own.length !== names.length || own.some((name) => !names.includes(name))) return true
    return names.some(
      (name) =>
        !Object.hasOwn(join, name) && JSON.stringify(rows.facts[name]) !== JSON.stringify(first.file.rows.facts[name]),
    )
  })
  if (differing !== undefined)
    throw benchmarkError('bad-shards', differing.path, {
      expected: `facts as ${first.path} has them`,
      found: 'others: it was made of another dataset',
    })
  return Object.fromEntries(
    names.map((name) => {
      const parts = shards.map(({ file: { rows } }) => rows.facts[name])
      return [name, Object.hasOwn(join, name) ? joined(join[name], parts, first.path) : parts[0]]
    }),
  )
}

function joined(join: (parts: readonly unknown[]) => unknown, parts: readonly unknown[], path: string): unknown {
  try {
    return join(parts)
  } catch (cause) {
    throw benchmarkError(
      'bad-shards',
      path,
      { expected: 'facts that fit together', found: `others (${systemReason(cause)})` },
      { cause },
    )
  }
}
