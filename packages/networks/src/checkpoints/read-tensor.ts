import { type DataType, itemSize } from './tensors/data-type.ts'
import { openRegularFile } from '@kinemetric/files'
import { fillBytes } from './tensors/read-bytes.ts'
import { elementCount, type TensorReference } from './tensors/tensor-reference.ts'
import { networkError } from '../tracklets/network-error.ts'

/** One typed array cannot hold more. */
const maxTensorBytes = 2 ** 32

/**
 * The elements of a tensor in row-major order, converted to float32: half floats and integers up to 2^24 exactly,
 * wider types rounded to nearest. Strided views are gathered.
 *
 * @throws KinemetricError `unsupported` for 8-bit floats and complex numbers, `truncated` where the file has become
 * shorter, `too-large` above 4 GiB.
 */
export async function readTensor(reference: TensorReference): Promise<Float32Array> {
  return toFloat32(await readTensorBytes(reference), reference)
}

/**
 * The bytes of a tensor in row-major order, in its own type. Strided views are gathered; values that the file holds negated or conjugated are put right.
 *
 * @throws KinemetricError `truncated` where the file has become shorter, `too-large` above 4 GiB.
 */
export async function readTensorBytes(reference: TensorReference): Promise<Uint8Array<ArrayBuffer>> {
  const { name, file: path, offset, byteLength, shape, dtype, strides } = reference
  const size = elementCount(shape) * itemSize[dtype]
  if (size > maxTensorBytes || byteLength > maxTensorBytes) {
    throw networkError(
      'too-large',
      path,
      `tensor "${name}" has ${Math.max(size, byteLength)} bytes; at most ${maxTensorBytes} are loaded`,
    )
  }
  const file = await openRegularFile(path)
  const span = new Uint8Array(byteLength)
  try {
    await fillBytes(file, span, offset)
  } finally {
    await file.handle.close()
  }
  const bytes = strides === undefined ? span : gather(span, shape, strides, itemSize[dtype])
  flipSigns(bytes, reference)
  return bytes
}

/** Puts right what the file holds negated or conjugated: IEEE 754 numbers change their sign by their highest bit. */
function flipSigns(
  bytes: Uint8Array,
  { name, file, dtype, negated = false, conjugated = false }: TensorReference,
): void {
  if (!negated && !conjugated) return
  const parts = complexParts[dtype] ?? { size: itemSize[dtype], complex: false }
  if (!dtype.includes('float') && !parts.complex)
    throw networkError(
      'unsupported',
      file,
      `tensor "${name}" is ${dtype} and marked as negated, which torch does to floats alone`,
    )
  for (let at = 0, index = 0; at < bytes.length; at += parts.size, index++) {
    const imaginary = parts.complex && index % 2 === 1
    if (negated !== (imaginary && conjugated)) bytes[at + parts.size - 1] ^= 0x80
  }
}

/** Bytes of a real or imaginary part. */
const complexParts: Readonly<Partial<Record<DataType, { size: number; complex: true }>>> = {
  complex64: { size: 4, complex: true },
  complex128: { size: 8, complex: true },
}

/** Row-major copy of a strided view; `strides` in elements of `size` bytes. */
function gather(
  span: Uint8Array<ArrayBuffer>,
  shape: readonly number[],
  strides: readonly number[],
  size: number,
): Uint8Array<ArrayBuffer> {
  const count = elementCount(shape)
  const result = new Uint8Array(count * size)
  const index = shape.map(() => 0)
  for (let element = 0, source = 0; element < count; element++) {
    result.set(span.subarray(source * size, (source + 1) * size), element * size)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis]
      if (++index[axis] < shape[axis]) break
      source -= shape[axis] * strides[axis]
      index[axis] = 0
    }
  }
  return result
}

function toFloat32(bytes: Uint8Array<ArrayBuffer>, reference: TensorReference): Float32Array {
  const convert = conversions[reference.dtype]
  if (convert === undefined) {
    throw networkError(
      'unsupported',
      reference.file,
      `tensor "${reference.name}" is ${reference.dtype}, which has no conversion to float32`,
    )
  }
  // A fresh array is aligned for every element type.
  return convert(bytes.buffer)
}

const conversions: Readonly<Partial<Record<DataType, (buffer: ArrayBuffer) => Float32Array>>> = {
  float32: (buffer) => new Float32Array(buffer),
  float64: (buffer) => Float32Array.from(new Float64Array(buffer)),
  float16: (buffer) => Float32Array.from(new Uint16Array(buffer), halfToNumber),
  bfloat16: (buffer) => {
    // bfloat16 is the upper half of float32.
    const words = Uint32Array.from(new Uint16Array(buffer), (half) => half * 65536)
    return new Float32Array(words.buffer)
  },
  int64: (buffer) => Float32Array.from(new BigInt64Array(buffer), Number),
  int32: (buffer) => Float32Array.from(new Int32Array(buffer)),
  int16: (buffer) => Float32Array.from(new Int16Array(buffer)),
  int8: (buffer) => Float32Array.from(new Int8Array(buffer)),
  uint64: (buffer) => Float32Array.from(new BigUint64Array(buffer), Number),
  uint32: (buffer) => Float32Array.from(new Uint32Array(buffer)),
  uint16: (buffer) => Float32Array.from(new Uint16Array(buffer)),
  uint8: (buffer) => Float32Array.from(new Uint8Array(buffer)),
  bool: (buffer) => Float32Array.from(new Uint8Array(buffer), (value) => (value === 0 ? 0 : 1)),
}

/** IEEE 754 half precision. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
