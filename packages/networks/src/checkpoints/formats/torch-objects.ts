import type { KinemetricError } from '@kinemetric/files'
import { type DataType, itemSize, torchDataTypes, torchStorageTypes } from '../tensors/data-type.ts'
import {
  PickleCall,
  type PickleDict,
  PickleGlobal,
  PicklePersistent,
  PickleTuple,
  type PickleValue,
} from './pickle-values.ts'
import { elementCount, isRowMajor, type TensorReference } from '../tensors/tensor-reference.ts'
import { networkError } from '../../tracklets/network-error.ts'

/** A storage as a pickle names it: where its bytes lie is the container's knowledge. */
export interface TorchStorage {
  readonly key: string
  readonly dtype: DataType
  /** Elements of `dtype`. */
  readonly length: number
  /** Elements from the start of the named storage at which this one starts (views in the legacy format). */
  readonly viewOffset: number
}

/** A tensor as a pickle describes it. */
export interface TorchTensor {
  readonly storage: TorchStorage
  readonly dtype: DataType
  /** In elements of `dtype`, from the start of the storage. */
  readonly storageOffset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  /** torch's negative and conjugate bits: the storage holds the negatives, or the conjugates, of the values. */
  readonly negated: boolean
  readonly conjugated: boolean
}

/** More dimensions than torch allows. */
const maxDimensions = 64
/** More wrappers around one another than torch writes. */
export const maxWrappers = 8

/**
 * The tensor that a pickled value stands for, or undefined where it is something else. Follows the `_rebuild_*`
 * functions of torch/_utils.py, as data.
 */
export function torchTensor(value: PickleValue): TorchTensor | undefined {
  let unwrapped = value
  for (let wrappers = 0; unwrapped instanceof PickleCall; wrappers++) {
    if (wrappers > maxWrappers) throw malformed('a tensor')
    const { callable, args } = unwrapped
    switch (callable.path) {
      case 'torch._utils._rebuild_tensor':
      case 'torch._utils._rebuild_tensor_v2':
        return rebuilt(args, undefined, args[6])
      case 'torch._utils._rebuild_tensor_v3':
        return rebuilt(args, args[6], args[7])
      case 'torch._utils._rebuild_parameter':
      case 'torch._utils._rebuild_parameter_with_state':
        unwrapped = args[0] ?? null
        break
      case 'torch._tensor._rebuild_from_type_v2': {
        const [rebuild, , inner] = args
        if (!(rebuild instanceof PickleGlobal) || !(inner instanceof PickleTuple)) throw malformed('a tensor subclass')
        unwrapped = new PickleCall(rebuild, inner.items)
        break
      }
      default:
        return undefined
    }
  }
  return undefined
}

/** Pairs of those OrderedDicts whose pairs had to be gathered. */
const gathered = new WeakMap<PickleCall, PickleDict>()

/** A mapping's pairs, whether it was pickled as dict or OrderedDict; undefined where the value is something else. */
export function torchEntries(value: PickleValue): PickleDict | undefined {
  if (value instanceof Map) return value
  if (!(value instanceof PickleCall) || value.callable.path !== 'collections.OrderedDict') return undefined
  // Python 2 pickled an OrderedDict as a call with one list of [key, value] lists.
  const [initial] = value.args
  if (!Array.isArray(initial)) return value.entries ?? new Map()
  let entries = gathered.get(value)
  if (entries === undefined) {
    entries = new Map()
    for (const pair of initial) {
      const items = pair instanceof PickleTuple ? pair.items : Array.isArray(pair) ? pair : []
      if (items.length !== 2) throw malformed('an OrderedDict with an item that is not a pair')
      entries.set(items[0], items[1])
    }
    for (const [key, item] of value.entries ?? []) entries.set(key, item)
    gathered.set(value, entries)
  }
  return entries
}

/** The storage that a persistent id names: ('storage', type, key, location, length[, view]). */
export function torchStorage(value: PickleValue): TorchStorage {
  const id = value instanceof PicklePersistent && value.id instanceof PickleTuple ? value.id.items : undefined
  if (id === undefined || id[0] !== 'storage' || id.length < 5) throw malformed('a storage')
  const [, type, key, , length, view] = id
  if (typeof key !== 'string' || !isCount(length)) throw malformed('a storage')
  if (view === null || view === undefined) return { key, dtype: storageType(type), length, viewOffset: 0 }
  const [, viewOffset, viewLength] = view instanceof PickleTuple ? view.items : []
  if (!isCount(viewOffset) || !isCount(viewLength) || viewOffset + viewLength > length) {
    throw malformed('a view of a storage')
  }
  return { key, dtype: storageType(type), length: viewLength, viewOffset }
}

