import ndarray, { type NdArray } from 'ndarray'

/** Whether the samples lie in row-major order from the start of the data, with nothing after them. */
export function isContiguous(frames: NdArray<Uint8Array | Float32Array>): boolean {
  let expected = 1
  for (let axis = frames.shape.length - 1; axis >= 0; axis--) {
    if (frames.shape[axis] !== 1 && frames.stride[axis] !== expected) return false
    expected *= frames.shape[axis]
  }
  return frames.offset === 0 && frames.data.length === expected
}

/**
 * The same frames in row-major order, offset 0 and nothing after them, as hot loops want them. Returns the same object
 * when it already is so; otherwise copies.
 * @param frames `[T, H, W, C]`, any strides and offset
 */
export function contiguous(frames: NdArray<Uint8Array>): NdArray<Uint8Array>
export function contiguous(frames: NdArray<Float32Array>): NdArray<Float32Array>
export function contiguous(
  frames: NdArray<Uint8Array> | NdArray<Float32Array>,
): NdArray<Uint8Array> | NdArray<Float32Array>
export function contiguous(
  frames: NdArray<Uint8Array> | NdArray<Float32Array>,
): NdArray<Uint8Array> | NdArray<Float32Array> {
  if (isContiguous(frames)) return frames
  const size = frames.shape.reduce((product, length) => product * length, 1)
  const copy =
    frames.data instanceof Uint8Array
      ? ndarray(new Uint8Array(size), frames.shape)
      : ndarray(new Float32Array(size), frames.shape)
  copyInto(copy.data, frames)
  return copy
}

function copyInto(target: Uint8Array | Float32Array, frames: NdArray<Uint8Array | Float32Array>): void {
  const { data, shape, stride, offset } = frames
  const [count, height, width, channels] = shape
  const rowLength = width * channels
  const rowsWhole = stride[3] === 1 && stride[2] === channels
  let at = 0
  for (let t = 0; t < count; t++) {
    for (let y = 0; y < height; y++) {
      const row = offset + t * stride[0] + y * stride[1]
      if (rowsWhole) {
        target.set(data.subarray(row, row + rowLength), at)
        at += rowLength
        continue
      }
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < channels; c++) target[at++] = data[row + x * stride[2] + c * stride[3]]
      }
    }
  }
}
