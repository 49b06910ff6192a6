/** Bytes of a pickle from its parts: numbers are bytes, strings are ASCII, arrays are spliced in. */
export function pickleBytes(...parts: readonly (number | string | Uint8Array)[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) =>
      typeof part === 'number' ? Buffer.of(part) : typeof part === 'string' ? Buffer.from(part, 'latin1') : part,
    ),
  )
}

/** BINUNICODE. */
export function unicode(text: string): Uint8Array {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(Buffer.byteLength(text))
  return pickleBytes('X', length, Buffer.from(text))
}

/** BININT. */
export function int(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return pickleBytes('J', bytes)
}

/** A tuple of integers. */
export function ints(values: readonly number[]): Uint8Array {
  return pickleBytes('(', ...values.map(int), 't')
}

export interface PickledTensor {
  key?: string
  type?: string
  storageLength: number
  offset?: number
  shape: readonly number[]
  strides: readonly number[]
  /** What follows the hooks: the metadata with torch's negative and conjugate bits. */
  metadata?: Uint8Array
  /** As the legacy format has it: the storage's name ends with the part of it that is meant, here None for all. */
  legacy?: boolean
}

/** `_rebuild_tensor_v2` of a storage, as torch writes it. */
export function pickledTensor(tensor: PickledTensor): Uint8Array {
  const { key = '0', type = 'FloatStorage', storageLength, offset = 0, shape, strides, metadata, legacy } = tensor
  return pickleBytes(
    'ctorch._utils\n_rebuild_tensor_v2\n((',
    unicode('storage'),
    `ctorch\n${type}\n`,
    unicode(key),
    unicode('cpu'),
    int(storageLength),
    legacy === true ? 'N' : '',
    'tQ',
    int(offset),
    ints(shape),
    ints(strides),
    0x89,
    '}',
    metadata ?? '',
    'tR',
  )
}

/** A state dict of these tensors. */
export function pickledState(tensors: Readonly<Record<string, PickledTensor>>): Uint8Array {
  const items = Object.entries(tensors).flatMap(([name, tensor]) => [unicode(name), pickledTensor(tensor)])
  return pickleBytes(0x80, 2, '}(', ...items, 'u.')
}
