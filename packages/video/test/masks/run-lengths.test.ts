import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BinaryMask, decodeRunLengths, encodeRunLengths, maskExtent } from '../../src/index.ts'

/** A mask from a line a row; `1` is inside. */
function drawn(...rows: string[]): BinaryMask {
  const inside = Uint8Array.from(rows.join('').split(''), Number)
  return { height: rows.length, width: rows[0].length, inside }
}

function filled(height: number, width: number, inside: (x: number, y: number) => boolean): BinaryMask {
  const pixels = Array.from({ length: height * width }, (_, i) => Number(inside(i % width, Math.floor(i / width))))
  return { height, width, inside: Uint8Array.from(pixels) }
}

// Strings and figures of this file: pycocotools 2.0, compared exactly.
const table: readonly { name: string; mask: BinaryMask; runs: number[]; text: string }[] = [
  { name: 'zeros', mask: filled(3, 4, () => false), runs: [12], text: '<' },
  { name: 'ones', mask: filled(3, 4, () => true), runs: [0, 12], text: '0<' },
  { name: 'a corner', mask: drawn('0110', '0110', '0010'), runs: [3, 2, 1, 3, 3], text: '32112' },
  { name: 'the first pixel', mask: drawn('1000', '1100', '0101'), runs: [0, 2, 2, 2, 5, 1], text: '02203O' },
  {
    name: 'two columns and a pixel',
    mask: filled(8, 8, (x, y) => (x === 1 && y >= 1 && y <= 6) || (x === 3 && y === 3) || x === 5),
    runs: [9, 6, 12, 1, 12, 8, 16],
    text: '96<K074',
  },
  {
    name: 'three columns of a frame',
    mask: filled(320, 480, (x, y) => x >= 50 && x <= 52 && y >= 100 && y <= 199),
    runs: [16100, 100, 220, 100, 220, 100, 136760],
    text: 'Tg?T3l6000lZU4',
  },
]

describe('run lengths', () => {
  test.each(table)('$name: string, list and mask are the same', ({ mask, runs, text }) => {
    const size = [mask.height, mask.width] as const
    expect(decodeRunLengths({ size, counts: text })).toEqual(mask)
    expect(decodeRunLengths({ size, counts: runs })).toEqual(mask)
    expect(encodeRunLengths(mask)).toEqual({ size: [...size], counts: text })
  })

  test("a network's mask, as it was published: area, bounding box and centroid", () => {
    const counts =
      'jVc0`0^95K3N3M2M3N2N2O1N101N2N101N1000000000000000000000000000000000000001N101N2N101N2N2N2N2N3L3N3LYSd3'
    const mask = decodeRunLengths({ size: [320, 480], counts })
    expect(encodeRunLengths(mask).counts).toBe(counts)
    const { area, bbox, centroid } = maskExtent(mask)
    expect({ area, bbox }).toEqual({ area: 1763, bbox: [61, 140, 47, 44] })
    expect(centroid?.[0]).toBeCloseTo(84.089053, 6)
    expect(centroid?.[1]).toBeCloseTo(161.567215, 6)
  })

  test('every mask comes back', () => {
    const masks = fc
      .record({ height: fc.integer({ min: 1, max: 40 }), width: fc.integer({ min: 1, max: 40 }) })
      .chain(({ height, width }) =>
        fc
          .uint8Array({ minLength: height * width, maxLength: height * width, max: 1 })
          .map((inside) => ({ height, width, inside })),
      )
    fc.assert(
      fc.property(masks, (mask) => {
        expect(decodeRunLengths(encodeRunLengths(mask))).toEqual(mask)
      }),
    )
  })

  test.each([
    { what: 'a character before "0"', size: [3, 4], counts: '/', found: '"/" at character 1' },
    { what: 'a character behind "o"', size: [3, 4], counts: '0p', found: '"p" at character 2' },
    { what: 'a string that ends inside a number', size: [3, 4], counts: 'l', found: 'ends inside of a number' },
    { what: 'a run below 0', size: [3, 4], counts: '3O3', found: '-1 as run 2' },
    { what: 'too few pixels', size: [3, 4], counts: ';', found: '11 pixels' },
    { what: 'too many pixels', size: [3, 4], counts: [6, 7], found: '13 pixels' },
    { what: 'no runs', size: [3, 4], counts: '', found: '0 pixels' },
    { what: 'half a run', size: [3, 4], counts: [11.5, 0.5], found: '11.5 as run 1' },
    { what: 'a number without an end', size: [3, 4], counts: 'P'.repeat(11), found: 'more at character 11' },
    { what: 'a size above the limit', size: [8193, 8192], counts: '0', found: '[8193, 8192]' },
    { what: 'no size', size: [0, 4], counts: '0', found: '[0, 4]' },
  ] as const)('refuses $what', ({ size, counts, found }) => {
    expect(() => decodeRunLengths({ size, counts })).toThrow(
      expect.objectContaining({ code: 'bad-mask', kind: 'unfit', found: expect.stringContaining(found) }),
    )
  })
})

test('an empty mask has neither box nor centroid', () => {
  expect(maskExtent(filled(2, 3, () => false))).toEqual({ area: 0, bbox: null, centroid: null })
})
