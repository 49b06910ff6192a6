import { instantiate } from '@kinemetric/video/instantiate'
import { SSIM_C1, SSIM_C2, type SsimWindow } from './ssim-window.ts'
import {
  assembleModule,
  doWhile,
  f64,
  f64x2,
  i16x8,
  i32,
  i32x4,
  v128,
  type Code,
  type Local,
} from '@kinemetric/video/wasm-assembler'

// The SSIM sum of `ssim-plain.ts` as WebAssembly SIMD, in the same order of operations: the vertical sums start from
// whole numbers (pairs of rows are added, squared and multiplied exactly in 16 and 32 bits), everything with a weight is
// float64. A module is emitted for one window, row length and channel count, so that every row and tap is an immediate
// offset of one running address.
//
// Memory: four rows of float64 (the vertically filtered a, b, a²+b², ab), then the bytes of a, then those of b.

const PAGE = 65536
/** The vertical pass works on four columns of eight loaded bytes, the horizontal one on two: both run past the end. */
const SLACK = 16

/** Sums of the SSIM map for images of one row length. */
export interface SsimKernel {
  /** `[height, width, channels]` bytes each; see `ssimSumsPlain`. */
  sum(a: Uint8Array, b: Uint8Array, height: number): number
}

/** A kernel for images `width` pixels wide of `channels` interleaved channels. */
export function createSsimKernel(width: number, channels: number, window: SsimWindow): SsimKernel {
  const row = width * channels
  const mapBytes = (row + SLACK) * 8
  const imagesStart = 4 * mapBytes
  const { memory, run } = instantiate(ssimModule(width, channels, window))

  const sum = (a: Uint8Array, b: Uint8Array, height: number): number => {
    const image = height * row
    const needed = imagesStart + 2 * image + SLACK
    if (memory.buffer.byteLength < needed) memory.grow(Math.ceil((needed - memory.buffer.byteLength) / PAGE))
    const bytes = new Uint8Array(memory.buffer)
    bytes.set(a.subarray(0, image), imagesStart)
    bytes.set(b.subarray(0, image), imagesStart + image)
    return run(imagesStart, imagesStart + image, height - 2 * window.radius)
  }
  return { sum }
}

/** The bytes of the module; exported for its test. */
export function ssimModule(width: number, channels: number, window: SsimWindow): Uint8Array<ArrayBuffer> {
  const row = width * channels
  const mapBytes = (row + SLACK) * 8
  const outputs = (width - 2 * window.radius) * channels

  return assembleModule(3, (scope) => {
    // a, b: address of the top row under the window; rows: how many rows of the map are still to be done.
    const [a, b, rows] = scope.parameters
    const column = scope.integer()
    const address = scope.integer()
    const total = scope.vector()
    // V8 builds a vector constant anew wherever it stands; in a local it is made once.
    const held: Code[] = []
    const hold = (value: number): Code => {
      const constant = scope.vector()
      held.push(constant.set(f64x2.constant(value)))
      return constant.get
    }
    const taps = [...window.taps].map(hold)
    const vertical = filterColumns({ a, b, row, taps, mapBytes, column, vector: () => scope.vector() })
    const horizontal = scoreColumns({ address, channels, window, taps, mapBytes, hold, vector: () => scope.vector() })
    const mask: Code = v128.constant([...Array(8).fill(0xff), ...Array(8).fill(0)])

    const pairs = outputs - (outputs % 2)
    const body: Code = [
      ...column.set(i32.constant(0)),
      ...doWhile(
        [...vertical, ...column.set(i32.add(column.get, i32.constant(4)))],
        i32.lessThan(column.get, i32.constant(row)),
      ),
      ...address.set(i32.constant(0)),
      ...(pairs > 0
        ? doWhile(
            [
              ...horizontal.code,
              ...total.set(f64x2.add(total.get, horizontal.result)),
              ...address.set(i32.add(address.get, i32.constant(16))),
            ],
            i32.lessThan(address.get, i32.constant(pairs * 8)),
          )
        : []),
      // An odd last column: its neighbour lies outside and is masked out.
      ...(outputs % 2 === 1
        ? [...horizontal.code, ...total.set(f64x2.add(total.get, v128.and(horizontal.result, mask)))]
        : []),
      ...a.set(i32.add(a.get, i32.constant(row))),
      ...b.set(i32.add(b.get, i32.constant(row))),
      ...rows.set(i32.add(rows.get, i32.constant(-1))),
    ]
    return [
      ...held.flat(),
      ...doWhile(body, i32.lessThan(i32.constant(0), rows.get)),
      ...f64.add(f64x2.lane(total.get, 0), f64x2.lane(total.get, 1)),
    ]
  })
}

/** x₀y₀x₁y₁… of 16-bit lanes, so that a dot product with itself is x² + y². */
function interleave(x: Local, y: Local): Code {
  return v128.shuffle(x.get, y.get, INTERLEAVE_LOW_16)
}

const INTERLEAVE_LOW_16 = [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23]
const HIGH_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]

interface VerticalContext {
  a: Local
  b: Local
  row: number
  /** The window's weights from the centre outwards, each in both lanes. */
  taps: readonly Code[]
  mapBytes: number
  column: Local
  vector: () => Local
}

