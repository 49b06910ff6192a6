import { isDeepStrictEqual } from 'node:util'
import { codeText, otherVersionText, provenanceSchema } from '@kinemetric/records'
import { devicesOf, distinct, environmentsOf, type RunFields } from '../provenance/run-fields.ts'
import type { RunShardFile } from '../provenance/run-shard-file.ts'

/** What run.json says of a run that was made in shards: what a run of all clips says, and in how many. */
export type MergedFields = RunFields & { counts: NonNullable<RunFields['counts']>; shards: number }

/**
 * The run that finished shards are together, in the order in which run.json has its fields.
 * @param files of all shards, in their order; at least one
 */
export function mergedRun(files: readonly RunShardFile[]): MergedFields {
  const runs = files.map(({ run }) => run)
  const [{ method, config, manifest, noise, samples }] = runs
  // A shard without a clip that the method can do opened nothing and was made nowhere.
  const made = runs.filter(({ environment }) => environment !== undefined)
  const last = made.at(-1)
  const devices = distinct(made.flatMap(devicesOf))
  const environments = distinct(made.flatMap(environmentsOf))
  const device = last?.device
  const pairs = runs.some((run) => run.pairs !== undefined)
  return {
    method,
    config,
    manifest,
    ...(noise === undefined ? {} : { noise }),
    ...(device === undefined ? {} : { device }),
    ...(devices.length > 1 ? { devices } : {}),
    ...(last?.weights === undefined ? {} : { weights: last.weights }),
    ...(last?.environment === undefined ? {} : { environment: last.environment }),
    ...(environments.length > 1 ? { environments } : {}),
    started: runs.map(({ started }) => started).sort()[0],
    ...(samples === undefined ? {} : { samples }),
    counts: sumOf(runs.map(({ counts }) => counts)),
    ...(pairs ? { pairs: sumOf(runs.map((run) => run.pairs)) } : {}),
    finished: runs
      .flatMap(({ finished }) => finished ?? [])
      .sort()
      .at(-1),
    shards: files.length,
  }
}

function sumOf(parts: readonly RunFields['counts'][]): NonNullable<RunFields['counts']> {
  const sum = (of: 'total' | 'ok' | 'failed') => parts.reduce((total, part) => total + (part?.[of] ?? 0), 0)
  return { total: sum('total'), ok: sum('ok'), failed: sum('failed') }
}

/** Parts in which two shards of a run must not differ and do, in words. @param a what is expected */
export function runDifferences(a: RunFields, b: RunFields): string[] {
  // Of those that were made: a shard without clips knows neither.
  if (!isMade(a, b)) return identityDifferences(a, b)
  return [
    ...identityDifferences(a, b),
    ...(isDeepStrictEqual(codesOf(a), codesOf(b)) ? [] : [otherVersionText(codesText(b), codesText(a))]),
    ...(isDeepStrictEqual(weightsOf(a), weightsOf(b)) ? [] : ['weights']),
  ]
}

/** The same of what makes them shards of one run, whatever made them. */
export function identityDifferences(a: RunFields, b: RunFields): string[] {
  const parts: Readonly<Record<string, (run: RunFields) => unknown>> = {
    method: ({ method }) => [method.id, method.version],
    'method.json': ({ method }) => method,
    settings: ({ config }) => config,
    manifest: ({ manifest }) => manifest,
    noise: ({ noise }) => noise,
    // Those that are not finished do not say it.
    'number of samples': ({ samples }) => (a.finished !== undefined && b.finished !== undefined ? samples : undefined),
  }
  const names = Object.entries(parts).flatMap(([name, of]) => (isDeepStrictEqual(of(a), of(b)) ? [] : [name]))
  return names.includes('method') ? names.filter((name) => name !== 'method.json') : names
}

function weightsOf({ weights = [] }: RunFields): string[][] {
  return weights.map(({ id, sha256 }) => [id, sha256])
}

function isMade(...runs: readonly RunFields[]): boolean {
  return runs.every(({ environment }) => environment !== undefined)
}

const codeSchema = provenanceSchema.shape.code

function codesText(run: RunFields): string {
  const texts = codesOf(run).map((code) => {
    const known = codeSchema.safeParse(code).data
    return known === undefined ? JSON.stringify(code) : codeText(known)
  })
  return texts.join(' and ')
}

/** Versions of the code that made the samples. */
function codesOf(run: RunFields): unknown[] {
  return distinct(environmentsOf(run).map(({ code }) => code))
}
