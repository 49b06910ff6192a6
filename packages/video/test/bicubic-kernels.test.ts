import { assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { hashFrames } from '../src/index.ts'
import { bicubicKernels } from '../src/resize/kernels/bicubic-kernels.ts'
import { integerTaps } from '../src/resize/kernels/integer-taps.ts'
import { pillowBicubicWindow } from '../src/resize/pillow-bicubic.ts'
import { noiseFrames } from './noise.ts'

function both(
  height: number,
  width: number,
  toHeight: number,
  toWidth: number,
  window: Parameters<typeof pillowBicubicWindow>[3],
) {
  const given = noiseFrames(2, height, width)
  return [false, true].map((plain) => hashFrames(pillowBicubicWindow(given, toHeight, toWidth, window, { plain })))
}

const passes = (from: number, to: number) => {
  const taps = integerTaps(from, to, 0, to)
  return bicubicKernels({ inputWidth: from, rowsNeeded: from, firstRow: 0, columns: taps, rows: taps })
}

test('WebAssembly gives what the plain loops give, for any sizes and windows', () => {
  const side = integer({ min: 1, max: 40 })
  assert(
    property(
      side,
      side,
      side,
      side,
      integer({ min: 0, max: 39 }),
      integer({ min: 0, max: 39 }),
      (h, w, th, tw, top, left) => {
        const [y, x] = [top % th, left % tw]
        const [kernels, plain] = both(h, w, th, tw, { top: y, left: x, height: th - y, width: tw - x })
        expect(kernels).toBe(plain)
      },
    ),
    { seed: 5, numRuns: 200 },
  )
})

test('frames of another size before leave nothing behind', () => {
  both(300, 200, 310, 220, { top: 0, left: 0, height: 310, width: 220 })
  const [kernels, plain] = both(3, 5, 4, 7, { top: 0, left: 0, height: 4, width: 7 })
  expect(kernels).toBe(plain)
})

test('what is reduced by more than their code is unrolled for is left to the plain loops', () => {
  expect(passes(100, 10)).toBeUndefined()
  expect(passes(20, 10)).toBeDefined()
})
