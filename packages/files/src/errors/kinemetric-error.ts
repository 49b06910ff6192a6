import { basename } from 'node:path'

/**
 * What an error means for whoever meets it:
 * `input`: what was given is wrong · `missing`: something needed is not here, the message has the command that gets it · `unfit`: one clip or file
 * cannot be used, a run goes on · `conflict`: somebody else's work is there · `disk`: cannot be written, what was computed is kept · `stopped`: aborted
 * or out of time, the next run goes on · `broken`: a program broke its word, or a bug.
 */
export type ErrorKind = 'input' | 'missing' | 'unfit' | 'conflict' | 'disk' | 'stopped' | 'broken'

/** What an error says: what was expected and what was found, and what helps; or one sentence where neither fits. */
export type Said = { expected: string; found: string; then?: string | undefined } | string

export interface ErrorOptionsWithDetails extends ErrorOptions {
  /** Facts for programs: an HTTP status, the issues of a schema, the entry of a missing weight. */
  details?: Readonly<Record<string, unknown>> | undefined
}

/** The one error class. Callers branch on `kind`; tests and users on `code`. Its message is `<where>: expected <expected>, found <found>`. */
export class KinemetricError extends Error {
  override readonly name = 'KinemetricError'
  readonly kind: ErrorKind
  readonly code: string
  /** File, folder, option, metric or function in question; empty where there is no such place. */
  readonly where: string
  /** Empty where the error is one sentence. */
  readonly expected: string
  readonly found: string
  /** What helps, where something is known to. */
  readonly help: string | undefined
  /** The message without `where`: for records, which must not depend on where files lie. */
  readonly sentence: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(kind: ErrorKind, code: string, where: string, said: Said, options: ErrorOptionsWithDetails = {}) {
    const sentence = sentenceOf(said)
    super(where === '' ? sentence : `${where}: ${sentence}`, 'cause' in options ? { cause: options.cause } : undefined)
    this.kind = kind
    this.code = code
    this.where = where
    this.expected = typeof said === 'string' ? '' : said.expected
    this.found = typeof said === 'string' ? '' : said.found
    this.help = typeof said === 'string' ? undefined : said.then
    this.sentence = sentence
    this.details = options.details ?? {}
  }
}

function sentenceOf(said: Said): string {
  if (typeof said === 'string') return said
  return `expected ${said.expected}, found ${said.found}${said.then === undefined ? '' : `; ${said.then}`}`
}

/** Makes the errors of one package. */
export type ErrorsOf<Code extends string> = (
  code: Code,
  where: string,
  said: Said,
  options?: ErrorOptionsWithDetails,
) => KinemetricError

/**
 * The function that makes a package's errors, from its table of codes: a misspelt code does not compile.
 * @param kinds each code with what it means
 */
export function errorsOf<const Kinds extends Readonly<Record<string, ErrorKind>>>(
  kinds: Kinds,
): ErrorsOf<Extract<keyof Kinds, string>> {
  return (code, where, said, options) => new KinemetricError(kinds[code], code, where, said, options)
}

/** Whether an error is ours, of this kind (any, where not given) and of one of these codes (any, where none is given). */
export function isError(error: unknown, kind?: ErrorKind, ...codes: readonly string[]): error is KinemetricError {
  if (!(error instanceof KinemetricError)) return false
  return (kind === undefined || error.kind === kind) && (codes.length === 0 || codes.includes(error.code))
}

/** The same error with its place, for what reads bytes without knowing where they lie. */
export function errorAt(where: string, error: KinemetricError): KinemetricError {
  const { kind, code, sentence, details } = error
  return new KinemetricError(kind, code, where, sentence, { cause: error, details })
}

/** What an error says, with names of files in place of their paths: for records, which are the same wherever the files lie. */
export function portableMessage(error: KinemetricError): string {
  return error.where === '' ? error.sentence : `${basename(error.where)}: ${error.sentence}`
}
