import { trackerChoices } from '@kinemetric/networks'
import { adapters, flagOf, optionTexts, protocols } from '@kinemetric/benchmark'
import { issuesOf, didYouMean } from '@kinemetric/files'
import { findMetric, findRecipe, metricCatalogue } from '@kinemetric/metrics'
import { groupsOf } from '@kinemetric/records'
import { methodNames } from '@kinemetric/runners'
import { z } from 'zod'
import { type Benchmark, benchmarkSchema } from './benchmark-schema.ts'
import { studyError } from './study-error.ts'

/**
 * A benchmark, as parsed from JSON: every name in it is one that there is.
 * @param where stands in the error
 * @throws KinemetricError `bad-benchmark`, naming every field that is wrong and what may have been meant
 */
export function parseBenchmark(value: unknown, where: string): Benchmark {
  const result = benchmarkSchema.safeParse(value)
  const issues = result.success ? unknownNames(result.data) : withSuggestions(result.error)
  if (!result.success || issues.length > 0)
    throw studyError('bad-benchmark', where, issues.join('; '), { details: { issues } })
  return result.data
}

/** What the schema has against it; a field that is none of its object's is told with the one that may have been meant. */
function withSuggestions(error: z.ZodError): string[] {
  return error.issues.flatMap((issue, at) => {
    if (issue.code !== 'unrecognized_keys') return [issuesOf(error)[at]]
    const known = fieldsAt(issue.path)
    return issue.keys.map((key) => unknownField([...issue.path, key].join('.'), key, known))
  })
}

function unknownField(place: string, key: string, known: readonly string[]): string {
  return `${place}: expected one of the fields ${known.join(', ')}, found ${key}${meant(key, known)}`
}

function meant(word: string, words: readonly string[]): string {
  const help = didYouMean(word, words)
  return help === undefined ? '' : ` (${help})`
}

interface JsonSchemaNode {
  properties?: Record<string, JsonSchemaNode>
  items?: JsonSchemaNode
  additionalProperties?: JsonSchemaNode | boolean
  allOf?: JsonSchemaNode[]
}

/** Names of the fields that the object at a place may have. */
function fieldsAt(path: readonly PropertyKey[]): string[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON Schema, of which these fields are read
  let node = z.toJSONSchema(benchmarkSchema, { io: 'input' }) as JsonSchemaNode | undefined
  for (const part of path) {
    const { items, properties, additionalProperties } = node ?? {}
    const other = typeof additionalProperties === 'object' ? additionalProperties : undefined
    node = typeof part === 'number' ? items : (properties?.[String(part)] ?? other)
  }
  return Object.keys(node?.properties ?? {})
}

/** What names nothing that there is, a sentence each. */
function unknownNames(benchmark: Benchmark): string[] {
  const { data, methods, claims, variants, margins, metrics } = benchmark
  const ids = methods.map(({ method, id }) => id ?? method)
  const issues = [...unknownOptions('data', data.adapter, data.options), ...unknownWords(benchmark)]
  const name = (place: string, word: string, words: readonly string[], what: string) => {
    if (!words.includes(word))
      issues.push(`${place}: expected ${what} ${words.join(', ')}, found ${word}${meant(word, words)}`)
  }
  for (const [at, protocol] of benchmark.protocols.entries())
    if (!isPath(protocol))
      name(
        `protocols.${at}`,
        protocol,
        protocols.map(({ identity }) => identity.id),
        'one of',
      )
  const metric = (place: string, text: string, groups?: readonly string[]) =>
    issues.push(...unknownMetric(place, text, groups))
  if (metrics !== 'all')
    for (const [at, text] of metrics.entries()) metric(`metrics.${at}`, text, groupsOf(metricCatalogue))
  for (const [at, { method, id, protocols: own = [] }] of methods.entries()) {
    if (!isPath(method)) name(`methods.${at}.method`, method, methodNames(), 'one of')
    if (ids.indexOf(id ?? method) < at)
      issues.push(`methods.${at}.id: expected an id of its own, found ${id ?? method} again`)
    for (const [place, protocol] of own.entries())
      name(`methods.${at}.protocols.${place}`, protocol, benchmark.protocols.map(protocolName), 'one of')
  }
  for (const [at, claim] of claims.entries()) {
    name(`claims.${at}.method`, claim.method, ids, 'one of the methods')
    name(`claims.${at}.protocol`, claim.protocol, benchmark.protocols.map(protocolName), 'one of')
  }
  name('tracker', benchmark.tracker, trackerChoices, 'one of')
  for (const id of Object.keys(margins))
    name(
      `margins.${id}`,
      id,
      metricCatalogue.map((each) => each.id),
      'one of',
    )
  for (const [at, { id, changes }] of variants.entries()) {
    if (variants.findIndex((each) => each.id === id) < at)
      issues.push(`variants.${at}.id: expected an id of its own, found ${id} again`)
    if (changes.tracker !== undefined) name(`variants.${at}.changes.tracker`, changes.tracker, trackerChoices, 'one of')
    for (const [place, text] of (changes.metrics ?? []).entries())
      metric(`variants.${at}.changes.metrics.${place}`, text)
    issues.push(...unknownOptions(`variants.${at}.changes`, data.adapter, changes.options ?? {}))
  }
  return issues
}

