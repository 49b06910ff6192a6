import { expect, test } from 'vitest'
import { mergeFolder, parseShard, type Shard, wholeShards } from '../../src/index.ts'

const whole = (...texts: string[]) =>
  wholeShards<Shard>(texts.map(parseShard), { of: 'mine', shardOf: (shard) => shard, oneOf: ([first]) => first })

test('shards come in their order, each once', () => {
  expect(whole('3/3', '1/3', '2/3', '1/3')).toEqual(['1/3', '2/3', '3/3'].map(parseShard))
})

test('a gap is named', () => {
  expect(() => whole('1/3')).toThrow(/mine: expected all 3 shards, found none of 2\/3, 3\/3/)
  expect(() => whole('1/999')).toThrow(/21\/999 and 978 more/)
})

test('shards of different numbers are named', () => {
  expect(() => whole('1/2', '2/2', '1/3')).toThrow(/shards of one number, found 1\/2, 2\/2 and 1\/3/)
})

test('what is merged of one folder goes there', () => {
  expect([mergeFolder(['a'], undefined), mergeFolder(['a', 'b'], 'c')]).toEqual(['a', 'c'])
  expect(() => mergeFolder(['a', 'b'], undefined)).toThrow(/out: expected a folder for what is merged/)
})
