/** A tensor to be written: row-major float32. */
export interface TensorValues {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** The bytes of a float array, not copied. */
export function floatBytes(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
