import type { DataType } from './data-type.ts'

/**
 * A tensor where it lies: a range of bytes of a file that is never copied or converted.
 *
 * A contiguous tensor is row-major and little-endian at `[offset, offset + byteLength)`. A tensor that is a strided
 * view of its storage has `contiguous: false` and `strides` in elements; `[offset, offset + byteLength)` is then the
 * span from its first to its last element, which may hold elements of other tensors too.
 */
export interface TensorReference {
  readonly name: string
  readonly dtype: DataType
  readonly shape: readonly number[]
  /** Real path (symbolic links resolved) of a regular file. */
  readonly file: string
  /** Bytes from the start of the file. Not necessarily aligned. */
  readonly offset: number
  readonly byteLength: number
  readonly contiguous: boolean
  /** Elements between neighbours along each axis; only where `contiguous` is false. */
  readonly strides?: readonly number[] | undefined
  /** The file holds the negatives of the values (torch's negative bit, of views like `z.conj().imag`). */
  readonly negated?: boolean | undefined
  /** The file holds the complex conjugates of the values (torch's conjugate bit). */
  readonly conjugated?: boolean | undefined
}

export type CheckpointFormat = 'torch-zip' | 'torchscript' | 'torch-legacy' | 'safetensors'

/** A file of tensors, or several that an index makes one of, read without loading one of them. */
export interface Checkpoint {
  /** Real path of the file; of several the index. Each tensor says which file it lies in. */
  readonly path: string
  readonly format: CheckpointFormat
  /** In the file's order. Two names may share bytes (aliases, tied weights). */
  readonly tensors: ReadonlyMap<string, TensorReference>
}

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** Row-major strides in elements. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = Array.from(shape, () => 1)
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1]
  return strides
}

/** Whether strides describe the row-major order; axes of one element may have any stride, as in torch. */
export function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  if (elementCount(shape) === 0) return true
  const expected = rowMajorStrides(shape)
  return shape.every((size, axis) => size === 1 || strides[axis] === expected[axis])
}
