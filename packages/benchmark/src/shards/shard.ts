import { hashBytes } from '@kinemetric/files'
import { z } from 'zod'
import { benchmarkError } from '../failures/benchmark-error.ts'

/** One part of the clips of a benchmark, of `count`; `index` is from 1. */
export interface Shard {
  readonly index: number
  readonly count: number
}

/** So many shards at most: their numbers stand in the names of their files. */
export const mostShards = 999_999

/** A shard as files have it. */
export const shardSchema = z
  .strictObject({ index: z.int().min(1), count: z.int().min(1).max(mostShards) })
  .refine(({ index, count }) => index <= count, { error: 'expected an index from 1 to count' })

/** `2/5`. @throws KinemetricError `bad-option` */
export function parseShard(text: string): Shard {
  const found = /^(\d{1,9})\/(\d{1,9})$/.exec(text)
  const [index, count] = found === null ? [0, 0] : [Number(found[1]), Number(found[2])]
  if (index >= 1 && index <= count && count <= mostShards) return { index, count }
  throw benchmarkError('bad-option', 'shard', {
    expected: `i/N with i from 1 to N, and N up to ${mostShards}, as 1/4`,
    found: text,
  })
}

export function shardText({ index, count }: Shard): string {
  return `${index}/${count}`
}

/**
 * Whether a clip belongs to a shard. It depends on the clip's name and the number of shards alone: clips that join later move no others.
 * The first 48 bits of the name's sha256, modulo the number of shards.
 */
export function isOfShard(clip: string, { index, count }: Shard): boolean {
  return shardIndex(clip, count) === index
}

/** Which of so many shards a clip belongs to, from 1. */
export function shardIndex(clip: string, count: number): number {
  return (Number.parseInt(hashBytes(clip).slice(0, 12), 16) % count) + 1
}

/** Whether a clip of a dataset, whose name may be in any Unicode form, is one of a shard; every clip is where there are no shards. */
export function isOwnClip(id: string, shard: Shard | undefined): boolean {
  return shard === undefined || isOfShard(id.normalize('NFC'), shard)
}
