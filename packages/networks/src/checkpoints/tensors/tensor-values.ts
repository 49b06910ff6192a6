/** A tensor to be written: row-major float32. */
export interface TensorValues {
  readonly shape: readonly number[]
  readonly data: Float32Array
}
