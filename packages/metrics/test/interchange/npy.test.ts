import { describe, expect, test } from 'vitest'
import { formatNpy, parseNpy } from '@kinemetric/metrics'
import { numpyFile, numpyFiles } from './numpy-files.ts'

describe('parseNpy', () => {
  for (const [name, bytes] of numpyFiles.npy) {
    if (name === 'objects' || name === 'text') continue
    test(`reads numpy’s ${name}`, () => {
      const { data, shape } = parseNpy(bytes)
      const wanted = wantedArray(name)
      expect(shape).toEqual(wanted.shape)
      expect(Array.from(data)).toEqual(wanted.values)
    })
  }

  test('what is written comes back, from an unaligned place too', () => {
    const data = Float64Array.of(1, 2, 3, 4, 5, 6)
    const bytes = formatNpy({ data, shape: [3, 2] })
    expect(bytes.length % 64).toBe(48)
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    expect(parseNpy(shifted.subarray(3))).toMatchObject({ data, shape: [3, 2], dtype: '<f8' })
  })

  test('refuses objects, other files, cut and overlong ones, by name', () => {
    expect(() => parseNpy(numpyFile('npy', 'objects'), 'x.npy')).toThrow(
      "x.npy: expected numbers (f2, f4, f8, i1 to i8, u1 to u8, b1), found type '|O', Python objects",
    )
    expect(() => parseNpy(Buffer.from('GIF89a....'), 'x.npy')).toThrow('found bytes 474946383961')
    expect(() => parseNpy(new Uint8Array(0), 'x.npy')).toThrow('found bytes (none)')
    const whole = numpyFile('npy', '<f8')
    expect(() => parseNpy(whole.subarray(0, -1), 'x.npy')).toThrow(
      'expected 48 bytes of data for shape (2, 3) of <f8, found 47',
    )
    expect(() => parseNpy(whole.subarray(0, 40), 'x.npy')).toThrow('expected a header of 118 bytes, found 30')
    expect(() => parseNpy(Buffer.concat([whole, Buffer.alloc(8)]), 'x.npy')).toThrow('found 56')
    const lying = Buffer.from(Buffer.from(whole).toString('latin1').replace('(2, 3)', '(9e9,'), 'latin1')
    expect(() => parseNpy(lying)).toThrow('expected a header with a plain type')
    const huge = Buffer.from(
      Buffer.from(whole).toString('latin1').replace('(2, 3), }          ', '(9999999999, 99999),'),
      'latin1',
    )
    expect(() => parseNpy(huge)).toThrow(/shape/)
  })
})

/** What the Python script put into each of its files. */
function wantedArray(name: string): { shape: number[]; values: number[] } {
  if (name === '3d fortran') return { shape: [2, 3, 4], values: Array.from({ length: 24 }, (_, i) => i) }
  const shape = [2, 3]
  if (/[<>]f|version/.test(name)) return { shape, values: [-2, -0.5, 1, 2.5, 4, 5.5] }
  if (name === '|b1') return { shape, values: [1, 0, 1, 0, 1, 0] }
  return { shape, values: name.includes('i') ? [3, 2, 1, 0, 1, 2] : [0, 1, 2, 3, 4, 5] }
}
