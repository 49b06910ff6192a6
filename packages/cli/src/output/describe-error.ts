import { isError } from '@kinemetric/files'

/** What helps with an error of another package, which knows nothing of options, by the error's code: the first of which a command has every option. */
const hints: Readonly<Record<string, readonly string[]>> = {
  'record-exists': [
    '--overwrite replaces it; --out and --method choose another place',
    '--overwrite replaces it; --out chooses another place',
  ],
  'other-inputs': ['--restart forgets that unfinished run'],
}

/**
 * What is printed for an error: its message and its causes' messages; the stack too when KINEMETRIC_DEBUG is set.
 * @param options those of the command that ended with it (`--overwrite`): no other is advised
 */
export function describeError(error: unknown, options: readonly string[] = []): string {
  if (!(error instanceof Error)) return indented(String(error))
  if (process.env.KINEMETRIC_DEBUG) return error.stack ?? error.message
  const lines = [indented(error.message)]
  let cause = error.cause
  while (cause instanceof Error && lines.length < 5) {
    const { message } = cause
    // What its place was said of once is not said again.
    const said = indented(saidBy(cause))
    if (!lines.some((line) => line.includes(said))) lines.push(`  because: ${indented(message)}`)
    cause = cause.cause
  }
  const known = isError(error) && Object.hasOwn(hints, error.code) ? hints[error.code] : []
  const hint = known.find((each) => optionsIn(each).every((option) => options.includes(option)))
  if (hint !== undefined) lines.push(`(${hint})`)
  if (isError(error)) lines.push(...lastLinesOf(error.details).map((line) => `  | ${line}`))
  return lines.join('\n')
}

/** What an error says of what went wrong, without what helps. */
function saidBy(error: Error): string {
  if (!isError(error)) return error.message
  return error.expected === '' ? error.sentence : `expected ${error.expected}, found ${error.found}`
}

function optionsIn(text: string): string[] {
  return text.match(/--[a-z-]+/g) ?? []
}

/** What a program that broke down said last. */
function lastLinesOf({ lastLines }: Readonly<Record<string, unknown>>): string[] {
  return Array.isArray(lastLines) ? lastLines.map(String) : []
}

/** A message of several lines may hold somebody else's: only its first line begins where ours do. */
function indented(message: string): string {
  return message.replaceAll('\n', '\n  ')
}
