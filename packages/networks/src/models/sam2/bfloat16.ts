const bits = new Uint32Array(1)
const float = new Float32Array(bits.buffer)

/** Rounds every number to the nearest bfloat16, ties to even, in place: SAM 2 keeps its memory so, whatever type it computes in. */
export function roundToBfloat16(values: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i++) {
    float[0] = values[i]
    // NaN stays what it is: rounding its bits could make it infinite.
    if (Number.isNaN(float[0])) continue
    bits[0] = (bits[0] + 0x7fff + ((bits[0] >>> 16) & 1)) & 0xffff0000
    values[i] = float[0]
  }
  return values
}
