import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { isError, didYouMean, ownFolder, readRawJson } from '@kinemetric/files'
import type { Benchmark } from './benchmark-schema.ts'
import { isPath, parseBenchmark } from './parse-benchmark.ts'
import { studyError } from './study-error.ts'

/** A benchmark and the folder that paths in its file count from. */
export interface FoundBenchmark {
  readonly benchmark: Benchmark
  /** The name or the file as it was asked for: what a command calls it by. */
  readonly asked: string
  readonly path: string
  readonly folder: string
}

/** Names of the benchmarks that come with this version, in order. */
export function benchmarkNames(): string[] {
  const root = ownFolder('studies')
  if (!existsSync(root)) return []
  return readdirSync(root)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort()
}

/**
 * The benchmark of a name that comes along, or of a file: what ends in `.json` or has a slash is one.
 * @throws KinemetricError `unknown-benchmark`; `bad-benchmark`, naming the field and what may have been meant; as reading files does
 */
export async function findBenchmark(nameOrFile: string): Promise<FoundBenchmark> {
  const names = benchmarkNames()
  if (!isPath(nameOrFile) && !names.includes(nameOrFile)) {
    throw studyError('unknown-benchmark', '', {
      expected: `one of the benchmarks that come along (${names.join(', ')}) or the path of a benchmark's file`,
      found: nameOrFile,
      then: didYouMean(nameOrFile, names),
    })
  }
  const path = isPath(nameOrFile) ? resolve(nameOrFile) : join(ownFolder('studies'), `${nameOrFile}.json`)
  const value = await readRawJson(path).catch((cause: unknown) => {
    if (!isError(cause, 'input', 'not-json')) throw cause
    throw studyError('bad-benchmark', path, { expected: 'a benchmark (JSON)', found: cause.found }, { cause })
  })
  return { benchmark: parseBenchmark(value, path), asked: nameOrFile, path, folder: dirname(path) }
}
