import { isTensorData } from '../onnx/element-type.ts'
import type { HostTensor } from './session.ts'

/** Smaller ones cost less to send than to compare. */
const leastBytes = 65_536

/** In place of a tensor that the other side has: it was sent at this place before, with the same bytes. */
interface Again {
  readonly again: string
}

interface Sent {
  readonly type: string
  readonly shape: string
  readonly bytes: Buffer
}

/**
 * The sending side of a memory of large tensors: a control signal goes to every step of a sampler and crosses once. What was sent is kept and compared byte
 * for byte, so a tensor that was changed in place is sent again.
 * @returns a function that gives arguments as they are to be sent; tensors are looked for among them and in the objects among them
 */
export function sendingMemory(): (method: string, args: readonly unknown[]) => unknown[] {
  const sent = new Map<string, Sent>()
  const packed = (key: string, value: unknown): unknown => {
    if (!isHostTensor(value)) return value
    const { buffer, byteOffset, byteLength } = value.data
    if (byteLength < leastBytes) return value
    const bytes = Buffer.from(buffer, byteOffset, byteLength)
    const shape = value.shape.join('x')
    const before = sent.get(key)
    if (before?.type === value.type && before.shape === shape && before.bytes.equals(bytes))
      return { again: key } satisfies Again
    sent.set(key, { type: value.type, shape, bytes: Buffer.from(bytes) })
    return value
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