function unknownOptions(place: string, adapterId: string, options: Readonly<Record<string, unknown>>): string[] {
  const adapter = adapters.find(({ id }) => id === adapterId)
  if (adapter === undefined) {
    const known = adapters.map(({ id }) => id)
    return [`${place}.adapter: expected one of ${known.join(', ')}, found ${adapterId}${meant(adapterId, known)}`]
  }
  const known = optionTexts(adapter).map(({ name }) => name)
  return Object.keys(options)
    .filter((name) => !known.includes(name))
    .map(
      (name) =>
        `${place}.options.${name}: expected one of ${known.join(', ')} (${known.map(flagOf).join(', ')} of prepare), found ${name}${meant(name, known)}`,
    )
}

/** Words of `{word}` under which nothing is to be given. */
function unknownWords({ data: { given, folder, options } }: Benchmark): string[] {
  const known = Object.keys(given)
  return Object.entries({ ...options, folder }).flatMap(([option, value]) =>
    wordsIn(value)
      .filter((word) => !known.includes(word))
      .map(
        (word) =>
          `data.${option === 'folder' ? option : `options.${option}`}: expected {word} of ${known.join(', ') || 'something in data.given'}, found {${word}}${meant(word, known)}`,
      ),
  )
}

/** The words in braces of an option that is a place. */
export function wordsIn(value: unknown): string[] {
  if (typeof value !== 'string') return []
  const word = /^\{([^{}]+)\}$/.exec(value)?.[1]
  return word === undefined ? [] : [word]
}

function unknownMetric(place: string, text: string, groups: readonly string[] = []): string[] {
  if (groups.includes(text)) return []
  const [id = '', recipe] = text.split(/:(.*)/s)
  const metric = metricCatalogue.find((each) => each.id === id)
  if (metric === undefined) {
    const known = metricCatalogue.map((each) => each.id)
    const ofGroups = groups.length === 0 ? '' : ` or a group (${groups.join(', ')})`
    const said = `${place}: expected a metric (${known.join(', ')})${ofGroups}, found ${id}`
    return [`${said}${meant(id, [...groups, ...known])}`]
  }
  try {
    findRecipe(findMetric(id), recipe)
    return []
  } catch {
    const known = metric.recipes.map((each) => each.id)
    return [`${place}: expected a recipe of ${id} (${known.join(', ')}), found ${recipe}${meant(recipe ?? '', known)}`]
  }
}

/** Whether a name in a benchmark's file is the path of another file. */
export function isPath(name: string): boolean {
  return /\.json$|[/\\]/i.test(name)
}

/** What a protocol of the file is called in places that name one: a path by its file's name. */
function protocolName(protocol: string): string {
  return isPath(protocol) ? protocol.replace(/^.*[/\\]/, '').replace(/\.json$/i, '') : protocol
}
