import { isError, type KinemetricError } from '@kinemetric/files'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { Shard } from './shard.ts'
import { shardTexts, wholeShards } from './whole-shards.ts'

/** How shards of one thing are looked at, number by number. */
export interface NumbersOfShards<Found> {
  /** What they are shards of, for messages. */
  of: string
  shardOf: (found: Found) => Shard
  /** Those of one number, each once, in their order. @throws KinemetricError `bad-shards` for what keeps them from being whole */
  wholeOf: (found: readonly Found[]) => Found[]
  /** @throws KinemetricError `bad-shards` unless the shards of two numbers, both whole, say the same */
  requireSame: (chosen: readonly Found[], other: readonly Found[]) => void
}

/** All shards of one thing, and those of other numbers that are not needed. */
export interface ChosenNumber<Found> {
  /** Each once, in their order. */
  shards: Found[]
  passedOver: Shard[]
}

/**
 * The shards of a thing that are all there and whole. Of shards of several numbers those of the number that is whole; of several that are, which then say the same,
 * those of the smallest.
 * @param found at least one
 * @throws KinemetricError `bad-shards` for what keeps them from being one
 */
export function chooseNumber<Found>(
  found: readonly Found[],
  { of, shardOf, wholeOf, requireSame }: NumbersOfShards<Found>,
): ChosenNumber<Found> {
  const counts = [...Map.groupBy(found, (each) => shardOf(each).count)].toSorted(([a], [b]) => a - b)
  const [[, only]] = counts
  if (counts.length === 1) return { shards: wholeOf(only), passedOver: [] }
  const whole: Found[][] = []
  const passedOver: Shard[] = []
  const reasons: KinemetricError[] = []
  for (const [, shards] of counts)
    try {
      whole.push(wholeOf(shards))
    } catch (error) {
      if (!isError(error, 'input', 'bad-shards')) throw error
      reasons.push(error)
      passedOver.push(...shards.map(shardOf))
    }
  const [shards, ...others] = whole
  if (shards === undefined) {
    const words = counts.map(([, some]) => shardTexts(some.map(shardOf)))
    const why = reasons.map((reason, at) => `of ${counts[at][0]}: ${reason.message}`)
    throw benchmarkError('bad-shards', of, {
      expected: 'all shards of one number',
      found: `${words.join(' and ')} (${why.join('; ')})`,
      then: 'finish those of one number: what the others have is taken over in the same folder',
    })
  }
  for (const other of others) {
    requireSame(shards, other)
    passedOver.push(...other.map(shardOf))
  }
  return { shards, passedOver }
}

/**
 * Holds against gaps what lies there, before any of it is read that takes long.
 * @param found at least one
 * @throws KinemetricError `bad-shards` where of no number all shards are there
 */
export function requireNoGap<Found>(
  found: readonly Found[],
  { of, shardOf }: Pick<NumbersOfShards<Found>, 'of' | 'shardOf'>,
): void {
  const wholeOf = (some: readonly Found[]) => wholeShards(some, { of, shardOf, oneOf: ([first]) => first })
  chooseNumber(found, { of, shardOf, wholeOf, requireSame: () => undefined })
}

/** What is said of shards that are not needed. @param count of those that are */
export function passedOverText(count: number, passedOver: readonly Shard[]): string {
  const there = count === 1 ? 'the only shard of another number is there' : `all ${count} shards are there`
  return `${there}; passed over: ${shardTexts(passedOver)}`
}