/** Filters four columns of a, b, a²+b² and ab down the window and stores them as float64. */
function filterColumns({ a, b, row, taps, mapBytes, column, vector }: VerticalContext): Code {
  const radius = taps.length - 1
  const [above, below, otherAbove, otherBelow] = [vector(), vector(), vector(), vector()]
  const whole = vector()
  const maps = [0, 1, 2, 3].map(() => [vector(), vector()] as const)
  const code: number[] = []

  /** Adds weight · (the four whole numbers of `values`) to a map's two accumulators, or starts them. */
  const accumulate = (map: number, k: number, values: Code): void => {
    const [low, high] = maps[map]
    const weighted = (lanes: Code): Code => f64x2.multiply(taps[k], f64x2.convertLowInt32(lanes))
    const start = k === 0
    code.push(...whole.set(values))
    const lowProduct = weighted(whole.get)
    const highProduct = weighted(v128.shuffle(whole.get, whole.get, HIGH_HALF))
    code.push(...low.set(start ? lowProduct : f64x2.add(low.get, lowProduct)))
    code.push(...high.set(start ? highProduct : f64x2.add(high.get, highProduct)))
  }
  const load = (image: Local, line: number): Code => v128.load8x8Unsigned(i32.add(image.get, column.get), line * row)

  for (let k = 0; k <= radius; k++) {
    code.push(...above.set(load(a, radius - k)), ...otherAbove.set(load(b, radius - k)))
    if (k === 0) {
      // The centre alone: (a, b)·(a, b) = a²+b², and ab as the dot product with a zero beside it.
      const zero: Code = v128.constant(Array(16).fill(0))
      code.push(...below.set(v128.shuffle(above.get, zero, INTERLEAVE_LOW_16)))
      code.push(...otherBelow.set(v128.shuffle(otherAbove.get, zero, INTERLEAVE_LOW_16)))
      accumulate(0, k, i32x4.extendLowInt16(above.get))
      accumulate(1, k, i32x4.extendLowInt16(otherAbove.get))
    } else {
      code.push(...below.set(load(a, radius + k)), ...otherBelow.set(load(b, radius + k)))
      accumulate(0, k, i32x4.extendLowInt16(i16x8.add(above.get, below.get)))
      accumulate(1, k, i32x4.extendLowInt16(i16x8.add(otherAbove.get, otherBelow.get)))
      code.push(...below.set(interleave(above, below)), ...otherBelow.set(interleave(otherAbove, otherBelow)))
    }
    const [pairA, pairB] = [below.get, otherBelow.get]
    accumulate(2, k, i32x4.add(i32x4.dotInt16(pairA, pairA), i32x4.dotInt16(pairB, pairB)))
    accumulate(3, k, i32x4.dotInt16(pairA, pairB))
  }
  const byteAddress: Code = i32.shiftLeft(column.get, i32.constant(3)) // eight bytes a value
  maps.forEach(([low, high], map) => {
    code.push(...v128.store(byteAddress, low.get, map * mapBytes))
    code.push(...v128.store(byteAddress, high.get, map * mapBytes + 16))
  })
  return code
}

interface HorizontalContext {
  /** Byte address, within the first map, of the leftmost value under the window. */
  address: Local
  channels: number
  window: SsimWindow
  taps: readonly Code[]
  mapBytes: number
  /** A constant in both lanes, made once before the loops. */
  hold: (value: number) => Code
  vector: () => Local
}

/** Filters two positions along the row and puts the SSIM formula on top. */
function scoreColumns({ address, channels, window, taps, mapBytes, hold, vector }: HorizontalContext): {
  code: Code
  result: Code
} {
  const { radius, covarianceFactor } = window
  const filtered = (map: number): Code => {
    const at = (tap: number): Code => v128.load(address.get, map * mapBytes + (radius + tap) * channels * 8)
    let sum: Code = f64x2.multiply(taps[0], at(0))
    for (let k = 1; k <= radius; k++) {
      sum = f64x2.add(sum, f64x2.multiply(taps[k], f64x2.add(at(-k), at(k))))
    }
    return sum
  }
  const [meanA, meanB, meanProduct, meanSquares] = [vector(), vector(), vector(), vector()]
  const code: Code = [
    ...meanA.set(filtered(0)),
    ...meanB.set(filtered(1)),
    ...meanProduct.set(f64x2.multiply(meanA.get, meanB.get)),
    ...meanSquares.set(f64x2.add(f64x2.multiply(meanA.get, meanA.get), f64x2.multiply(meanB.get, meanB.get))),
  ]
  const [c1, c2, two] = [hold(SSIM_C1), hold(SSIM_C2), hold(2)]
  const [factor, twiceFactor] =
    covarianceFactor === 1 ? [null, two] : [hold(covarianceFactor), hold(2 * covarianceFactor)]
  const centredSquares = f64x2.subtract(filtered(2), meanSquares.get)
  const variances = factor === null ? centredSquares : f64x2.multiply(factor, centredSquares)
  const twiceCovariance = f64x2.multiply(twiceFactor, f64x2.subtract(filtered(3), meanProduct.get))
  const result = f64x2.divide(
    f64x2.multiply(f64x2.add(f64x2.multiply(two, meanProduct.get), c1), f64x2.add(twiceCovariance, c2)),
    f64x2.multiply(f64x2.add(meanSquares.get, c1), f64x2.add(variances, c2)),
  )
  return { code, result }
}
