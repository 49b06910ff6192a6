// The one-node ONNX model behind `multiply`: Y = alpha · op(A) · op(B) [+ C].
//
// ONNX is a protobuf; a message is a list of (field number, wire type, value). Only varints (wire type 0), length-delimited
// fields (2) and 32-bit floats (5) occur here, so the writer is these three functions. Field numbers: onnx.proto3.

/** Element types, as ONNX numbers them. */
const TYPES = { float32: 1, float64: 11 } as const
const IR_VERSION = 8
const OPSET = 13

/** What a Gemm session is built for. */
export interface GemmKind {
  transposeA: boolean
  transposeB: boolean
  alpha: 1 | -1
  /** Whether C is added (with factor 1). */
  addend: boolean
  type: keyof typeof TYPES
}

/** Bytes of the ONNX model; inputs `A`, `B` (and `C`), output `Y`, every axis free. */
export function gemmModel(kind: GemmKind): Uint8Array {
  const inputs = kind.addend ? ['A', 'B', 'C'] : ['A', 'B']
  const node = message(
    ...inputs.map((name) => text(1, name)),
    text(2, 'Y'),
    text(4, 'Gemm'),
    bytes(5, integerAttribute('transA', kind.transposeA ? 1 : 0)),
    bytes(5, integerAttribute('transB', kind.transposeB ? 1 : 0)),
    bytes(5, floatAttribute('alpha', kind.alpha)),
  )
  const graph = message(
    bytes(1, node),
    text(2, 'gemm'),
    ...inputs.map((name) => bytes(11, matrixInfo(name, kind.type))),
    bytes(12, matrixInfo('Y', kind.type)),
  )
  return message(varint(1, IR_VERSION), text(2, 'kinemetric'), bytes(7, graph), bytes(8, varint(2, OPSET)))
}

/** ValueInfoProto of a matrix whose axes are named after it. */
function matrixInfo(name: string, type: GemmKind['type']): Uint8Array {
  const axis = (suffix: string): Uint8Array => bytes(1, text(2, name + suffix))
  const shape = message(axis('rows'), axis('columns'))
  const tensor = message(varint(1, TYPES[type]), bytes(2, shape))
  return message(text(1, name), bytes(2, bytes(1, tensor)))
}

function integerAttribute(name: string, value: number): Uint8Array {
  return message(text(1, name), varint(3, value), varint(20, 2))
}

function floatAttribute(name: string, value: number): Uint8Array {
  const field = new Uint8Array(5)
  field[0] = (2 << 3) | 5
  new DataView(field.buffer).setFloat32(1, value, true)
  return message(text(1, name), field, varint(20, 1))
}

function message(...fields: Uint8Array[]): Uint8Array {
  return Buffer.concat(fields)
}

function varint(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varintBytes(field << 3), ...varintBytes(value)])
}

function bytes(field: number, value: Uint8Array): Uint8Array {
  return message(Uint8Array.from([...varintBytes((field << 3) | 2), ...varintBytes(value.length)]), value)
}

function text(field: number, value: string): Uint8Array {
  return bytes(field, Buffer.from(value))
}

function varintBytes(value: number): number[] {
  const out: number[] = []
  while (value > 127) {
    out.push((value & 127) | 128)
    value >>>= 7
  }
  out.push(value)
  return out
}
