import { type StoredEntry, storedZip } from './stored-zip.ts'
import { rowMajorStrides } from '../tensors/tensor-reference.ts'
import { floatBytes, type TensorValues } from '../tensors/tensor-values.ts'
import { writeWhole } from '@kinemetric/files'
import { checkTensorValues } from './write-safetensors.ts'

/**
 * Writes float32 tensors as a state dict that `torch.load` reads: the zip format of torch 1.6 and later, every tensor
 * in a STORED entry of its own. The same tensors always give the same bytes.
 *
 * @throws KinemetricError `wrong-tensors` where a shape does not fit its data, `write-failed`.
 */
export async function writeTorchZip(
  path: string,
  tensors: ReadonlyMap<string, TensorValues>,
  options: { zip64?: boolean | undefined } = {},
): Promise<void> {
  checkTensorValues(path, tensors)
  const text = new TextEncoder()
  const entries: StoredEntry[] = [
    { name: 'archive/data.pkl', data: statePickle(tensors) },
    { name: 'archive/byteorder', data: text.encode('little') },
    ...[...tensors.values()].map(({ data }, key) => ({ name: `archive/data/${key}`, data: floatBytes(data) })),
    { name: 'archive/version', data: text.encode('3\n') },
  ]
  await writeWhole(path, storedZip(entries, options.zip64))
}

/** Protocol 2: an OrderedDict of name to _rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict()). */
function statePickle(tensors: ReadonlyMap<string, TensorValues>): Uint8Array {
  const pieces: (string | Uint8Array)[] = ['\x80\x02', 'ccollections\nOrderedDict\n)R', '(']
  let key = 0
  for (const [name, { shape, data }] of tensors) {
    pieces.push(unicode(name), 'ctorch._utils\n_rebuild_tensor_v2\n(')
    pieces.push('(', unicode('storage'), 'ctorch\nFloatStorage\n', unicode(String(key++)), unicode('cpu'))
    pieces.push(integer(data.length), 'tQ', integer(0))
    pieces.push('(', ...shape.map(integer), 't', '(', ...rowMajorStrides(shape).map(integer), 't')
    pieces.push('\x89', 'ccollections\nOrderedDict\n)R', 'tR')
  }
  pieces.push('u.')
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)))
}

function unicode(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8')
  const head = Buffer.alloc(5)
  head[0] = 0x58
  head.writeUInt32LE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}

/** BININT up to 2^31, LONG1 of 8 bytes above. */
function integer(value: number): Uint8Array {
  if (value < 2 ** 31) {
    const bytes = Buffer.alloc(5)
    bytes[0] = 0x4a
    bytes.writeInt32LE(value, 1)
    return bytes
  }
  const bytes = Buffer.alloc(10)
  bytes[0] = 0x8a
  bytes[1] = 8
  bytes.writeBigInt64LE(BigInt(value), 2)
  return bytes
}
