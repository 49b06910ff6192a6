import { print } from './print.ts'

/** Prints a value as JSON for scripts: all that a command says on stdout then. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}