/**
 * Places a tensor in a file.
 *
 * @param start byte of the file at which the tensor's storage begins.
 * @throws KinemetricError `out-of-range` where the tensor reaches beyond its storage.
 */
export function placeTensor(name: string, tensor: TorchTensor, file: string, start: number): TensorReference {
  const { storage, dtype, shape, strides, storageOffset } = tensor
  const size = itemSize[dtype]
  const storageBytes = storage.length * itemSize[storage.dtype]
  const count = elementCount(shape)
  const span = count === 0 ? 0 : 1 + shape.reduce((sum, extent, axis) => sum + (extent - 1) * strides[axis], 0)
  if (!Number.isSafeInteger(span) || !Number.isSafeInteger(count) || (storageOffset + span) * size > storageBytes) {
    throw networkError(
      'out-of-range',
      file,
      `tensor "${name}" of shape [${shape.join(', ')}], strides [${strides.join(', ')}] and offset ${storageOffset} reaches beyond its storage of ${storageBytes} bytes`,
    )
  }
  const contiguous = isRowMajor(shape, strides)
  return {
    name,
    dtype,
    shape,
    file,
    offset: start + storage.viewOffset * itemSize[storage.dtype] + storageOffset * size,
    byteLength: span * size,
    contiguous,
    ...(contiguous ? {} : { strides }),
    ...(tensor.negated ? { negated: true } : {}),
    ...(tensor.conjugated ? { conjugated: true } : {}),
  }
}

/** @param metadata what torch says of the tensor beside its numbers (torch/csrc/serialization.cpp: getTensorMetadata): `{ neg: True }`, `{ conj: True }` */
function rebuilt(
  args: readonly PickleValue[],
  dtype: PickleValue | undefined,
  metadata: PickleValue | undefined,
): TorchTensor {
  const [storageValue, storageOffset, shapeValue, stridesValue] = args
  if (storageValue === undefined || !isCount(storageOffset)) throw malformed('a tensor')
  const storage = torchStorage(storageValue)
  const shape = counts(shapeValue, 'shape')
  const strides = counts(stridesValue, 'strides')
  if (shape.length !== strides.length) throw malformed('a tensor whose shape and strides have different lengths')
  return {
    storage,
    dtype: dtype === undefined ? storage.dtype : namedType(dtype),
    storageOffset,
    shape,
    strides,
    negated: bitOf(metadata, 'neg'),
    conjugated: bitOf(metadata, 'conj'),
  }
}

/** A bit that is not known changes what the numbers mean: such a tensor is refused, not misread. */
function bitOf(metadata: PickleValue | undefined, name: 'neg' | 'conj'): boolean {
  if (metadata === undefined || metadata === null) return false
  const entries = torchEntries(metadata)
  if (entries === undefined) throw malformed("a tensor's metadata")
  for (const key of entries.keys())
    if (key !== 'neg' && key !== 'conj')
      throw networkError(
        'unsupported',
        '',
        `the pickle marks a tensor with ${JSON.stringify(key).slice(0, 60)}, which is not known`,
      )
  const bit = entries.get(name)
  if (bit !== undefined && typeof bit !== 'boolean') throw malformed("a tensor's metadata")
  return bit === true
}

/** A shape: a tuple of integers, or torch.Size of one. */
function counts(value: PickleValue | undefined, what: string): number[] {
  const inner = value instanceof PickleCall && value.callable.path === 'torch.Size' ? value.args[0] : value
  const items = inner instanceof PickleTuple ? inner.items : Array.isArray(inner) ? inner : undefined
  if (items === undefined || items.length > maxDimensions || !items.every(isCount))
    throw malformed(`a tensor's ${what}`)
  return items.slice()
}

function storageType(value: PickleValue | undefined): DataType {
  if (value instanceof PickleGlobal) {
    if (value.name === 'UntypedStorage') return 'uint8'
    const dtype = value.module === 'torch' ? torchStorageTypes.get(value.name) : undefined
    if (dtype !== undefined) return dtype
  }
  throw malformed('a storage of an unknown type')
}

function namedType(value: PickleValue): DataType {
  const dtype = value instanceof PickleGlobal ? torchDataTypes.get(value.name) : undefined
  if (dtype === undefined) throw malformed('a tensor of an unknown type')
  return dtype
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function malformed(what: string): KinemetricError {
  return networkError('malformed', '', `the pickle describes ${what} in a way that torch does not write`)
}
