import {
  assembleModule,
  type Code,
  doWhile,
  f32x4,
  f64,
  f64x2,
  type FunctionScope,
  i16x8,
  i32,
  i32x4,
  i8x16,
  type Local,
  v128,
} from '../wasm/wasm-assembler.ts'
import { MOVES_ABOVE, NEW_SHARE } from './plain.ts'

// What `plain` computes, sixteen pixels at a time. Planes have rows of one stride, with room around them: a block may reach behind a row's last pixel.

/** Pixels of a step. */
export const BLOCK = 16

const zero = v128.constant(Array(16).fill(0))
const bytes = (value: number): Code => v128.constant(Array(16).fill(value))
const words = (value: number): Code =>
  v128.constant(Array.from({ length: 16 }, (_, i) => (value >> (8 * (i % 2))) & 255))
const longs = (value: number): Code =>
  v128.constant(Array.from({ length: 16 }, (_, i) => (value >> (8 * (i % 4))) & 255))
/** Two 16-bit numbers in turn. */
const pairs = (first: number, second: number): Code => longs((first & 0xffff) | (second << 16))

/** A loop over rows of blocks: `step` at the address of each block, `pointers` moved by `by` bytes a block and to the next row by `rowBytes`. */
function overRows(
  scope: FunctionScope,
  {
    width,
    rows,
    pointers,
    step,
  }: { width: Local; rows: Local; pointers: readonly { at: Local; block: number; row: Code }[]; step: Code },
): Code {
  const left = scope.integer()
  const starts = pointers.map(() => scope.integer())
  const forward = pointers.flatMap(({ at, block }) => at.set(i32.add(at.get, i32.constant(block))))
  const row = [
    ...pointers.flatMap(({ at }, k) => starts[k].set(at.get)),
    ...left.set(i32.constant(0)),
    ...doWhile(
      [...step, ...forward, ...left.set(i32.add(left.get, i32.constant(BLOCK)))],
      i32.lessThan(left.get, width.get),
    ),
    ...pointers.flatMap(({ at, row: bytesOfRow }, k) => at.set(i32.add(starts[k].get, bytesOfRow))),
    ...rows.set(i32.subtract(rows.get, i32.constant(1))),
  ]
  return doWhile(row, rows.get)
}

/** `run(rgb, grey, width, rows, stride)`: packed RGB to grey, (9798 R + 19235 G + 3735 B + 16384) >> 15. */
export function greyModule(): Uint8Array<ArrayBuffer> {
  return assembleModule(5, (scope) => {
    const [rgb, grey, width, rows, stride] = scope.parameters
    const thirds = [scope.vector(), scope.vector(), scope.vector()]
    const channels = [scope.vector(), scope.vector(), scope.vector()]
    const [redGreen, blueOne] = [hold(scope, pairs(9798, 19_235)), hold(scope, pairs(3735, 16_384))]
    const one = hold(scope, words(1))
    const [red, green, blue] = channels
    // Pairs of 16-bit numbers whose dot products are the sums of four pixels.
    const four = (half: 'low' | 'high', part: 'low' | 'high'): Code => {
      const wide = (channel: Local) =>
        half === 'low' ? i16x8.extendLowUint8(channel.get) : i16x8.extendHighUint8(channel.get)
      const sum = i32x4.add(
        i32x4.dotInt16(interleaved(wide(red), wide(green), part), redGreen.get),
        i32x4.dotInt16(interleaved(wide(blue), one.get, part), blueOne.get),
      )
      return i32x4.shiftRight(sum, i32.constant(15))
    }
    const eight = (half: 'low' | 'high') => i16x8.narrowInt32(four(half, 'low'), four(half, 'high'))
    const step = [
      ...thirds.flatMap((third, k) => third.set(v128.load(rgb.get, BLOCK * k))),
      ...channels.flatMap((channel, c) => channel.set(channelOf(thirds, c))),
      ...v128.store(grey.get, i8x16.narrowInt16(eight('low'), eight('high'))),
    ]
    const threeWidths = i32.add(width.get, i32.shiftLeft(width.get, i32.constant(1)))
    return [
      ...redGreen.made,
      ...blueOne.made,
      ...one.made,
      ...overRows(scope, {
        width,
        rows,
        step,
        pointers: [
          { at: rgb, block: 3 * BLOCK, row: threeWidths },
          { at: grey, block: BLOCK, row: stride.get },
        ],
      }),
      ...f64.constant(0),
    ]
  })
}

