import { assert, integer, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isOfShard, parseShard, type Shard } from '../../src/index.ts'

describe('which shard a clip is of', () => {
  test('exactly one, by its name alone', () => {
    assert(
      property(string(), integer({ min: 1, max: 64 }), (clip, count) => {
        const shards = Array.from({ length: count }, (_, i): Shard => ({ index: i + 1, count }))
        expect(shards.filter((each) => isOfShard(clip, each))).toHaveLength(1)
      }),
      { seed: 13, numRuns: 200 },
    )
  })

  test.each(['0/3', '4/3', '1/0', 'x', '1', '1/3/4', '-1/3', '1.5/3'])('%s is refused', (text) => {
    expect(() => parseShard(text)).toThrow(/expected i\/N/)
  })

  test.each(['1/1000000', '1/99999999999'])('%s is refused, and it is said how many there may be', (text) => {
    expect(() => parseShard(text)).toThrow(/N up to 999999, .*found 1\//)
  })

  test('the last one that there may be', () => {
    expect(parseShard('999999/999999')).toEqual({ index: 999_999, count: 999_999 })
  })
})
