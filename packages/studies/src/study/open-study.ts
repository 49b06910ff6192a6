import { resolve } from 'node:path'
import { type MetricChoice, metricsOf, openProtocol, type Protocol, protocols as toolkit } from '@kinemetric/benchmark'
import { didYouMean } from '@kinemetric/files'
import { findMetric, findRecipe, metricCatalogue } from '@kinemetric/metrics'
import { withoutGroups } from '@kinemetric/records'
import { findMethod } from '@kinemetric/runners'
import type { Benchmark, BenchmarkMethod, BenchmarkVariant } from '../benchmark/benchmark-schema.ts'
import { isPath } from '../benchmark/parse-benchmark.ts'
import { readStudyClaims } from '../benchmark/read-study-claims.ts'
import { studyError } from '../benchmark/study-error.ts'
import { givenData, placed } from './given-data.ts'
import type { Study, StudyData, StudyMethod, StudyProtocol } from './study.ts'
import type { StudyAsk } from './study-options.ts'
import { studyPlaces } from './study-places.ts'

/**
 * A benchmark with what was asked for, every name resolved; nothing is read but small files.
 * @throws KinemetricError `bad-option` for a method, protocol, variant, setting or word that the benchmark does not have; as finding methods and protocols, and reading claims do
 */
export async function openStudy(ask: StudyAsk): Promise<Study> {
  const { benchmark } = ask.benchmark
  const variant = ask.variant === undefined ? undefined : variantOf(benchmark, ask.variant)
  const changes = variant?.changes ?? {}
  const asked = benchmark.metrics === 'all' ? 'all' : withoutGroups(benchmark.metrics, metricCatalogue)
  const metrics = metricsWith(asked, changes.metrics)
  const protocols = await protocolsOf(ask, metrics, changes)
  const methods: StudyMethod[] = []
  for (const row of methodsOf(ask)) methods.push(await methodOf(row, ask, changes, protocols))
  // Hours of work would end with what can be said at once.
  await readStudyClaims(ask.benchmark)
  const used = protocols.filter(({ id }) => methods.some((each) => each.protocols.includes(id)))
  requireSettings(ask, methods)
  const data = dataOf(ask, changes)
  return {
    ask,
    benchmark: { ...benchmark, metrics },
    variant,
    protocols: used,
    methods,
    data,
    tracker: changes.tracker ?? benchmark.tracker,
    sample: changes.sample,
  }
}

function variantOf({ variants }: Benchmark, id: string): BenchmarkVariant {
  return named('--variant', id, variants, ({ id: own }) => own)
}

function named<T>(option: string, asked: string, all: readonly T[], idOf: (each: T) => string): T {
  const found = all.find((each) => idOf(each) === asked)
  if (found !== undefined) return found
  const ids = all.map(idOf)
  throw studyError('bad-option', option, {
    expected: ids.length === 0 ? 'none: there are none' : `one of ${ids.join(', ')}`,
    found: asked,
    then: didYouMean(asked, ids),
  })
}

/** The benchmark's metrics with those of a variant in place of the same metric's. */
export function metricsWith(metrics: Benchmark['metrics'], others: readonly string[] = []): Benchmark['metrics'] {
  if (metrics === 'all' || others.length === 0) return metrics
  const replaced = new Set(others.map(metricOf))
  return [...metrics.filter((text) => !replaced.has(metricOf(text))), ...others]
}

/** The metric of `metric:recipe`. */
export function metricOf(text: string): string {
  return text.split(':', 1)[0]
}

async function protocolsOf(
  { benchmark: { benchmark, folder }, protocols: asked }: StudyAsk,
  metrics: Benchmark['metrics'],
  changes: BenchmarkVariant['changes'],
): Promise<StudyProtocol[]> {
  const all: StudyProtocol[] = []
  for (const name of benchmark.protocols) {
    const protocol = await openProtocol(isPath(name) ? resolve(folder, name) : name)
    const isOurs = toolkit.includes(protocol)
    all.push({
      id: protocol.identity.id,
      protocol: withChanges(withMetrics(protocol, metrics), changes),
      prepared: isOurs ? name : protocol,
    })
  }
  return asked === undefined ? all : asked.map((id) => named('--protocols', id, all, (each) => each.id))
}

/** A protocol among whose metrics are those of the benchmark: they join it and change no digest. */
function withMetrics(protocol: Protocol, metrics: Benchmark['metrics']): Protocol {
  if (metrics === 'all') return protocol
  const has = ({ metric, recipe }: MetricChoice) =>
    metricsOf(protocol).some((own) => own.metric === metric && own.recipe === recipe)
  const joining = metrics.map((text): MetricChoice => {
    const [metric = '', recipe] = text.split(/:(.*)/s)
    return { metric, recipe: findRecipe(findMetric(metric), recipe).id, default: true }
  })
  return { ...protocol, added: [...protocol.added, ...joining.filter((each) => !has(each))] }
}