/** `run(grey, sums, width, rows, stride)`: a₋₂ + 4a₋₁ + 6a₀ + 4a₁ + a₂ along rows, in 16 bits. */
export function blurRowsModule(): Uint8Array<ArrayBuffer> {
  return assembleModule(5, (scope) => {
    const [grey, sums, width, rows, stride] = scope.parameters
    const [first, second] = [scope.vector(), scope.vector()]
    const at = (offset: number, half: number) => v128.load8x8Unsigned(grey.get, offset + 2 + 8 * half)
    // Addresses may not be negative: the caller points two pixels to the left.
    const half = (which: 0 | 1) => [
      ...first.set(i16x8.add(at(-2, which), at(2, which))),
      ...second.set(i16x8.add(at(-1, which), at(1, which))),
      ...v128.store(sums.get, weighted(first.get, second.get, at(0, which)), 16 * which),
    ]
    return [
      ...overRows(scope, {
        width,
        rows,
        step: [...half(0), ...half(1)],
        pointers: [
          { at: grey, block: BLOCK, row: stride.get },
          { at: sums, block: 2 * BLOCK, row: i32.shiftLeft(stride.get, i32.constant(1)) },
        ],
      }),
      ...f64.constant(0),
    ]
  })
}

/**
 * `run(sums, blurred, average, mask, width, rows, stride)`: the blur down columns, the running average with it, and where they differ. `sums` is two rows above.
 * @returns 1 where any pixel moves
 */
export function compareModule(): Uint8Array<ArrayBuffer> {
  return assembleModule(7, (scope) => {
    const [sums, blurred, average, mask, width, rows, stride] = scope.parameters
    const [first, second, level, grey, moves, any] = Array.from({ length: 6 }, () => scope.vector())
    const line = scope.integer()
    const places = Array.from({ length: 5 }, () => scope.integer())
    const [round, above] = [hold(scope, words(128)), hold(scope, bytes(MOVES_ABOVE))]
    const [share, rest] = [hold(scope, f64x2.constant(NEW_SHARE)), hold(scope, f64x2.constant(1 - NEW_SHARE))]
    const eight = (half: 0 | 1): Code => {
      const at = (row: number) => v128.load(places[row].get, 16 * half)
      return i16x8.shiftRightUnsigned(
        i16x8.add(weighted(i16x8.add(at(0), at(4)), i16x8.add(at(1), at(3)), at(2)), round.get),
        i32.constant(8),
      )
    }
    const quads = Array.from({ length: 4 }, () => scope.vector())
    const extended = [first, second].flatMap((half) => [
      i32x4.extendLowUint16(half.get),
      i32x4.extendHighUint16(half.get),
    ])
    const [pair, low, high] = [scope.vector(), scope.vector(), scope.vector()]
    const update = (target: Local, offset: number, lanes: Code) => [
      ...target.set(
        f64x2.add(
          f64x2.multiply(f64x2.convertLowInt32(lanes), share.get),
          f64x2.multiply(v128.load(average.get, offset), rest.get),
        ),
      ),
      ...v128.store(average.get, target.get, offset),
    ]
    const levels = quads.flatMap((quad, k) => {
      return [
        ...pair.set(extended[k]),
        ...update(low, 32 * k, pair.get),
        ...update(high, 32 * k + 16, v128.shuffle(pair.get, pair.get, upperHalf)),
        ...quad.set(
          i32x4.truncateFloat32(
            f32x4.nearest(v128.shuffle(f32x4.demoteFloat64(low.get), f32x4.demoteFloat64(high.get), bothLowHalves)),
          ),
        ),
      ]
    })
    const step = [
      ...line.set(i32.shiftLeft(stride.get, i32.constant(1))),
      ...places[0].set(sums.get),
      ...[1, 2, 3, 4].flatMap((k) => places[k].set(i32.add(places[k - 1].get, line.get))),
      ...first.set(eight(0)),
      ...second.set(eight(1)),
      ...grey.set(i8x16.narrowInt16(first.get, second.get)),
      ...v128.store(blurred.get, grey.get),
      ...levels,
      ...level.set(
        i8x16.narrowInt16(i16x8.narrowInt32(quads[0].get, quads[1].get), i16x8.narrowInt32(quads[2].get, quads[3].get)),
      ),
      ...moves.set(
        i8x16.greaterUnsigned(
          v128.or(i8x16.subtractSaturated(grey.get, level.get), i8x16.subtractSaturated(level.get, grey.get)),
          above.get,
        ),
      ),
      ...v128.store(mask.get, moves.get),
      ...any.set(v128.or(any.get, moves.get)),
    ]
    return [
      ...[round, above, share, rest].flatMap(({ made }) => made),
      ...any.set(zero),
      ...overRows(scope, {
        width,
        rows,
        step,
        pointers: [
          { at: sums, block: 2 * BLOCK, row: i32.shiftLeft(stride.get, i32.constant(1)) },
          { at: blurred, block: BLOCK, row: stride.get },
          { at: average, block: 8 * BLOCK, row: i32.shiftLeft(stride.get, i32.constant(3)) },
          { at: mask, block: BLOCK, row: stride.get },
        ],
      }),
      ...f64x2.lane(f64x2.convertLowInt32(i32x4.splat(v128.anyTrue(any.get))), 0),
    ]
  })
}

