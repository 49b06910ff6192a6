import { join } from 'node:path'
import { canonicalJson, isError, readJson } from '@kinemetric/files'
import { z } from 'zod'
import type { DatasetAdapter, DatasetContext } from '../datasets/dataset-adapter.ts'
import { decidingOptions } from '../datasets/option-texts.ts'
import { checkOptions, type DatasetRows } from '../datasets/read-dataset.ts'
import { benchmarkError } from '../failures/benchmark-error.ts'
import { clipsDigest, type Protocol, protocolDigest } from '../protocol/protocol.ts'
import { funnelOf, removedBy } from '../selection/funnel.ts'
import type { Preparation, PrepareOptions } from './prepare-options.ts'

/** What a dataset is read for. */
export function contextOf(
  protocol: Protocol,
  {
    cache,
    drawMasks,
    jobs,
    signal,
    onReading,
  }: Pick<PrepareOptions, 'cache' | 'drawMasks' | 'jobs' | 'signal' | 'onReading'>,
  plan = false,
): DatasetContext {
  return { protocol, plan, cache, drawMasks, jobs, signal, onProgress: onReading }
}

/** How rows became clips; nothing for a dataset without rules. */
export function funnelAndRemoved({
  items,
  removals,
  stages,
}: Pick<DatasetRows, 'removals' | 'stages'> & { items: { readonly length: number } }): Pick<
  Preparation,
  'funnel' | 'removed'
> {
  if (stages === undefined && removals.length === 0) return {}
  const funnel = funnelOf(items.length + removals.length, stages ?? [], removals)
  return { funnel, removed: removedBy(removals) }
}

/** What `prepare.json` says: everything but where it lies and what was there already. */
export function reportOf(
  dataset: string,
  protocol: Protocol,
  options: Readonly<Record<string, unknown>>,
  result: Omit<Preparation, 'manifest' | 'kept'>,
) {
  const { id, version } = protocol.identity
  return {
    schema: 'kinemetric/prepare@1' as const,
    dataset,
    protocol: { id, version, digest: protocolDigest(protocol), clips: clipsDigest(protocol) },
    ...(Object.keys(options).length === 0 ? {} : { options }),
    clips: result.clips,
    ...(result.controls === undefined ? {} : { controls: result.controls }),
    failures: result.failures,
    warnings: result.warnings,
    ...(result.notes.length === 0 ? {} : { notes: result.notes }),
    ...(result.funnel === undefined ? {} : { funnel: result.funnel }),
    ...(result.removed === undefined ? {} : { removed: result.removed }),
    ...result.facts,
  }
}

/** What decides a preparation. */
export interface Inputs {
  readonly dataset: string
  readonly protocol: Protocol
  /** Names of all options that the dataset has. */
  readonly names: readonly string[]
  /** Those that decide its clips. */
  readonly options: Readonly<Record<string, unknown>>
  /** What is chosen of masks that are drawn; undefined where none are, and as long as it is not known. */
  drawing?: Readonly<Record<string, unknown>> | undefined
}

/** @throws KinemetricError `bad-option` */
export function inputsOf(
  adapter: DatasetAdapter,
  protocol: Protocol,
  given: Readonly<Record<string, unknown>> = {},
): Inputs {
  const options = decidingOptions(adapter, checkOptions(adapter, given))
  return { dataset: adapter.id, protocol, names: Object.keys(adapter.options.shape), options }
}

const reportSchema = z.object({
  dataset: z.string(),
  protocol: z.object({ id: z.string(), digest: z.string(), clips: z.string().optional() }),
  options: z.record(z.string(), z.json()).default({}),
})

/**
 * The same clips may be wanted for other metrics: what a protocol decides of clips has to be the same.
 * @throws KinemetricError `other-inputs` where a folder was prepared otherwise
 */
export async function requireSameInputs(out: string, inputs: Inputs): Promise<void> {
  const earlier = await readJson(join(out, 'prepare.json'), reportSchema).catch((error: unknown) => {
    if (isError(error, 'input', 'not-found')) return undefined
    throw error
  })
  if (earlier !== undefined) requireSame(out, earlier, inputs)
}

/** @throws KinemetricError `other-inputs` where what lies in a folder was made of others */
export function requireSame(
  out: string,
  earlier: z.infer<typeof reportSchema>,
  { dataset, protocol, names, options, drawing = {} }: Inputs,
): void {
  const digest = protocolDigest(protocol)
  const { clips } = earlier.protocol
  const sameProtocol = clips === undefined ? earlier.protocol.digest === digest : clips === clipsDigest(protocol)
  const wanted = { ...options, ...drawing }
  // Earlier builds did not write what was chosen of masks: these lie there and say it themselves.
  const knowsDrawing = Object.keys(drawing).some((name) => name in earlier.options)
  const differing = differingOptions(earlier.options, wanted).filter((name) => knowsDrawing || names.includes(name))
  if (earlier.dataset === dataset && sameProtocol && differing.length === 0) return
  const withOptions = (given: Readonly<Record<string, unknown>>) =>
    differing.map((name) => `, ${name} ${name in given ? JSON.stringify(given[name]) : 'not given'}`).join('')
  throw benchmarkError('other-inputs', out, {
    expected: `an empty folder or one prepared from ${dataset} under ${protocol.identity.id} (digest ${digest.slice(0, 12)})${withOptions(wanted)}`,
    found: `${earlier.dataset} under ${earlier.protocol.id} (digest ${earlier.protocol.digest.slice(0, 12)})${withOptions(earlier.options)}`,
    then: 'another --out, or --overwrite, which makes it anew',
  })
}

/** Names of options that have another value, by what JSON makes of it. */
export function differingOptions(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
  return names.filter((name) => jsonOf(a[name]) !== jsonOf(b[name]))
}

function jsonOf(value: unknown): string | undefined {
  return value === undefined ? undefined : canonicalJson(value)
}
