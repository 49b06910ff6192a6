import { seededRandom } from './seeded-random.ts'

/** What exchanging units between two methods says of their difference. */
export interface ExchangeTest {
  /** Two-sided p: the share of exchanges with a difference as far from 0 as the observed one. */
  p: number
  /** Smallest p that so many exchanges can give. */
  smallestP: number
  /** 95 % point of |difference| under exchange: the ⌈0.95·N⌉-th smallest of N. */
  criticalValue: number
  /** Random exchanges; null where all were enumerated. */
  draws: number | null
}

export interface ExchangeOptions {
  seed: number
  /** Level of the family and comparisons in it: fewer draws than these need are worth nothing. */
  alpha: number
  comparisons: number
  /** Random exchanges, taken as given. */
  draws?: number | undefined
  /** Exchanges that are affordable. */
  affordable: number
  signal?: AbortSignal | undefined
}

/** Up to so many units all 2^G exchanges are made. */
const MOST_ENUMERATED = 12
const DRAWS = 9999

/** How many exchanges will be made, null for all of them; in words why there will be none. Nothing is computed for it. */
export function plannedExchanges(
  units: number,
  options: Pick<ExchangeOptions, 'alpha' | 'comparisons' | 'draws' | 'affordable'>,
): { draws: number | null } | string {
  const least = Math.ceil((4 * options.comparisons) / options.alpha) - 1
  if (units <= MOST_ENUMERATED && 2 ** (units - 1) <= options.affordable) return { draws: null }
  const draws = options.draws ?? Math.min(DRAWS, Math.floor(options.affordable))
  if (options.draws === undefined && draws < Math.min(DRAWS, least))
    return `${least} exchanges would be needed for ${options.comparisons} comparisons, ${draws} are affordable`
  return { draws }
}

/**
 * Exchange of units between two methods: under the hypothesis that it does not matter which method made a unit, exchanging the two versions of any units
 * leaves the distribution of the difference as it is.
 *
 * Up to 12 units all exchanges are made (half of them: the other half has the opposite sign); beyond, 9,999 drawn ones, the observed one counting as one more,
 * or fewer where they cost too much, down to the number at which 2/(B + 1) reaches alpha/(2·comparisons).
 *
 * @param difference of the two methods with these units exchanged (`[G]`, 1 where exchanged; one buffer, overwritten)
 * @returns in words why there is none where too few are affordable
 * Source: Phipson & Smyth, Permutation p-values should never be zero, 2010, for the observed exchange that counts.
 */
export async function exchangeTest(
  units: number,
  observed: number,
  difference: (exchanged: Uint8Array) => Promise<number>,
  options: ExchangeOptions,
): Promise<ExchangeTest | string> {
  const planned = plannedExchanges(units, options)
  if (typeof planned === 'string') return planned
  return planned.draws === null
    ? enumerated(units, observed, difference, options.signal)
    : drawn(units, observed, difference, planned.draws, options)
}

async function enumerated(
  units: number,
  observed: number,
  difference: (exchanged: Uint8Array) => Promise<number>,
  signal: AbortSignal | undefined,
): Promise<ExchangeTest> {
  const half = 2 ** (units - 1)
  const sizes = new Float64Array(half)
  const exchanged = new Uint8Array(units)
  for (let mask = 0; mask < half; mask++) {
    signal?.throwIfAborted()
    for (let g = 0; g < units; g++) exchanged[g] = (mask >>> g) & 1
    sizes[mask] = Math.abs(await difference(exchanged))
  }
  return {
    p: asFar(sizes, observed) / half,
    smallestP: 1 / half,
    criticalValue: sizes.sort()[Math.ceil(0.95 * half) - 1],
    draws: null,
  }
}

async function drawn(
  units: number,
  observed: number,
  difference: (exchanged: Uint8Array) => Promise<number>,
  draws: number,
  { seed, signal }: ExchangeOptions,
): Promise<ExchangeTest> {
  const random = seededRandom(seed)
  const sizes = new Float64Array(draws + 1)
  sizes[draws] = Math.abs(observed)
  const exchanged = new Uint8Array(units)
  for (let r = 0; r < draws; r++) {
    signal?.throwIfAborted()
    let word = 0
    for (let g = 0; g < units; g++) {
      if (g % 32 === 0) word = random.bits()
      exchanged[g] = (word >>> (g % 32)) & 1
    }
    sizes[r] = Math.abs(await difference(exchanged))
  }
  return {
    p: asFar(sizes, observed) / (draws + 1),
    smallestP: 1 / (draws + 1),
    criticalValue: sizes.sort()[Math.ceil(0.95 * (draws + 1)) - 1],
    draws,
  }
}

/** How many are as far as the observed difference; what is equal up to rounding counts. */
function asFar(sizes: Float64Array, observed: number): number {
  const threshold = Math.abs(observed) * (1 - 1e-9)
  let count = 0
  for (const size of sizes) if (size >= threshold) count++
  return count
}
