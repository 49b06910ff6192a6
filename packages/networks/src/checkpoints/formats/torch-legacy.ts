import { collectTensors } from './collect-tensors.ts'
import { type DataType, itemSize } from '../tensors/data-type.ts'
import { isError } from '@kinemetric/files'
import { readBytes, type ReadableFile } from '../tensors/read-bytes.ts'
import type { OpenCheckpointOptions } from './checkpoint-options.ts'
import { type Pickle, readPickle } from './pickle.ts'
import type { Checkpoint, TensorReference } from '../tensors/tensor-reference.ts'
import { isKnownTorchGlobal } from './torch-globals.ts'
import { placeTensor, torchStorage } from './torch-objects.ts'
import { networkError } from '../../tracklets/network-error.ts'

/** How a file of torch's format before 1.6 begins: a pickle of the magic number 0x1950a86a20f9469cfc6c. */
export const torchLegacyMagic: Uint8Array = Uint8Array.from([
  0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
])

/** The pickles at the start of a file of 50,000 tensors have about 10 MB. */
const maxPickleBytes = 64 * 1024 * 1024

/**
 * Reads a checkpoint in torch's format before 1.6: five pickles (magic number, protocol version, system, object, list
 * of storage keys), then for each key in that order a 64-bit element count and the elements. The device that a storage
 * was saved from (`cuda:0`) does not matter.
 */
export async function readTorchLegacy(file: ReadableFile, options: OpenCheckpointOptions): Promise<Checkpoint> {
  const { object, keys, end } = await readPickles(file, options)
  // Of every storage, the state dict's or not: the lengths of all are needed to find the next.
  const types = new Map<string, DataType>()
  for (const { key, dtype } of object.persistent.map(torchStorage)) types.set(key, dtype)

  const storages = new Map<string, { start: number; bytes: number }>()
  let position = end
  for (const key of keys) {
    const dtype = types.get(key)
    if (dtype === undefined) {
      throw networkError('malformed', file.path, `storage "${key}" is listed but belongs to no tensor`)
    }
    const count = new DataView((await readBytes(file, position, 8)).buffer).getBigUint64(0, true)
    const bytes = Number(count) * itemSize[dtype]
    if (position + 8 + bytes > file.size) {
      throw networkError(
        'truncated',
        file.path,
        `storage "${key}" of ${bytes} bytes starts at byte ${position + 8}, but the file ends at ${file.size}`,
      )
    }
    storages.set(key, { start: position + 8, bytes })
    position += 8 + bytes
  }

  const tensors = new Map<string, TensorReference>()
  for (const [name, tensor] of collectTensors(object.value, options.subtree)) {
    const storage = storages.get(tensor.storage.key)
    const { viewOffset, length, dtype } = tensor.storage
    if (storage === undefined || (viewOffset + length) * itemSize[dtype] > storage.bytes) {
      const found = storage === undefined ? 'is not in the file' : `has ${storage.bytes} bytes`
      throw networkError('out-of-range', file.path, `the storage of tensor "${name}" ${found}`)
    }
    tensors.set(name, placeTensor(name, tensor, file.path, storage.start))
  }
  return { path: file.path, format: 'torch-legacy', tensors }
}

/** How long the pickles are is not written anywhere: read more of the file until they are whole. */
async function readPickles(
  file: ReadableFile,
  options: OpenCheckpointOptions,
): Promise<{ object: Pickle; keys: string[]; end: number }> {
  for (let length = 1024 * 1024; ; length *= 8) {
    const available = Math.min(length, file.size, maxPickleBytes)
    const bytes = await readBytes(file, 0, available)
    try {
      return parsePickles(bytes, file, options)
    } catch (error) {
      if (!isError(error, 'input', 'truncated')) throw error
      if (available === file.size) {
        throw networkError('truncated', file.path, 'the file ends inside the description of its tensors')
      }
      if (available === maxPickleBytes) {
        throw networkError('too-large', file.path, `the description of the tensors exceeds ${maxPickleBytes} bytes`)
      }
    }
  }
}

function parsePickles(
  bytes: Uint8Array,
  file: ReadableFile,
  options: OpenCheckpointOptions,
): { object: Pickle; keys: string[]; end: number } {
  const isKnownGlobal = (module: string, name: string): boolean =>
    options.unknownGlobals === 'ignore' || isKnownTorchGlobal(module, name, false)
  const nothing = { isKnownGlobal: () => false }
  const version = readPickle(bytes, torchLegacyMagic.length, nothing)
  if (version.value !== 1001) {
    throw networkError('unsupported', file.path, 'a legacy torch protocol other than 1001')
  }
  const system = readPickle(bytes, version.end, nothing)
  if (system.value instanceof Map && system.value.get('little_endian') === false) {
    throw networkError('unsupported', file.path, 'saved on a big-endian machine')
  }
  const object = readPickle(bytes, system.end, { isKnownGlobal })
  const keys = readPickle(bytes, object.end, nothing)
  if (!Array.isArray(keys.value) || !keys.value.every((key) => typeof key === 'string')) {
    throw networkError('malformed', file.path, 'the list of storages is not a list of names')
  }
  return { object, keys: keys.value, end: keys.end }
}
