import { type Address, type AddressKey, readAddress } from './address.ts'

/** A range of values; ±∞ where an end is open. */
export interface Range {
  low: number
  high: number
}

/**
 * Reads the values of an address against what the results have. What is unknown is left out and kept to be told: a link never shows something else
 * silently.
 */
export class AddressReader {
  readonly address: Address
  /** Names that the results do not have. */
  readonly unknown: string[]

  constructor(search: string) {
    const { address, unknown } = readAddress(search)
    this.address = address
    this.unknown = unknown
  }

  /** One of `known`, or undefined. */
  choice<T extends string>(key: AddressKey, known: readonly T[]): T | undefined {
    const value = this.address[key]
    if (value === undefined) return undefined
    return known.find((each) => each === value) ?? this.refuse(value)
  }

  /** Those of a list `a,b,c` that are known, each once, in the link's order; undefined where the address has none. */
  choices<T extends string>(key: AddressKey, known: readonly T[]): T[] | undefined {
    const value = this.address[key]
    if (value === undefined) return undefined
    const found = value.split(',').flatMap((name) => known.find((each) => each === name) ?? this.refuse(name) ?? [])
    return [...new Set(found)]
  }

  /** A number from `low` to `high`. */
  number(key: AddressKey, { low, high }: Range = { low: -Infinity, high: Infinity }): number | undefined {
    const value = this.address[key]
    if (value === undefined) return undefined
    const number = finite(value)
    return number !== undefined && number >= low && number <= high ? number : this.refuse(`${key}=${value}`)
  }

  /** A whole number from `low` to `high`. */
  whole(key: AddressKey, range: Range): number | undefined {
    const value = this.address[key]
    if (value === undefined || /^\d{1,9}$/.test(value)) return this.number(key, range)
    return this.refuse(`${key}=${value}`)
  }

  text(key: AddressKey): string | undefined {
    return this.address[key]
  }

  /** A loop `first-last` within `frames` frames. */
  loop(key: AddressKey, frames: number): { first: number; last: number } | undefined {
    const value = this.address[key]
    if (value === undefined) return undefined
    const match = /^(\d{1,6})-(\d{1,6})$/.exec(value)
    const [first, last] = [Number(match?.[1]), Number(match?.[2])]
    return match !== null && first < last && last < frames ? { first, last } : this.refuse(`${key}=${value}`)
  }

  /** A zoom `4@61,40`: how many times, and its middle in per cent of the picture. */
  zoom(key: AddressKey, times: readonly number[]): { times: number; x: number; y: number } | undefined {
    const value = this.address[key]
    if (value === undefined) return undefined
    const match = /^(\d{1,2})@(\d{1,3}(?:\.\d+)?),(\d{1,3}(?:\.\d+)?)$/.exec(value)
    const [scale, x, y] = [1, 2, 3].map((group) => Number(match?.[group]))
    return match !== null && times.includes(scale) && x <= 100 && y <= 100
      ? { times: scale, x, y }
      : this.refuse(`${key}=${value}`)
  }

  /**
   * What has to be told about the link, a sentence each.
   * @param board digest of the results here
   */
  notices(board: string): string[] {
    const { r } = this.address
    const here = board.slice(0, 8)
    return [
      ...(r !== undefined && r !== here
        ? [`This link was made from other results (${r.slice(0, 64)}; here ${here}). Numbers can differ.`]
        : []),
      ...[...new Set(this.unknown)].map(
        (name) => `This link names ‘${name.slice(0, 80)}’, which these results do not have; shown without it.`,
      ),
    ]
  }

  /** Notes a name that is not known. */
  refuse(name: string): undefined {
    this.unknown.push(name)
    return undefined
  }
}

/** The number of a text, a true minus too; undefined where it is none. */
export function finite(text: string | undefined): number | undefined {
  if (text === undefined || !/^[-−]?\d*\.?\d+(e[-+]?\d{1,3})?$/i.test(text)) return undefined
  const number = Number(text.replace('−', '-'))
  return Number.isFinite(number) ? number : undefined
}
