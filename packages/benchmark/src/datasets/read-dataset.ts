import { benchmarkError } from '../failures/benchmark-error.ts'
import type { DatasetAdapter, DatasetClip, DatasetContext, DatasetProblem, DatasetRemoval } from './dataset-adapter.ts'
import { findProtocol } from '../protocol/protocols.ts'
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
}

/**
 * Everything that a dataset has.
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
  const decided = decidingOptions(adapter, checked)
  const stages = adapter.stagesFor?.(checked) ?? adapter.stages
  const rows: DatasetRows = { items: [], removals: [], stages, warnings: [], notes: [], facts: {}, options: decided }
  for await (const item of adapter.clips(folder, checked, context)) {
    if ('warning' in item) rows.warnings.push({ clip: item.id, reason: item.reason, message: item.warning })
    else if ('note' in item) rows.notes.push(item.note)
    else if ('facts' in item) Object.assign(rows.facts, ownFacts(adapter, item.facts))
    else if ('removedAt' in item) rows.removals.push(item)
    else rows.items.push({ ...item, id: item.id.normalize('NFC') })
  }
  return { ...rows, items: oncePerName(rows.items) }
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
 */
function oncePerName(items: DatasetRows['items']): DatasetRows['items'] {
  const byName = Map.groupBy(items, ({ id }) => id)
  return [...byName].flatMap(([id, same]): DatasetRows['items'] => {
    if (same.length > 1) return [{ id, problem: `expected one clip of that name, found ${same.length}` }]
    const pairs = same.flatMap((item) => ('problem' in item ? [] : (item.pairs ?? [])))
    const taken = pairs.map(({ without }) => pairId(id, without)).find((name) => byName.has(name))
    return taken === undefined ? same : [{ id, problem: `expected no clip with the name of its pair, found ${taken}` }]
  })
}
