import { isDeepStrictEqual } from 'node:util'
import { InvalidArgumentError } from 'commander'

/** Parses `--set name=value`: the value is JSON, or else text. */
export function collectSetting(text: string, previous: Record<string, unknown> = {}): Record<string, unknown> {
  const at = text.indexOf('=')
  if (at <= 0) throw new InvalidArgumentError(`expected name=value, found ${text}`)
  const name = text.slice(0, at)
  const value = valueOf(text.slice(at + 1))
  if (Object.hasOwn(previous, name) && !isDeepStrictEqual(previous[name], value))
    throw new InvalidArgumentError(`expected one value of ${name}, found two: which of them is meant?`)
  return { ...previous, [name]: value }
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
