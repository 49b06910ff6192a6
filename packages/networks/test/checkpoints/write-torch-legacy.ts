import { writeFile } from 'node:fs/promises'

import { torchLegacyMagic } from '../../src/checkpoints/formats/torch-legacy.ts'
import { rowMajorStrides } from '../../src/checkpoints/tensors/tensor-reference.ts'
import { int, pickleBytes, pickledTensor, unicode } from './pickle-bytes.ts'

type Part = number | string | Uint8Array

const pickle = (...parts: readonly Part[]) => pickleBytes(0x80, 2, ...parts, '.')

const entry = (name: string, ...value: readonly Part[]) => pickleBytes(unicode(name), ...value)

const storages = { float16: 'HalfStorage', float32: 'FloatStorage', int32: 'IntStorage' } as const

export interface LegacyTensor {
  readonly dtype: keyof typeof storages
  readonly shape: readonly number[]
  /** Little-endian, row-major. */
  readonly bytes: Uint8Array
}

/**
 * Writes tensors as a training run did before torch 1.6, and as `_use_new_zipfile_serialization=False` does still: no zip, five pickles and the numbers
 * after them. torch's own files of this form are in the fixtures; this one is for checkpoints that are too large to lie there.
 */
export async function writeTorchLegacy(path: string, tensors: ReadonlyMap<string, LegacyTensor>): Promise<void> {
  const all = [...tensors].map(([name, tensor], key) => ({
    name,
    ...tensor,
    key: String(key),
    storageLength: tensor.shape.reduce((product, size) => product * size, 1),
  }))
  const state = all.flatMap(({ name, dtype, shape, key, storageLength }) => {
    const strides = rowMajorStrides(shape)
    return [unicode(name), pickledTensor({ key, type: storages[dtype], storageLength, shape, strides, legacy: true })]
  })
  const numbers = all.flatMap(({ storageLength, bytes }) => {
    const count = Buffer.alloc(8)
    count.writeBigUInt64LE(BigInt(storageLength))
    return [count, bytes]
  })
  await writeFile(
    path,
    Buffer.concat([
      torchLegacyMagic,
      pickle('M', 0xe9, 0x03),
      pickle('}(', entry('protocol_version', 'M', 0xe9, 0x03), entry('little_endian', 0x88), 'u'),
      pickle('}(', entry('epoch', int(3)), entry('state_dict', 'ccollections\nOrderedDict\n)R(', ...state, 'u'), 'u'),
      pickle('](', ...all.map(({ key }) => unicode(key)), 'e'),
      ...numbers,
    ]),
  )
}
