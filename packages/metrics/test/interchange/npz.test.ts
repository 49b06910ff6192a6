import { describe, expect, test } from 'vitest'
import { formatNpz, openNpz } from '@kinemetric/metrics'
import { numpyFile } from './numpy-files.ts'

describe('openNpz', () => {
  for (const name of ['savez', 'savez_compressed']) {
    test(`reads numpy’s ${name}`, () => {
      const npz = openNpz(numpyFile('npz', name))
      expect(npz.names).toEqual(['mu', 'sigma'])
      expect([...npz.array('mu').data]).toEqual([1, 2])
      expect(npz.array('sigma').shape).toEqual([2, 2])
    })
  }

  test('a wrong checksum, a false size and a cut file are refused', () => {
    const bytes = numpyFile('npz', 'savez_compressed')
    const directory = Buffer.from(bytes).indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
    const changed = (offset: number, value: number): Uint8Array => {
      const copy = bytes.slice()
      new DataView(copy.buffer).setUint32(directory + offset, value, true)
      return copy
    }
    expect(() => openNpz(changed(16, 1), 'x.npz').array('mu')).toThrow('with checksum 1, found')
    expect(() => openNpz(changed(24, 10), 'x.npz').array('mu')).toThrow(
      'x.npz:mu: expected deflated data that unpacks to 10 bytes',
    )
    // A bomb: gigabytes declared for a hundred packed bytes.
    expect(() => openNpz(changed(24, 3e9), 'x.npz').array('mu')).toThrow('found 3000000000 declared for')
    expect(() => openNpz(changed(42, 1e9), 'x.npz').array('mu')).toThrow('expected the entry at byte 1000000000')
    expect(() => openNpz(bytes.subarray(0, -30), 'x.npz')).toThrow('not a zip, or cut short')
    expect(() => openNpz(bytes, 'x.npz').array('nu')).toThrow("expected an entry 'nu', found mu, sigma")
  })

  test('an entry that unpacks beyond what it declares is stopped there', () => {
    // 16 MB of zeros pack to 16 KB; the directory is made to say 100 KB.
    const zeros = formatNpz({ a: { data: new Float64Array(2e6), shape: [2e6] } })
    expect(openNpz(zeros).array('a').data.length).toBe(2e6)
    expect(() => openNpz(zeros, 'x.npz', 1e6).array('a')).toThrow('expected at most 1000000 bytes')
  })

  test('the same content gives the same bytes', () => {
    const entries = { mu: { data: Float64Array.of(1), shape: [1] }, note: { text: 'Fréchet' } }
    expect(formatNpz(entries)).toEqual(formatNpz(entries))
    expect(openNpz(formatNpz(entries)).text('note')).toBe('Fréchet')
  })
})
