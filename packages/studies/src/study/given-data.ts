import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Benchmark, GivenData } from '../benchmark/benchmark-schema.ts'
import { wordsIn } from '../benchmark/parse-benchmark.ts'
import { studyError } from '../benchmark/study-error.ts'
import { didYouMean } from '@kinemetric/files'

/** Data that has to be given. */
export interface GivenState extends Pick<GivenData, 'doc' | 'from' | 'licence' | 'kind'> {
  readonly word: string
  /** Where it is; empty where it is not given or not there. */
  readonly paths: readonly string[]
  /** What was given and is not there. */
  readonly absent: readonly string[]
}

/**
 * What of a benchmark's data is given, and where.
 * @param places of `--data`, by word; under the adapter's id the folder of everything
 * @param changed options of a variant: what none of all options names is not wanted
 * @throws KinemetricError `bad-option` for a word that the benchmark does not have
 */
export function givenData(
  { data: { adapter, given, folder, options } }: Benchmark,
  places: Readonly<Record<string, readonly string[]>>,
  changed: Readonly<Record<string, unknown>> = {},
): GivenState[] {
  const wanted = new Set(Object.values({ ...options, ...changed, '': folder }).flatMap(wordsIn))
  const words = [adapter, ...Object.keys(given)]
  for (const word of Object.keys(places))
    if (!words.includes(word) || Object.keys(given).length === 0) {
      throw studyError('bad-option', '--data', {
        expected:
          Object.keys(given).length === 0
            ? 'none: this benchmark makes its data'
            : `one of ${words.map((each) => `${each}=…`).join(', ')}`,
        found: `${word}=…`,
        then: didYouMean(word, words),
      })
    }
  const roots = Object.hasOwn(given, adapter) ? [] : (places[adapter] ?? [])
  const used = Object.entries(given).filter(([word]) => wanted.has(word))
  return used.map(([word, { doc, from, licence, kind, within }]) => {
    const own = places[word] ?? []
    const below = roots.flatMap((root) => within.map((place) => join(root, place))).filter((path) => existsSync(path))
    const found =
      own.length > 0 ? own.filter((path) => existsSync(path)) : kind === 'folder' ? below.slice(0, 1) : below
    const missing =
      own.length > 0 ? own : found.length > 0 ? [] : roots.flatMap((root) => within.map((place) => join(root, place)))
    return { word, doc, from, licence, kind, paths: found, absent: missing.filter((path) => !existsSync(path)) }
  })
}

/** A value of a file with the places in it of what was given; undefined where that is missing. */
export function placed(value: unknown, given: readonly GivenState[]): unknown {
  const [word] = wordsIn(value)
  if (word === undefined) return value
  const { kind = 'folder', paths = [] } = given.find((each) => each.word === word) ?? {}
  if (paths.length === 0) return undefined
  return kind === 'files' ? paths : paths[0]
}
