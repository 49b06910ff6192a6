/** What stands before the command: `--config <file>`. */
export interface FirstWords {
  /** The file of settings that was named; undefined where none was, or where its name is missing. */
  config: string | undefined
  /** The command and all behind it. */
  rest: readonly string[]
}

/** Takes what is said to all commands off a command line. */
export function firstWords(argv: readonly string[]): FirstWords {
  const [first = '', second] = argv
  if (first === '--config' && second !== undefined) return { config: second, rest: argv.slice(2) }
  if (first.startsWith('--config=')) return { config: first.slice('--config='.length), rest: argv.slice(1) }
  return { config: undefined, rest: argv }
}

/** The words that name the command: `report build`. @param names of the commands within the first */
export function commandWords(rest: readonly string[], names: (first: string) => readonly string[]): string | undefined {
  const [first, second] = rest
  if (first === undefined || first.startsWith('-')) return undefined
  return second !== undefined && names(first).includes(second) ? `${first} ${second}` : first
}
