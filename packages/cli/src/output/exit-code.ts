import { errorHint } from './error-hint.ts'

/** What the process says to scripts when it ends. */
export const exitCode = {
  /** everything was done */
  done: 0,
  /** done, but some clips failed: the record lists them */
  someFailed: 1,
  /** bad input or configuration, or a run that was interrupted */
  badInput: 2,
  /** weights are missing: the message says which, how large, under which licence, and how to get them */
  weightsMissing: 3,
} as const

/** The exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): number {
  return error instanceof Error && error.name === 'WeightsMissingError' ? exitCode.weightsMissing : exitCode.badInput
}

/** What is printed for an error: its message and its causes' messages; the stack too when KINEMETRIC_DEBUG is set. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (process.env.KINEMETRIC_DEBUG) return error.stack ?? error.message
  const lines = [error.message]
  let cause = error.cause
  while (cause instanceof Error && lines.length < 5) {
    const { message } = cause
    if (!lines.some((line) => line.includes(message))) lines.push(`  because: ${message}`)
    cause = cause.cause
  }
  const hint = errorHint(error)
  return [...lines, ...(hint === undefined ? [] : [`(${hint})`])].join('\n')
}
