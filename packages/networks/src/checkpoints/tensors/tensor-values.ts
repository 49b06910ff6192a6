/** A tensor to be written: row-major float32. */
export interface TensorValues {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** The same of whole numbers, such as numbers of frames. */
export interface IntegerValues {
  readonly shape: readonly number[]
  readonly data: Int32Array
}

/** The bytes of an array, not copied. */
export function floatBytes(data: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
