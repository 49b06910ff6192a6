import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Address,
  addressKeys,
  pickKeys,
  listKeys,
  readAddress,
  writeAddress,
} from '../site/src/client/address/address.ts'
import { readRanges } from '../site/src/client/address/read-ranges.ts'
import { AddressReader } from '../site/src/client/address/read-values.ts'

test('the keys of addresses are these: links with them are out in the world', () => {
  expect(addressKeys.join(' ')).toBe('r k a b m cols sort view by lo hi cls q f o x y c t l v w g z s on')
})

describe('an address', () => {
  test('reads back what was written', () => {
    const drawn = fc.dictionary(fc.constantFrom(...addressKeys), fc.string({ minLength: 1, unit: 'grapheme' }))
    fc.assert(
      fc.property(drawn, (said) => {
        const address: Address = said
        expect(readAddress(writeAddress(address))).toEqual({ address, unknown: [] })
      }),
    )
  })

  test('is short and readable, its keys in one order', () => {
    expect(
      writeAddress({ z: '4@61,40', c: '102979', m: 'interdyn,coshand-auto', k: 'fvd:videogpt', q: 'red cup' }),
    ).toBe('?k=fvd:videogpt&m=interdyn,coshand-auto&q=red+cup&c=102979&z=4@61,40')
    expect(writeAddress({ a: '' })).toBe('')
  })

  test('of a clip takes what chooses the list along', () => {
    expect(pickKeys({ k: 'lpips', by: '0.1', t: '3', v: 'wipe' }, listKeys)).toEqual({ k: 'lpips', by: '0.1' })
  })
})

describe('values of an address', () => {
  const methods = ['interdyn', 'seer', 'static']

  test('are taken where the results have them, and told where not', () => {
    const reader = new AddressReader('?k=lpips:foo&a=seer&m=seer,nobody,interdyn,seer&by=0.1&t=99&zz=1&r=00000000')
    expect(reader.choice('k', ['lpips', 'fvd:videogpt'])).toBeUndefined()
    expect(reader.choice('a', methods)).toBe('seer')
    expect(reader.choices('m', methods)).toEqual(['seer', 'interdyn'])
    expect(reader.number('by')).toBe(0.1)
    expect(reader.whole('t', { low: 0, high: 13 })).toBeUndefined()
    expect(reader.notices('ab'.repeat(32))).toEqual([
      'This link was made from other results (00000000; here abababab). Numbers can differ.',
      ...['zz', 'lpips:foo', 'nobody', 't=99'].map(
        (name) => `This link names ‘${name}’, which these results do not have; shown without it.`,
      ),
    ])
  })

  test('of a link that fits need no words', () => {
    expect(new AddressReader('?r=abababab&a=seer').notices('ab'.repeat(32))).toEqual([])
  })

  test.each([
    ['4-9', { first: 4, last: 9 }],
    ['9-4', undefined],
    ['4-14', undefined],
    ['4', undefined],
  ])('a loop %s is %o', (text, expected) => {
    expect(new AddressReader(`?l=${text}`).loop('l', 14)).toEqual(expected)
  })

  test.each([
    ['4@61,40', { times: 4, x: 61, y: 40 }],
    ['2@0,100', { times: 2, x: 0, y: 100 }],
    ['3@0,0', undefined],
    ['4@101,0', undefined],
    ['4', undefined],
  ])('a zoom %s is %o', (text, expected) => {
    expect(new AddressReader(`?z=${text}`).zoom('z', [1, 2, 4])).toEqual(expected)
  })

  test('ranges may be open at either end, and of a metric with a recipe', () => {
    const places = new Map([
      ['epe.seer', 0],
      ['fvd:a.b/c.interdyn', 1],
    ])
    const reader = new AddressReader('?f=epe.seer:10..,fvd:a.b/c.interdyn:-1.5..2e1,x.seer:..3,epe.seer:a..b')
    expect(readRanges(reader, 'f', (name) => places.get(name))).toEqual([
      { of: 0, low: 10, high: Infinity },
      { of: 1, low: -1.5, high: 20 },
    ])
    expect(reader.unknown).toEqual(['x.seer:..3', 'epe.seer:a..b'])
  })
})
