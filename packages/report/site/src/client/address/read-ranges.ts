import type { AddressKey } from './address.ts'
import { type AddressReader, finite, type Range } from './read-values.ts'

/** Ranges `metric.method:low..high` of an address, comma separated; either end may be missing. What is unknown stays with the reader. */
export function readRanges<T>(
  reader: AddressReader,
  key: AddressKey,
  find: (name: string) => T | undefined,
): (Range & { of: T })[] {
  return (reader.address[key]?.split(',') ?? []).flatMap((text) => {
    const match = /^(.+):([^:]*)\.\.([^:]*)$/.exec(text)
    const of = match === null ? undefined : find(match[1])
    const low = match?.[2] === '' ? -Infinity : finite(match?.[2])
    const high = match?.[3] === '' ? Infinity : finite(match?.[3])
    if (of !== undefined && low !== undefined && high !== undefined) return [{ of, low, high }]
    reader.refuse(text)
    return []
  })
}
