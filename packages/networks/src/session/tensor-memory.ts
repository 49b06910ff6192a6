import { isTensorData } from '../onnx/element-type.ts'
import type { HostTensor } from './session.ts'

/** Smaller ones cost less to send than to compare. */
const leastBytes = 8192

/** In place of a tensor that the other side has: it was sent at this place before, with the same bytes. */
interface Again {
  readonly again: string
}

interface Known {
  readonly type: string
  readonly shape: string
  readonly bytes: Buffer
  /** The array itself, of a tensor that nobody writes into. */
  readonly data: unknown
}

/**
 * The sending side of a memory of large tensors: a control signal goes to every step of a sampler and crosses once. What was sent is kept and compared byte
 * for byte, so a tensor that was changed in place is sent again; of one that is `fixed` the array is known.
 * @returns a function that gives arguments as they are to be sent; tensors are looked for among them and in the objects among them
 */
export function sendingMemory(): (method: string, args: readonly unknown[]) => unknown[] {
  const sent = new Map<string, Known>()
  const packed = (key: string, value: unknown): unknown => {
    if (!isHostTensor(value) || value.data.byteLength < leastBytes) return value
    const before = sent.get(key)
    if (before === undefined || !isSame(before, value)) {
      sent.set(key, known(value))
      return value
    }
    // The same bytes in another array, such as a clip's control for its next sample: compared once, not at every step.
    if (value.fixed === true && before.data !== value.data) sent.set(key, known(value))
    return { again: key } satisfies Again
  }
  return (method, args) => walk(method, args, packed)
}

/** The receiving side: puts tensors that were received before in the place of their `again`. */
export function receivingMemory(): (method: string, args: readonly unknown[]) => unknown[] {
  const received = new Map<string, HostTensor>()
  const unpacked = (key: string, value: unknown): unknown => {
    if (isAgain(value)) {
      const tensor = received.get(value.again)
      if (tensor === undefined) throw new Error(`a tensor that never came: ${value.again}`)
      return tensor
    }
    if (isHostTensor(value) && value.data.byteLength >= leastBytes) received.set(key, value)
    return value
  }
  return (method, args) => walk(method, args, unpacked)
}

function known({ type, data, shape, fixed }: HostTensor): Known {
  const bytes = bytesOf(data)
  return { type, shape: shape.join('x'), bytes: fixed === true ? bytes : Buffer.from(bytes), data: fixed && data }
}

function isSame(before: Known, { type, data, shape }: HostTensor): boolean {
  if (before.type !== type || before.shape !== shape.join('x')) return false
  return before.data === data || before.bytes.equals(bytesOf(data))
}

function bytesOf({ buffer, byteOffset, byteLength }: HostTensor['data']): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

function walk(method: string, args: readonly unknown[], change: (key: string, value: unknown) => unknown): unknown[] {
  return args.map((argument, index) => {
    const key = `${method}/${index}`
    if (typeof argument !== 'object' || argument === null || Array.isArray(argument)) return argument
    if (isHostTensor(argument) || isAgain(argument)) return change(key, argument)
    if (Object.getPrototypeOf(argument) !== Object.prototype) return argument
    return Object.fromEntries(Object.entries(argument).map(([name, value]) => [name, change(`${key}/${name}`, value)]))
  })
}

function isHostTensor(value: unknown): value is HostTensor {
  return typeof value === 'object' && value !== null && 'data' in value && 'shape' in value && isTensorData(value.data)
}

function isAgain(value: unknown): value is Again {
  return typeof value === 'object' && value !== null && 'again' in value && Object.keys(value).length === 1
}
