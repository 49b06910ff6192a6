/** Python's `round(value, decimals)`: the nearest decimal to the number that is stored, halves to the even digit. */
export function roundTo(value: number, decimals: number): number {
  if (!Number.isFinite(value)) return value
  const text = value.toFixed(decimals)
  // What toFixed calls a half is one only where the number itself is a whole multiple of it: odd/2^(decimals+1).
  const halves = Math.abs(value) * 2 ** (decimals + 1)
  const isHalf = Number.isInteger(halves) && halves % 2 === 1
  const isOdd = Number(text.at(-1)) % 2 === 1
  // toFixed rounds a half away from 0, in whose last digit it then stands one too far.
  return isHalf && isOdd ? Number((Number(text) - Math.sign(value) * 10 ** -decimals).toFixed(decimals)) : Number(text)
}
