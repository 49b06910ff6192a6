import { expect, test } from 'vitest'

import { ProtobufWriter, varint } from '../../src/onnx/protobuf-writer.ts'

test('varints follow the examples of the encoding guide', () => {
  expect([...varint(1)]).toEqual([0x01])
  expect([...varint(150)]).toEqual([0x96, 0x01])
  expect([...varint(-2)]).toEqual([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01])
  expect([...varint(2 ** 53)]).toEqual([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10])
})

test('fields are written as the encoding guide shows them', () => {
  const bytes = new ProtobufWriter()
    .integer(1, 150)
    .bytes(2, 'testing')
    .message(3, (nested) => nested.integer(1, 150))
    .float(4, 1)
    .finish()
  expect(Buffer.from(bytes).toString('hex')).toBe(['089601', '120774657374696e67', '1a03089601', '250000803f'].join(''))
})
