import { isError, KinemetricError } from './kinemetric-error.ts'

/** An error as it crosses from one process to another. */
export interface Failure {
  readonly kind?: KinemetricError['kind'] | undefined
  readonly code?: string | undefined
  readonly where?: string | undefined
  readonly expected?: string | undefined
  readonly found?: string | undefined
  readonly sentence: string
  /** Facts for programs, as JSON. */
  readonly details?: string | undefined
  readonly stack?: string | undefined
}

/** An error made ready to cross. */
export function failureOf(error: unknown): Failure {
  if (!isError(error)) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error))
    return { sentence: message, stack }
  }
  const { kind, code, where, expected, found, sentence, details, stack } = error
  return { kind, code, where, expected, found, sentence, details: JSON.stringify(details), stack }
}

/** The error that crossed, of our class where it was. Its stack is the other process's. */
export function errorOf({ kind, code, where, expected, found, sentence, details, stack }: Failure): Error {
  const error =
    kind === undefined || code === undefined
      ? new Error(sentence)
      : new KinemetricError(kind, code, where ?? '', saidOf(sentence, expected, found), {
          // oxlint-disable-next-line typescript/no-unsafe-assignment -- JSON of our own making
          details: details === undefined ? {} : JSON.parse(details),
        })
  if (stack !== undefined) error.stack = stack
  return error
}

function saidOf(sentence: string, expected = '', found = '') {
  if (expected === '' && found === '') return sentence
  const [, then] = sentence.split(`expected ${expected}, found ${found}; `)
  return { expected, found, then }
}
