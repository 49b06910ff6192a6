import { InvalidArgumentError } from 'commander'

/** A parser for an option that takes a whole number from `least` on. */
export function wholeNumber(least: 0 | 1): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`expected a whole number from ${least}, found ${text === '' ? 'nothing' : text}`)
    return value
  }
}
