import { hashBytes } from '@kinemetric/files'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { DatasetAdapter, DatasetClip, DatasetContext, DatasetProblem, DatasetRemoval } from './dataset-adapter.ts'
import { findProtocol } from '../protocol/protocols.ts'
import { isOwnClip } from '../shards/shard.ts'
import { pairId } from '../manifest/manifest-clip.ts'
import { decidingOptions, flagOf } from './option-texts.ts'

/** What a dataset has, in its fixed order. */
export interface DatasetRows {
  items: (DatasetClip | DatasetProblem)[]
  removals: DatasetRemoval[]
  /** The rules that rows were held against; undefined for a dataset without rules. */
  stages: readonly string[] | undefined
  /** What is odd about single rows. */
  warnings: { clip: string; reason: string; message: string }[]
  /** In words, what was passed over. */
  notes: string[]
  /** What it says of itself as a whole, by name. */
  facts: Record<string, unknown>
  /** The options that decide what the clips are, see `decidingOptions`. */
  options: Record<string, unknown>
  /** Where each of them stands among all rows, those of other shards too: in the order of `items`, `removals` and `warnings`. */
  places: { items: number[]; removals: number[]; warnings: number[] }
  /** All rows, those of other shards too: how many, and the sha256 of their ids. */
  all: { count: number; sha256: string }
}

/**
 * Everything that a dataset has, or a shard of it.
 * @param options the adapter's own options, unchecked
 * @throws KinemetricError `bad-option` for options that the adapter does not have, `bad-dataset`
 */
export async function readDataset(
  adapter: DatasetAdapter,
  folder: string,
  options: Readonly<Record<string, unknown>> = {},
  context: DatasetContext = { protocol: findProtocol('as-is'), plan: false },
): Promise<DatasetRows> {
  const checked = checkOptions(adapter, options)
  const stages = adapter.stagesFor?.(checked) ?? adapter.stages
  const items: Placed<DatasetClip | DatasetProblem>[] = []
  const removals: Placed<DatasetRemoval>[] = []
  const warnings: Placed<DatasetRows['warnings'][number]>[] = []
  const notes: string[] = []
  const facts: Record<string, unknown> = {}
  const ids: string[] = []
  /** Names that a pair may not have. */
  const others = new Set<string>()
  const isOwn = (id: string) => isOwnClip(id, context.shard)
  for await (const item of adapter.clips(folder, checked, context)) {
    const place = ids.length
    if ('note' in item) notes.push(item.note)
    else if ('facts' in item) Object.assign(facts, ownFacts(adapter, item.facts))
    else if ('warning' in item) {
      const { id, reason, warning: message } = item
      if (isOwn(id)) warnings.push({ place, row: { clip: id, reason, message } })
    } else {
      const id = 'elsewhere' in item ? item.elsewhere : item.id
      ids.push(id)
      if ('elsewhere' in item || !isOwn(id)) others.add(id.normalize('NFC'))
      else if ('removedAt' in item) removals.push({ place, row: item })
      else items.push({ place, row: { ...item, id: id.normalize('NFC') } })
    }
  }
  const once = oncePerName(items, others)
  return {
    items: once.map(({ row }) => row),
    removals: removals.map(({ row }) => row),
    stages,
    warnings: warnings.map(({ row }) => row),
    notes,
    facts,
    options: decidingOptions(adapter, checked),
    places: { items: placesOf(once), removals: placesOf(removals), warnings: placesOf(warnings) },
    all: { count: ids.length, sha256: hashBytes(JSON.stringify(ids)) },
  }
}

/** The protocol that goes with a dataset's options, where it says one. @throws KinemetricError `bad-option` */
export function usualProtocol(adapter: DatasetAdapter, options: Readonly<Record<string, unknown>>): string | undefined {
  return adapter.protocolFor?.(checkOptions(adapter, options))
}

/** A row with its place among all rows. */
interface Placed<Row> {
  place: number
  row: Row
}

function placesOf(rows: readonly Placed<unknown>[]): number[] {
  return rows.map(({ place }) => place)
}

/** The options with their defaults, as the adapter has them. @throws KinemetricError `bad-option` */
export function checkOptions<Options extends object>(
  adapter: DatasetAdapter<Options>,
  options: Readonly<Record<string, unknown>>,
): Options {
  const checked = adapter.options.safeParse(options)
  if (checked.success) return checked.data
  const own = Object.keys(adapter.options.shape)
  const isForeign = checked.error.issues.some(({ code }) => code === 'unrecognized_keys')
  throw benchmarkError('bad-option', adapter.id, {
    expected: isForeign ? `options of this dataset (${own.map(flagOf).join(', ') || 'none'})` : 'options that fit',
    found: checked.error.issues.map(issueText).join('; '),
  })
}

/** What is wrong with an option, by the name that a command line has for it. */
function issueText(issue: {
  code: string
  path: readonly PropertyKey[]
  message: string
  keys?: readonly string[]
}): string {
  if (issue.code === 'unrecognized_keys') return (issue.keys ?? []).map(flagOf).join(', ')
  const [name] = issue.path
  return `${name === undefined ? '' : `${flagOf(String(name))}: `}${issue.message.replace(/^Invalid (option|input): /, '')}`
}

/** Fields that `prepare.json` has of every dataset. */
const taken = [
  'schema',
  'dataset',
  'protocol',
  'options',
  'clips',
  'controls',
  'failures',
  'warnings',
  'notes',
  'funnel',
  'removed',
]

/** @throws KinemetricError `bad-dataset` for a field that is not the dataset's to say */
function ownFacts(adapter: DatasetAdapter, facts: Readonly<Record<string, unknown>>) {
  const foreign = Object.keys(facts).filter((name) => taken.includes(name))
  if (foreign.length === 0) return facts
  throw benchmarkError('bad-dataset', adapter.id, {
    expected: 'facts of its own',
    found: `${foreign.join(', ')}, which prepare.json has of every dataset`,
  })
}

/**
 * Names that differ in their Unicode form alone are one name: clips that share it are none, since either could be meant. Nor is one whose pair would be called as
 * another clip is.
 * @param others names of clips of other shards
 */
function oncePerName(
  items: readonly Placed<DatasetClip | DatasetProblem>[],
  others: ReadonlySet<string>,
): Placed<DatasetClip | DatasetProblem>[] {
  const byName = Map.groupBy(items, ({ row }) => row.id)
  return [...byName].flatMap(([id, same]): typeof same => {
    const [{ place }] = same
    const problem = (text: string) => [{ place, row: { id, problem: text } }]
    if (same.length > 1) return problem(`expected one clip of that name, found ${same.length}`)
    const pairs = same.flatMap(({ row }) => ('problem' in row ? [] : (row.pairs ?? [])))
    const taken = pairs.map(({ without }) => pairId(id, without)).find((name) => byName.has(name) || others.has(name))
    return taken === undefined ? same : problem(`expected no clip with the name of its pair, found ${taken}`)
  })
}