/** A protocol with other scored frames or points: its clips are cut alike, so that the same clips serve it. */
function withChanges(protocol: Protocol, { excludedFrames, pointSeed, points }: BenchmarkVariant['changes']): Protocol {
  const { identity } = protocol
  return {
    ...protocol,
    identity: {
      ...identity,
      ...(excludedFrames === undefined ? {} : { excludedFrames }),
      ...(points === undefined ? {} : { motion: { ...identity.motion, points } }),
      ...(pointSeed === undefined ? {} : { seeds: { ...identity.seeds, points: pointSeed } }),
    },
  }
}

function methodsOf({ benchmark: { benchmark }, methods }: StudyAsk): BenchmarkMethod[] {
  if (methods === undefined) return benchmark.methods.filter(({ optional }) => !optional)
  return [...new Set(methods)].map((id) => named('--methods', id, benchmark.methods, idOf))
}

function idOf({ method, id }: BenchmarkMethod): string {
  return id ?? (isPath(method) ? method.replace(/[/\\]method\.json$/, '').replace(/^.*[/\\]/, '') : method)
}

async function methodOf(
  row: BenchmarkMethod,
  ask: StudyAsk,
  changes: BenchmarkVariant['changes'],
  protocols: readonly StudyProtocol[],
): Promise<StudyMethod> {
  const { benchmark, folder } = ask.benchmark
  const method = await findMethod(isPath(row.method) ? resolve(folder, row.method) : row.method)
  const { spec } = method
  const names = [...new Set([...Object.keys(spec.settings), ...Object.keys(spec.defaults)])]
  for (const name of Object.keys(row.settings ?? {}))
    named(`settings of ${idOf(row)} in ${benchmark.id}`, name, names, (each) => each)
  const known = (settings: Readonly<Record<string, unknown>> = {}) =>
    Object.fromEntries(Object.entries(settings).filter(([name]) => name in spec.settings || name in spec.defaults))
  const most = spec.capabilities.samples ?? ('seed' in spec.settings || method.native === undefined ? Infinity : 1)
  const seed = ask.seed ?? benchmark.seed
  const asked = known(ask.settings)
  const wanted = ask.samples ?? changes.samples ?? benchmark.samples
  const file = { ...row.settings, ...known({ seed: benchmark.seed }), ...known(changes.settings) }
  const changed = Object.entries({ ...asked, ...(ask.seed === undefined ? {} : known({ seed })) })
    .filter(([name, value]) => JSON.stringify(file[name]) !== JSON.stringify(value))
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
  const ownProtocols = row.protocols ?? protocols.map(({ id }) => id)
  return {
    id: idOf(row),
    name: row.name,
    method,
    protocols: protocols.map(({ id }) => id).filter((id) => ownProtocols.includes(id)),
    settings: { ...file, ...known({ seed }), ...known(changes.settings), ...asked },
    preset: row.preset,
    samples: Math.min(most, wanted),
    device: ask.provider !== undefined && spec.capabilities.devices.includes(ask.provider) ? ask.provider : 'cpu',
    changed,
  }
}

/** @throws KinemetricError `bad-option` for a setting that none of the methods has */
function requireSettings({ settings = {} }: StudyAsk, methods: readonly StudyMethod[]): void {
  const names = [
    ...new Set(
      methods.flatMap(({ method: { spec } }) => [...Object.keys(spec.settings), ...Object.keys(spec.defaults)]),
    ),
  ]
  for (const name of Object.keys(settings)) if (!names.includes(name)) named('--set', name, names, (each) => each)
}

function dataOf(ask: StudyAsk, changes: BenchmarkVariant['changes']): StudyData {
  const { benchmark } = ask.benchmark
  const { adapter, folder = '', options, make, masks } = benchmark.data
  const given = givenData(benchmark, ask.data ?? {}, changes.options)
  if (make === undefined && ask.clips !== undefined)
    throw studyError('bad-option', '--clips', { expected: 'a benchmark that makes its scenes', found: benchmark.id })
  const place = placed(folder, given)
  return {
    adapter,
    folder: make === undefined ? (typeof place === 'string' ? place : '') : studyPlaces(ask.out).data,
    options: Object.fromEntries(
      Object.entries({ ...options, ...changes.options }).flatMap(([name, value]) => {
        const found = placed(value, given)
        return found === undefined ? [] : [[name, found]]
      }),
    ),
    // Where masks are given, or boxes do, none are drawn.
    masks: { ...options, ...changes.options }.control === 'sam2' ? (changes.masks ?? masks) : undefined,
    make: make === undefined ? undefined : { ...make, clips: ask.clips ?? make.clips, seed: ask.seed ?? make.seed },
    given,
  }
}
