import { assert, describe, expect, test } from 'vitest'
import { readPickle } from '../../src/checkpoints/formats/pickle.ts'
import { PickleCall, PickleGlobal, PickleTuple } from '../../src/checkpoints/formats/pickle-values.ts'
import { int, pickleBytes, unicode } from './pickle-bytes.ts'

const known = { isKnownGlobal: (module: string, name: string) => `${module}.${name}` === 'collections.OrderedDict' }
const ended = expect.objectContaining({ code: 'truncated' })
const read = (...parts: (number | string | Uint8Array)[]) => readPickle(pickleBytes(...parts), 0, known).value

describe('values', () => {
  test('integers of every opcode', () => {
    expect(read('K\xff.')).toBe(255)
    expect(read('M\x39\x30.')).toBe(12345)
    expect(read('J\xff\xff\xff\xff.')).toBe(-1)
    expect(read(0x8a, 0, '.')).toBe(0)
    expect(read(0x8a, 1, 0x80, '.')).toBe(-128)
    expect(read(0x8a, 8, 0, 0, 0, 0, 0, 1, 0, 0, '.')).toBe(2 ** 40)
    expect(read(0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, '.')).toBe(2n ** 64n)
    expect(read('I-12\n.')).toBe(-12)
    expect(read('I01\n.')).toBe(true)
    expect(read('L7L\n.')).toBe(7)
  })

  test('floats, booleans, None, strings and bytes', () => {
    expect(read('G\x3f\xf8\0\0\0\0\0\0.')).toBe(1.5)
    expect(read(0x88, '.')).toBe(true)
    expect(read(0x89, '.')).toBe(false)
    expect(read('N.')).toBe(null)
    expect(read(unicode('é\0'), '.')).toBe('é\0')
    expect(read('U\x02ab.')).toBe('ab')
    expect(read(0x8c, 1, 'x.')).toBe('x')
    expect(read('C\x02\x01\x02.')).toEqual(Buffer.of(1, 2))
  })

  test('containers keep their order, and what is memoised is the same object', () => {
    expect(read('](K\x01K\x02e.')).toEqual([1, 2])
    expect(read('(K\x01K\x02t.')).toEqual(new PickleTuple([1, 2]))
    expect(read('K\x01K\x02', 0x86, '.')).toEqual(new PickleTuple([1, 2]))
    expect(read('K\x01K\x02K\x03', 0x87, '.')).toEqual(new PickleTuple([1, 2, 3]))
    expect(read('}', unicode('a'), 'K\x01s.')).toEqual(new Map([['a', 1]]))
    expect(read('}(', unicode('a'), 'K\x01', unicode('b'), 'K\x02u.')).toEqual(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    )
    const lists = read('](]q\x07h\x07e.')
    assert(Array.isArray(lists))
    expect(lists[0]).toBe(lists[1])
  })

  test('a call is recorded with its arguments, state and items, and is not made', () => {
    const value = read('ccollections\nOrderedDict\n)R', unicode('k'), 'K\x05s}b.')
    assert(value instanceof PickleCall)
    expect(value.callable).toEqual(new PickleGlobal('collections', 'OrderedDict'))
    expect(value.entries).toEqual(new Map([['k', 5]]))
    expect(value.state).toEqual(new Map())
  })

  test('the end of one pickle is the start of the next', () => {
    const bytes = pickleBytes('K\x01.K\x02.')
    const first = readPickle(bytes, 0, known)
    expect(readPickle(bytes, first.end, known).value).toBe(2)
  })
})

describe('refusals', () => {
  test('an unknown opcode is named with its place', () => {
    expect(() => read('K\x01\xff.')).toThrow('unknown pickle opcode 0xff at byte 2')
    // INST and OBJ construct classes by another route; EXT1 looks names up in a registry.
    expect(() => read('(ios\nsystem\n.')).toThrow("unknown pickle opcode 0x69 ('i') at byte 1")
    expect(() => read('(o.')).toThrow("0x6f ('o')")
    expect(() => read(0x82, 1, '.')).toThrow('0x82')
  })

  test('an unknown global is named, whichever opcode asks for it', () => {
    expect(() => read('cos\nsystem\n(', unicode('true'), 'tR.')).toThrow('"os.system"')
    expect(() => read(unicode('builtins'), unicode('eval'), 0x93, '.')).toThrow('"builtins.eval"')
    expect(() => read('cposix\nsystem\n.')).toThrow(expect.objectContaining({ code: 'unknown-global' }))
  })

  test('a newer protocol is refused by number', () => {
    expect(() => read(0x80, 6, 'N.')).toThrow('pickle protocol 6')
  })

  test('calls of things that are not names', () => {
    expect(() => read(unicode('os.system'), ')R.')).toThrow('calls something that is not a name')
    expect(() => read('ccollections\nOrderedDict\nK\x01R.')).toThrow('not a tuple')
  })

  test('stack and memo that are not there', () => {
    expect(() => read('.')).toThrow('takes a value that is not there')
    expect(() => read('(.')).toThrow('takes a value that is not there')
    expect(() => read('K\x01a.')).toThrow('takes a value that is not there')
    expect(() => read('K\x01t.')).toThrow('never opened')
    expect(() => read('h\x05.')).toThrow('memo 5')
    expect(() => read('}(K\x01u.')).toThrow('a key without a value')
    expect(() => read('K\x01]a.')).toThrow('not a list')
  })

  test('lengths that the file cannot have end at once, without allocating', () => {
    expect(() => read('X\xff\xff\xff\xff', 'abc.')).toThrow(ended)
    expect(() => read(0x8e, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, '.')).toThrow(ended)
    expect(() => read(0x8b, 0xff, 0xff, 0xff, 0x7f, '.')).toThrow('an integer of 2147483647 bytes')
    expect(() => read(`I${'9'.repeat(900)}\n.`)).toThrow('is not an integer')
    expect(() => read(`c${'m'.repeat(5000)}\nname\n.`)).toThrow('too long')
  })

  test('a memo index of four thousand million costs no memory', () => {
    expect(read(int(3), 'r\xfe\xff\xff\xff', 'j\xfe\xff\xff\xff.')).toBe(3)
  })

  test('more operations than a checkpoint can have', () => {
    const bytes = pickleBytes(Buffer.alloc(5000, ']'), '.')
    expect(() => readPickle(bytes, 0, { ...known, maxOperations: 1000 })).toThrow('more than 1000 operations')
  })

  test('nesting a million deep is read without recursion', () => {
    const value = read(']', Buffer.alloc(1_000_000, 0x85), '.')
    expect(value).toBeInstanceOf(PickleTuple)
  })
})
