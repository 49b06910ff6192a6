import { benchmarkError } from '@kinemetric/benchmark'
import { isUnverified, unverifiedWords } from '@kinemetric/networks'
import type { RecordMethod, RecordOrigin } from '@kinemetric/records'
import { folderName } from './generated-clips.ts'
import type { GeneratedSet } from './generated-samples.ts'

/** What is said of a method in place of what its `run.json` says. */
export interface MethodAsk {
  id?: string | undefined
  name?: string | undefined
  trivial?: boolean | undefined
  /** Who made the clips, and who scores them. */
  sampledBy?: string | undefined
  scoredBy?: string | undefined
  /** The method's own authors score it. */
  byAuthors?: boolean | undefined
}

/**
 * The method that generated a folder, as the record says it: what was asked for, else what `run.json` says, else the folder's name. The name says it
 * where nothing vouches for the weights.
 * @throws KinemetricError `bad-option` for an id that can be no file name
 */
export function describeMethod(
  asked: MethodAsk | undefined,
  folder: string,
  { run }: Pick<GeneratedSet, 'run'>,
): RecordMethod {
  const spec = run?.method
  const id = asked?.id ?? spec?.id ?? folderName(folder)
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id))
    throw benchmarkError(
      'bad-option',
      'method',
      `expected an id of letters, digits, ".", "_" and "-", found ${JSON.stringify(id)}; give one`,
    )
  const method: RecordMethod = {
    id,
    name: asked?.name ?? (asked?.id === undefined || asked.id === spec?.id ? spec?.displayName : undefined) ?? id,
    trivial: asked?.trivial ?? spec?.trivial ?? false,
  }
  if (spec?.bound !== undefined && method.trivial) method.bound = spec.bound
  if (spec?.version !== undefined) method.version = spec.version
  if (spec?.summary !== undefined) method.summary = spec.summary
  if (spec?.paper !== undefined)
    method.paper = { title: spec.paper.title, ...(spec.paper.url === undefined ? {} : { url: spec.paper.url }) }
  if (spec?.output?.alignment !== undefined) method.alignment = spec.output.alignment
  if (run?.config !== undefined) method.config = run.config
  const origin = originOf(asked, run)
  if (Object.keys(origin).length > 0) method.origin = origin
  if (run?.weights !== undefined) {
    method.weights = run.weights.map(({ id: weight, sha256, licence }) => ({ id: weight, sha256, licence }))
    if (method.weights.some(isUnverified)) method.name += unverifiedMark
  }
  return method
}

function originOf(asked: MethodAsk | undefined, run: GeneratedSet['run']): RecordOrigin {
  const { sampledBy, scoredBy, byAuthors } = asked ?? {}
  const runners = { native: 'native', process: 'program' } as const
  const kind = run?.method?.kind
  return {
    // Whose run.json does not say it is not told.
    ...(run === undefined ? { runner: 'frames' } : kind === undefined ? {} : { runner: runners[kind] }),
    ...(sampledBy === undefined ? {} : { sampledBy }),
    ...(scoredBy === undefined ? {} : { scoredBy }),
    ...(byAuthors === true ? { byAuthors } : {}),
  }
}

/** Behind the name, which stands wherever a score does: in every table, comparison, chart and player. */
const unverifiedMark = ' (unverified weights)'

/** What a table must say of clips that were generated with weights that nothing vouches for: a sentence, or none. It stands beside the method's name, and once for all methods of which it is true. */
export function unverifiedWarnings({ weights = [] }: RecordMethod): string[] {
  const given = unverifiedWords(weights)
  if (given.length === 0) return []
  return [`made with weights that nothing vouches for (${given.join(', ')}): not known to be the official ones`]
}
