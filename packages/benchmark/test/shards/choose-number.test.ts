import { describe, expect, test } from 'vitest'
import { chooseNumber, parseShard, type Shard, shardText, wholeShards } from '../../src/index.ts'

interface Found {
  shard: Shard
  says: string
}

const found = (...texts: string[]): Found[] =>
  texts.map((text) => {
    const [shard, says = 'so'] = text.split(' ')
    return { shard: parseShard(shard), says }
  })
const choose = (all: readonly Found[]) => {
  const shardOf = ({ shard }: Found) => shard
  const { shards, passedOver } = chooseNumber(all, {
    of: 'it',
    shardOf,
    wholeOf: (some) => wholeShards(some, { of: 'it', shardOf, oneOf: ([first]) => first }),
    requireSame: ([first], [other]) => {
      if (first.says !== other.says) throw new Error(`${first.says} is not ${other.says}`)
    },
  })
  return [shards.map(shardOf).map(shardText).join(' '), passedOver.map(shardText).join(' ')]
}

describe('of shards of several numbers', () => {
  test('those of the number that is whole', () => {
    expect(choose(found('2/2', '1/2'))).toEqual(['1/2 2/2', ''])
    expect(choose(found('1/3', '2/2', '3/3', '1/2'))).toEqual(['1/2 2/2', '1/3 3/3'])
    expect(choose(found('1/2', '3/3', '1/3', '2/3', '2/4'))).toEqual(['1/3 2/3 3/3', '1/2 2/4'])
  })

  test('of several that are whole those of the smallest, where they say the same', () => {
    expect(choose(found('1/2', '2/2', '1/1'))).toEqual(['1/1', '1/2 2/2'])
    expect(() => choose(found('1/2 other', '2/2', '1/1'))).toThrow('so is not other')
  })

  test('where none is whole every gap is named', () => {
    expect(() => choose(found('1/2'))).toThrow('expected all 2 shards, found none of 2/2')
    expect(() => choose(found('1/2', '1/3', '3/3'))).toThrow(
      /expected all shards of one number, found 1\/2 and 1\/3, 3\/3 \(of 2: .*none of 2\/2; of 3: .*none of 2\/3\); finish those of one number/,
    )
  })
})