/** `run(input, output, width, rows, stride, step)`: the smallest or largest of `taps` bytes, `step` apart, from the input's address on. */
export function extremeModule(of: 'smallest' | 'largest', taps: number): Uint8Array<ArrayBuffer> {
  const pick = of === 'smallest' ? i8x16.minUnsigned : i8x16.maxUnsigned
  return assembleModule(6, (scope) => {
    const [input, output, width, rows, stride, apart] = scope.parameters
    const at = scope.integer()
    const found = scope.vector()
    const step = [
      ...at.set(input.get),
      ...found.set(v128.load(at.get)),
      ...Array.from({ length: taps - 1 }, () => [
        ...at.set(i32.add(at.get, apart.get)),
        ...found.set(pick(found.get, v128.load(at.get))),
      ]).flat(),
      ...v128.store(output.get, found.get),
    ]
    return [
      ...overRows(scope, {
        width,
        rows,
        step,
        pointers: [
          { at: input, block: BLOCK, row: stride.get },
          { at: output, block: BLOCK, row: stride.get },
        ],
      }),
      ...f64.constant(0),
    ]
  })
}

/** A constant in a local: V8 would make it anew wherever it stands. */
function hold(scope: FunctionScope, value: Code): { made: Code; get: Code } {
  const local = scope.vector()
  return { made: local.set(value), get: local.get }
}

/** outer + 4·inner + 6·centre. */
function weighted(outer: Code, inner: Code, centre: Code): Code {
  const six = i16x8.add(i16x8.shiftLeft(centre, i32.constant(2)), i16x8.shiftLeft(centre, i32.constant(1)))
  return i16x8.add(i16x8.add(outer, i16x8.shiftLeft(inner, i32.constant(2))), six)
}

const upperHalf = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]
const bothLowHalves = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]

/** x₀y₀x₁y₁… of the lower or upper four 16-bit numbers. */
function interleaved(x: Code, y: Code, part: 'low' | 'high'): Code {
  const from = part === 'low' ? 0 : 8
  const lanes = Array.from({ length: 4 }, (_, k) => [
    from + 2 * k,
    from + 2 * k + 1,
    16 + from + 2 * k,
    16 + from + 2 * k + 1,
  ])
  return v128.shuffle(x, y, lanes.flat())
}

/** One byte a pixel of the 48 bytes that sixteen pixels are. */
function channelOf([first, second, last]: readonly Local[], channel: number): Code {
  const places = Array.from({ length: BLOCK }, (_, pixel) => 3 * pixel + channel)
  const two = v128.shuffle(
    first.get,
    second.get,
    places.map((place) => (place < 2 * BLOCK ? place : 0)),
  )
  return v128.shuffle(
    two,
    last.get,
    places.map((place, pixel) => (place < 2 * BLOCK ? pixel : place - BLOCK)),
  )
}
