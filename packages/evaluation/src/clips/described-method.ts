import { benchmarkError } from '@kinemetric/benchmark'
import type { RecordMethod } from '@kinemetric/records'
import { folderName } from './generated-clips.ts'
import type { GeneratedSet } from './generated-samples.ts'

/** What is said of a method in place of what its `run.json` says. */
export interface MethodAsk {
  id?: string | undefined
  name?: string | undefined
  trivial?: boolean | undefined
}

/**
 * The method that generated a folder, as the record says it: what was asked for, else what `run.json` says, else the folder's name.
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
  if (spec?.paper !== undefined)
    method.paper = { title: spec.paper.title, ...(spec.paper.url === undefined ? {} : { url: spec.paper.url }) }
  if (spec?.output?.alignment !== undefined) method.alignment = spec.output.alignment
  if (run?.config !== undefined) method.config = run.config
  return method
}
