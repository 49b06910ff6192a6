import { cliError } from '../output/cli-error.ts'

/**
 * @param given options' values by how help writes them
 * @param otherwise what can be done without any of them, in words
 * @throws KinemetricError `bad-option` unless exactly one was given
 */
export function requireOneOf(given: Readonly<Record<string, unknown>>, otherwise?: string): void {
  const there = Object.values(given).filter((value) => value !== undefined).length
  if (there === 1) return
  const expected = `either ${Object.keys(given).join(' or ')}`
  throw cliError('bad-option', '', {
    expected,
    found: there === 0 ? 'neither' : 'both',
    then: there === 0 ? otherwise : undefined,
  })
}
