import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isError } from '@kinemetric/files'
import type { Random } from './random.ts'

export const root = join(import.meta.dirname, '..', '..')

export interface Parser {
  readonly kind: 'binary' | 'zip' | 'json' | 'jsonl'
  readonly seeds: readonly Uint8Array[]
  /** Inputs of the format's grammar, besides changes of the seeds. */
  readonly generate?: (random: Random) => Uint8Array
  /** Where the input lies, in a folder of its own, for parsers that read files. */
  readonly file?: string
  /** How many of the inputs it gets, where one takes long. */
  readonly share?: number
  /** Throws where it refuses the input. What it returns says what is wrong with an answer that it gave. */
  readonly run: (bytes: Uint8Array, path: string) => string | undefined | Promise<string | undefined>
}

/** What is not there or not ours to read is an answer; anything else of another kind is a fault. */
export function ours<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!isError(error)) throw error
    return undefined
  }
}

/** Files of the repository, sorted by path. */
export const read = (pattern: string): Buffer[] =>
  globSync(pattern, { cwd: root })
    .sort()
    .map((path) => readFileSync(join(root, path)))

export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
