import { assert, constantFrom, dictionary, integer, jsonValue, nat, property, record, string } from 'fast-check'
import { expect, test } from 'vitest'
import { JsonFaultError, JsonMembers } from '../../../src/datasets/something-else/json-members.ts'

/** The members that are wanted, by reading a text in pieces of some bytes. */
function read(
  text: string | Buffer,
  { wants = () => true, piece = 7 }: { wants?: (key: string) => boolean; piece?: number } = {},
) {
  const found: [string, unknown][] = []
  const members = new JsonMembers(wants, (key, value) => found.push([key, value]))
  const bytes = Buffer.from(text)
  // One piece of memory for all of them, as a reader of files has it.
  const memory = Buffer.alloc(piece)
  for (let at = 0; at < bytes.length; at += piece) {
    const length = bytes.copy(memory, 0, at, at + piece)
    members.push(memory.subarray(0, length))
  }
  members.end()
  return found
}

function faultOf(text: string | Buffer, piece?: number) {
  try {
    read(text, { piece: piece ?? 7 })
  } catch (error) {
    if (error instanceof JsonFaultError) return error.fault
    throw error
  }
  return undefined
}

const members = dictionary(string({ unit: 'grapheme' }), jsonValue({ maxDepth: 4 }))

test('members come as JSON.parse has them, in whatever pieces and with whatever space the text comes', () => {
  assert(
    property(members, integer({ min: 1, max: 40 }), constantFrom(undefined, 1, '\t'), (value, piece, space) => {
      const text = JSON.stringify(value, null, space)
      expect(Object.fromEntries(read(text, { piece }))).toEqual(JSON.parse(text))
    }),
  )
})

test('only members that are wanted are given, and those that are not are checked all the same', () => {
  const text = '{"a": [1, {"b": "]}"}], "b": {"a": -0.5e-3}, "c": null, "d": "\\u00e9\\"", "b": true}'
  expect(read(text, { wants: (key) => key === 'b' || key === 'd' })).toEqual([
    ['b', { a: -0.0005 }],
    ['d', 'é"'],
    ['b', true],
  ])
  expect(() => read('{"a": [1 2]}', { wants: () => false })).toThrow(JsonFaultError)
})

test('one byte that is changed, put in or left out is found wherever JSON.parse finds it', () => {
  const change = record({
    at: nat(),
    byte: constantFrom(...'{}[]",:\\0159.eE+-ntu \n\u0001x'.split('')),
    how: nat(2),
  })
  assert(
    property(members, change, integer({ min: 1, max: 9 }), (value, { at, byte, how }, piece) => {
      const text = JSON.stringify(value)
      const place = at % (text.length + 1)
      const changed = text.slice(0, place) + (how === 2 ? '' : byte) + text.slice(how === 1 ? place : place + 1)
      let isObject = true
      try {
        const parsed: unknown = JSON.parse(changed)
        isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      } catch {
        isObject = false
      }
      expect(faultOf(changed, piece) === undefined).toBe(isObject)
    }),
    { numRuns: 1000 },
  )
})

test('a fault is said with its line and byte, from 1', () => {
  expect(faultOf('{"a": 1,\n "b": [1, 2\n, x]}')).toEqual({ line: 3, byte: 24, expected: 'a value', found: '"x]}"' })
  expect(faultOf('{"a": 1,}')).toMatchObject({ line: 1, byte: 9, expected: 'a key' })
  expect(faultOf('{"a": 01}')).toMatchObject({ byte: 8, expected: 'a comma or the end of what is open' })
  expect(faultOf('{"a": "b')).toMatchObject({ byte: 9, found: 'the end of the file' })
  expect(faultOf('')).toMatchObject({ line: 1, byte: 1, found: 'an empty file' })
  expect(faultOf('[{}]')).toMatchObject({ byte: 1, expected: 'an object by video id' })
  expect(faultOf('{} {}')).toMatchObject({ byte: 4, expected: 'nothing more' })
  expect(faultOf(`{"a": ${'['.repeat(300)}`)).toMatchObject({ expected: /no more than 256/ })
})

test('a byte order mark is no fault, in one piece with what follows', () => {
  expect(read('\uFEFF{"a": 1}', { piece: 64 })).toEqual([['a', 1]])
})

test.each([1, 2, 3, 64])('text is UTF-8, and what is none is said with its byte, read by %i', (piece) => {
  const fault = (bytes: readonly number[]) => {
    const text = Buffer.concat([Buffer.from('{"a": "'), Buffer.from(bytes), Buffer.from('"}')])
    return faultOf(text, piece)
  }
  for (const letter of ['é', '\u0800', '\uD7FF', '\uE000', '\uFFFF', '\u{10000}', '\u{10FFFF}'])
    expect(fault([...Buffer.from(letter)])).toBeUndefined()
  expect(fault([0xff])).toMatchObject({ line: 1, byte: 8, expected: 'text in UTF-8', found: 'the byte 0xff' })
  expect(fault([0x61, 0x80])).toMatchObject({ byte: 9, found: 'the byte 0x80' })
  // Cut short, overlong, a surrogate, above the last letter.
  for (const bytes of [
    [0xc3],
    [0xe2, 0x82],
    [0xc0, 0xaf],
    [0xe0, 0x9f, 0xbf],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
  ])
    expect(fault(bytes), bytes.join(' ')).toBeDefined()
  expect(fault([0xe2, 0x82])).toMatchObject({ byte: 10, expected: 'the next byte of a letter in UTF-8' })
})
