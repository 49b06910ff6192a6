import { InvalidArgumentError } from 'commander'

/** A parser for an option that takes a whole number from `least` on, up to `most` where there is such a bound. */
export function wholeNumber(least: 0 | 1, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const upTo = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`
  return (text) => {
    const value = Number(text)
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(
        `expected a whole number from ${least}${upTo}, found ${text === '' ? 'nothing' : text}`,
      )
    return value
  }
}
