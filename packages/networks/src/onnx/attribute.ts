import { elementTypeNumbers, elementTypeOf, type TensorData } from './element-type.ts'
import type { ProtobufWriter } from './protobuf-writer.ts'
import { networkError } from '../tracklets/network-error.ts'

/**
 * An operator's attribute. A bare number is an integer and a bare list a list of integers, because ONNX tells 1 from 1.0
 * and JavaScript does not: a real number is written `{ float: 1 }`.
 */
export type AttributeValue =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly tensor: { readonly data: TensorData; readonly shape: readonly number[] } }

// AttributeProto.AttributeType
const FLOAT = 1
const INT = 2
const STRING = 3
const TENSOR = 4
const FLOATS = 6
const INTS = 7
const STRINGS = 8

/** Writes one AttributeProto. @throws KinemetricError for a bare number that is not an integer. */
export function writeAttribute(writer: ProtobufWriter, name: string, value: AttributeValue): void {
  writer.bytes(1, name)
  if (typeof value === 'number') writer.integer(3, integer(name, value)).integer(20, INT)
  else if (typeof value === 'string') writer.bytes(4, value).integer(20, STRING)
  else if ('float' in value) writer.float(2, value.float).integer(20, FLOAT)
  else if ('floats' in value) {
    for (const item of value.floats) writer.float(7, item)
    writer.integer(20, FLOATS)
  } else if ('strings' in value) {
    for (const item of value.strings) writer.bytes(9, item)
    writer.integer(20, STRINGS)
  } else if ('tensor' in value) {
    writer.message(5, (tensor) => writeTensor(tensor, name, value.tensor.data, value.tensor.shape)).integer(20, TENSOR)
  } else {
    for (const item of value) writer.integer(8, integer(name, item))
    writer.integer(20, INTS)
  }
}

/** Writes a TensorProto whose bytes lie in the message itself. */
export function writeTensor(
  writer: ProtobufWriter,
  name: string,
  data: TensorData,
  shape: readonly number[],
  elementType = elementTypeOf(data),
): void {
  for (const size of shape) writer.integer(1, size)
  writer.integer(2, elementTypeNumbers[elementType]).bytes(8, name)
  // ONNX stores raw data in little-endian order, as every machine that onnxruntime runs on does.
  writer.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
}

function integer(name: string, value: number): number {
  if (Number.isSafeInteger(value)) return value
  throw networkError('bad-graph', `attribute ${name}`, {
    expected: 'an integer',
    found: `${value} (write a real number as { float: ${value} })`,
  })
}
