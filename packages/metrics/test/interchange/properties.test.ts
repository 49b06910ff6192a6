import { crc32, deflateRawSync } from 'node:zlib'
import * as fc from 'fast-check'
import { isError } from '@kinemetric/files'
import { describe, expect, test } from 'vitest'
import { formatNpy, formatNpz, openNpz, parseNpy } from '../../src/index.ts'
import { parseNpyText } from '../../src/interchange/npy.ts'

const shape = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 })
const size = (sides: readonly number[]) => sides.reduce((product, side) => product * side, 1)
const array = fc.tuple(shape, fc.boolean(), fc.infiniteStream(fc.double())).map(([sides, single, values]) => {
  const numbers = Array.from(values.take(size(sides)))
  return { shape: sides, data: single ? Float32Array.from(numbers) : Float64Array.from(numbers) }
})
const options = { seed: 10, numRuns: 200 } as const

/** The same bytes within a larger buffer, as a Node Buffer or a plain view: what a reader gets of files and archives. */
function within(bytes: Uint8Array, before: number, asBuffer: boolean): Uint8Array {
  const larger = new Uint8Array(before + bytes.length + 9).fill(0xab)
  larger.set(bytes, before)
  return asBuffer ? Buffer.from(larger.buffer, before, bytes.length) : larger.subarray(before, before + bytes.length)
}

/** An .npy whose header is not padded: numpy’s format asks writers for it, and readers to do without. */
function unpadded(type: string, sides: readonly number[], spaces: number, data: Uint8Array): Uint8Array {
  const tuple = sides.length === 1 ? `${sides[0]},` : sides.join(', ')
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${tuple}), }${' '.repeat(spaces)}\n`
  const head = Buffer.from(
    `\x93NUMPY\x01\x00${String.fromCharCode(text.length & 255, text.length >> 8)}${text}`,
    'latin1',
  )
  return Buffer.concat([head, data])
}

describe('.npy', () => {
  test('what is written comes back, wherever its bytes lie in memory', () => {
    fc.assert(
      fc.property(array, fc.nat(16), fc.boolean(), (value, before, asBuffer) => {
        const read = parseNpy(within(formatNpy(value), before, asBuffer))
        expect(read.shape).toEqual(value.shape)
        expect(read.data).toEqual(value.data)
      }),
      options,
    )
  })

  test('a header of any length is read like another', () => {
    fc.assert(
      fc.property(array, fc.nat(70), fc.boolean(), (value, spaces, asBuffer) => {
        const { data, shape: sides } = value
        const type = data instanceof Float32Array ? '<f4' : '<f8'
        const bytes = unpadded(type, sides, spaces, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
        expect(parseNpy(within(bytes, 0, asBuffer)).data).toEqual(data)
      }),
      options,
    )
  })

  test('text comes back', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((each) => !each.endsWith('\0'))
    fc.assert(
      fc.property(text, fc.nat(8), (each, before) => {
        expect(parseNpyText(within(formatNpy({ text: each }), before, true))).toBe(each)
      }),
      options,
    )
  })

  test('any beginning of a file, and any bytes after its first ones, are an error of ours', () => {
    fc.assert(
      fc.property(array, fc.nat(300), fc.uint8Array({ maxLength: 80 }), (value, cut, rest) => {
        const whole = formatNpy(value)
        const start = whole.subarray(0, Math.min(cut, whole.length - 1))
        for (const bytes of [start, Buffer.concat([whole.subarray(0, 10), rest])]) {
          const failure = failureOf(() => parseNpy(within(bytes, 3, true), 'x.npy'))
          expect(isError(failure, 'input') && failure.where === 'x.npy', String(failure)).toBe(true)
        }
      }),
      options,
    )
  })

  test('versions 2 and 3 that end before their header’s length say so', () => {
    for (const version of [1, 2, 3])
      for (let length = 0; length < 12; length++) {
        const bytes = Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0\x08\0\0\0`, 'latin1').subarray(0, length)
        expect(() => parseNpy(bytes, 'x.npy')).toThrow(/^x\.npy: expected/)
      }
  })
})

describe('.npz', () => {
  const entries = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), array, { minKeys: 1, maxKeys: 5 })

  test('what is written comes back, wherever its bytes lie, stored or deflated', () => {
    fc.assert(
      fc.property(entries, fc.nat(16), fc.boolean(), fc.boolean(), (values, before, asBuffer, deflate) => {
        const bytes = deflate ? deflated(values) : formatNpz(values)
        const npz = openNpz(within(bytes, before, asBuffer))
        expect([...npz.names].sort()).toEqual(Object.keys(values).sort())
        for (const [name, value] of Object.entries(values)) expect(npz.array(name)).toMatchObject(value)
      }),
      options,
    )
  })

  test('a flipped bit gives an error of ours or the values as they were', () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.nat(7), (values, place, bit) => {
        const bytes = Uint8Array.from(formatNpz(values))
        const at = place % bytes.length
        bytes[at] ^= 1 << bit
        const known = Object.values(values).map(({ data }) => JSON.stringify([...data]))
        const failure = failureOf(() => {
          const npz = openNpz(bytes, 'x.npz')
          for (const name of npz.names) expect(known).toContain(JSON.stringify([...npz.array(name).data]))
        })
        expect(failure === undefined || isError(failure, 'input'), String(failure)).toBe(true)
      }),
      options,
    )
  })
})

test('an entry that would fill the memory is refused by what it declares, and says what helps; two of one name too', () => {
  // 300 MiB of zeros pack to 300 KiB.
  const header = Buffer.from(formatNpy({ data: new Float64Array(0), shape: [0, 1] }))
  const bytes = zip([{ name: 'features.npy', data: header, claims: 300 * 2 ** 20, packed: 300 * 1024 }])
  expect(() => openNpz(bytes, 'x.npz').array('features')).toThrow(/314572800 declared for .*numpy\.savez/)
  const twice = zip([1, 2].map(() => ({ name: 'features.npy', data: header })))
  expect(() => openNpz(twice, 'x.npz')).toThrow("two entries are called 'features'")
})

function failureOf(work: () => unknown): unknown {
  try {
    work()
    return undefined
  } catch (error) {
    return error
  }
}

function deflated(values: Record<string, Parameters<typeof formatNpy>[0]>): Uint8Array {
  return zip(Object.entries(values).map(([name, value]) => ({ name: `${name}.npy`, data: formatNpy(value) })))
}

/** A zip of deflated entries; `claims` and `packed` are sizes that it declares in place of the true ones. */
function zip(files: readonly { name: string; data: Uint8Array; claims?: number; packed?: number }[]): Uint8Array {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, data, claims, packed } of files) {
    const content = Buffer.concat([deflateRawSync(data), Buffer.alloc(packed ?? 0)])
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(content.length, 14)
    common.writeUInt32LE(claims ?? data.length, 18)
    common.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), content])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(at, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, tail, Buffer.from(name)]))
    locals.push(local)
    at += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, central, end])
}
