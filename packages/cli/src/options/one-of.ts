import { cliError } from '../output/cli-error.ts'

/** @throws KinemetricError `bad-option` unless exactly one of two options was given; `given` has their values by how help writes them */
export function requireOneOf(given: Readonly<Record<string, unknown>>): void {
  const there = Object.values(given).filter((value) => value !== undefined).length
  if (there === 1) return
  const expected = `either ${Object.keys(given).join(' or ')}`
  throw cliError('bad-option', '', { expected, found: there === 0 ? 'neither' : 'both' })
}
