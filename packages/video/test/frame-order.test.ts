import { assert, constantFrom, double, integer, nat, property, shuffledSubarray, string, uniqueArray } from 'fast-check'
import { expect, it } from 'vitest'

import { inFrameOrder } from '../src/images/frame-order.ts'

const cases: [string, string][] = [
  ['counted', 'f1 f2 f10 f100'],
  ['with zeros in front', 'frame_0000 frame_0001 frame_0010'],
  ['seconds as Python prints them', '0.0 0.25 0.5 0.75 1.0 1.25 10.0'],
  ['negative ones', '-10 -2 -1 0 1 2 10'],
  ['negative fractions after a word', 't_-1.5 t_-1.25 t_0.0 t_0.25'],
  ['small ones with exponents', '0.0 1e-05 0.0001 0.5'],
  ['fractions of one length', '0.10 0.25 0.50 1.00'],
  ['a hyphen is no minus', 'clip-1 clip-2 clip-10'],
  ['dates', '2026-01-02 2026-01-10 2026-11-01'],
  ['chapters', '1.1 1.2 1.9 1.10 1.11'],
  ['versions', '1.2.3 1.2.10 1.10.1'],
  ['a counter after a point', 'frame.0001 frame.0002 frame.0010'],
  ['a counter after a rate', 'v_30fps_1 v_30fps_2 v_30fps_10'],
]

it.each(cases)('%s', (_, text) => {
  const names = text.split(' ').map((stem) => `${stem}.png`)
  expect(inFrameOrder(names.toReversed())).toEqual(names)
  expect(inFrameOrder([...names.slice(1), names[0]])).toEqual(names)
})

const fixed = { seed: 1028, numRuns: 150 }

it('numbers of any kind come in the order of their values', () => {
  const value = double({ min: -1000, max: 1000, noNaN: true }).map((x) => Math.round(x * 64) / 64)
  assert(
    property(
      uniqueArray(value, { minLength: 2, maxLength: 30 }),
      constantFrom('', 'frame_', 'a b '),
      (values, prefix) => {
        const names = values.toSorted((a, b) => a - b).map((x) => `${prefix}${Object.is(x, -0) ? 0 : x}.png`)
        // Digits that end in 0 could be counted: they do not come from JavaScript's or Python's printing.
        expect(inFrameOrder(values.map((x) => `${prefix}${Object.is(x, -0) ? 0 : x}.png`))).toEqual(names)
      },
    ),
    fixed,
  )
})

it('counters come in their order', () => {
  assert(
    property(uniqueArray(nat(100_000), { maxLength: 30 }), integer({ min: 0, max: 8 }), (values, width) => {
      const named = (all: number[]) => all.map((n) => `x${String(n).padStart(width, '0')}.jpg`)
      expect(inFrameOrder(named(values))).toEqual(named(values.toSorted((a, b) => a - b)))
    }),
    fixed,
  )
})

it('the order of a folder never depends on the order in which the disk lists it', () => {
  const name = string({ unit: constantFrom('a', 'B', '-', '.', '_', ' ', '0', '1', '9', 'e', 'é', '+'), maxLength: 9 })
  const names = uniqueArray(name, { minLength: 2, maxLength: 12 })
  assert(
    property(
      names.chain((all) => shuffledSubarray(all, { minLength: all.length }).map((other) => [all, other])),
      ([all, other]) => {
        expect(inFrameOrder(all)).toEqual(inFrameOrder(other))
      },
    ),
    { ...fixed, numRuns: 400 },
  )
})
