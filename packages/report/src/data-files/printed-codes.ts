/**
 * How the values of a column become whole numbers: code = (printed step − low) × fine + the place within the step. What is printed is exact, and the order
 * is `fine` times finer than print. The three largest codes are no values: none, +∞, −∞.
 */
export interface CodeScale {
  /** Printed steps in 1: 10 to the number of decimals. */
  unit: number
  /** The smallest printed step. */
  low: number
  /** Places within a step. */
  fine: number
  /** Bytes a code: 2, 3, 4; 8 where the column's range has too many printed steps, and the values themselves are kept. */
  bytes: 2 | 3 | 4 | 8
}

/** Fewer places within a step would make ties that values do not have. */
const fewestPlaces = 4
/** More steps than this cannot be told apart by whole numbers kept in a double. */
const mostSteps = 2 ** 48

/** Decimals of a scale's print. */
export function decimalsOf({ unit }: Pick<CodeScale, 'unit'>): number {
  return Math.round(Math.log10(unit))
}

/** The scale of values that print with `decimals` digits (0 to 15): the fewest bytes that keep the order finer than print. */
export function codeScale(values: Iterable<number>, decimals: number): CodeScale {
  const unit = 10 ** decimals
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    const step = printedStep(value, decimals)
    if (step < low) low = step
    if (step > high) high = step
  }
  if (low > high) return { unit, low: 0, fine: 1, bytes: 2 }
  const steps = high - low + 1
  if (!(Math.abs(low) < mostSteps && Math.abs(high) < mostSteps)) return { unit, low: 0, fine: 1, bytes: 8 }
  for (const bytes of [2, 3, 4] as const) {
    const fine = Math.floor((2 ** (8 * bytes) - 3) / steps)
    if (fine >= fewestPlaces) return { unit, low, fine, bytes }
  }
  return { unit, low: 0, fine: 1, bytes: 8 }
}

/** The step that a value prints as: `value.toFixed(decimals)` in units of its last digit. */
export function printedStep(value: number, decimals: number): number {
  return Math.round(Number(value.toFixed(decimals)) * 10 ** decimals)
}

/** Code of a value; the value must lie in the range that the scale was made of. Not for scales of 8 bytes. */
export function codeOf(value: number, { unit, low, fine, bytes }: CodeScale): number {
  const top = 2 ** (8 * bytes)
  if (Number.isNaN(value)) return top - 1
  if (value === Infinity) return top - 2
  if (value === -Infinity) return top - 3
  const step = printedStep(value, decimalsOf({ unit }))
  const place = Math.min(fine - 1, Math.max(0, Math.floor((value * unit - step + 0.5) * fine)))
  return (step - low) * fine + place
}

/** The bytes of a column, in planes. @param scale of `codeScale` over these values */
export function encodeCodes(values: Float64Array, scale: CodeScale): Uint8Array {
  const { bytes } = scale
  const count = values.length
  const planes = new Uint8Array(bytes * count)
  if (bytes === 8) {
    const view = new DataView(new ArrayBuffer(8))
    values.forEach((value, at) => {
      view.setFloat64(0, value, true)
      for (let plane = 0; plane < 8; plane++) planes[plane * count + at] = view.getUint8(plane)
    })
    return planes
  }
  values.forEach((value, at) => {
    let code = codeOf(value, scale)
    for (let plane = 0; plane < bytes; plane++) {
      planes[plane * count + at] = code % 256
      code = Math.floor(code / 256)
    }
  })
  return planes
}

/** A column read back: values to sort and draw, and values that print as the original ones do. */
export interface DecodedColumn {
  /** The middle of each value's place, at most half a place off; NaN for none. */
  values: Float64Array
  /** Prints with the scale's decimals as the original value does; NaN for none. */
  printed: Float64Array
}

/** Undoes `encodeCodes` for the values `from` to `to` of the column. */
export function decodeCodes(planes: Uint8Array, scale: CodeScale, from = 0, to?: number): DecodedColumn {
  const { bytes, unit, low, fine } = scale
  const count = planes.length / bytes
  const end = to ?? count
  const values = new Float64Array(end - from)
  const printed = new Float64Array(end - from)
  const view = new DataView(new ArrayBuffer(8))
  const top = 2 ** (8 * bytes)
  for (let at = from; at < end; at++) {
    if (bytes === 8) {
      for (let plane = 0; plane < 8; plane++) view.setUint8(plane, planes[plane * count + at])
      values[at - from] = printed[at - from] = view.getFloat64(0, true)
      continue
    }
    let code = 0
    for (let plane = bytes - 1; plane >= 0; plane--) code = code * 256 + planes[plane * count + at]
    if (code >= top - 3) {
      values[at - from] = printed[at - from] = code === top - 1 ? Number.NaN : code === top - 2 ? Infinity : -Infinity
      continue
    }
    const step = low + Math.floor(code / fine)
    printed[at - from] = step / unit
    values[at - from] = (step - 0.5 + ((code % fine) + 0.5) / fine) / unit
  }
  return { values, printed }
}

/** A number as lists print it: fixed decimals, a true minus, a comma from 1,000 on, `none` for no value. */
export function printedNumber(value: number, decimals: number): string {
  if (Number.isNaN(value)) return 'none'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const text = value.toFixed(decimals)
  const [whole, rest] = text.replace('-', '').split('.')
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')
  const sign = text.startsWith('-') && Number(text) !== 0 ? '−' : ''
  return `${sign}${grouped}${rest === undefined ? '' : `.${rest}`}`
}
