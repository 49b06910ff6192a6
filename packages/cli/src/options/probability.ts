import { InvalidArgumentError } from 'commander'

/** A parser for a number between 0 and 1, both excluded. */
export function probability(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value > 0 && value < 1))
    throw new InvalidArgumentError(`expected a number between 0 and 1, found ${text === '' ? 'nothing' : text}`)
  return value
}

/** A parser for a number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value > 0 && Number.isFinite(value)))
    throw new InvalidArgumentError(`expected a number above 0, found ${text === '' ? 'nothing' : text}`)
  return value
}
