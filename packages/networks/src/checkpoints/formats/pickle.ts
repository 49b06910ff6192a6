import type { KinemetricError } from '@kinemetric/files'
import { networkError, type NetworkErrorCode } from '../../tracklets/network-error.ts'
import {
  PickleCall,
  PickleGlobal,
  PicklePersistent,
  PickleSet,
  PickleTuple,
  type PickleValue,
} from './pickle-values.ts'

export interface PickleOptions {
  /** Whether the reader of the result knows this global. Any other one is an error that names it. */
  isKnownGlobal(module: string, name: string): boolean
  /** Most operations of one pickle; guards memory, as an operation of one byte can make an object. */
  maxOperations?: number | undefined
}

export interface Pickle {
  readonly value: PickleValue
  /** Position after the STOP. */
  readonly end: number
  /** Every object kept outside that the pickle mentions, in order, wherever it is mentioned. */
  readonly persistent: readonly PicklePersistent[]
}

/** A checkpoint has about 40 operations a tensor: enough for 50,000 of them, and for a hostile one under 600 MB. */
const defaultMaxOperations = 2_000_000
/** Longest integer in bytes. Python's are unbounded; nothing in a checkpoint needs more than 16 bytes. */
const maxIntegerBytes = 1024
const maxGlobalLength = 1024

const mark = Symbol('mark')
type StackItem = PickleValue | typeof mark

const latin1 = new TextDecoder('latin1')
const utf8 = new TextDecoder('utf-8', { fatal: true })
/** Python writes lone surrogates as they are ("surrogatepass"); names never hold them, so they may become U+FFFD. */
const lenientUtf8 = new TextDecoder('utf-8')

/**
 * Reads one pickle (protocols 2 to 5 and the parts of 0 and 1 that torch writes) from `start`, and executes nothing.
 * Follows the opcode descriptions of CPython's Lib/pickletools.py.
 *
 * @throws KinemetricError `truncated` when the bytes end first (more of the file may help); `unknown-opcode` and `unknown-global` name what they
 * met; `malformed` and `too-large` for a pickle that no pickler writes.
 */
export function readPickle(bytes: Uint8Array, start: number, options: PickleOptions): Pickle {
  return new PickleMachine(bytes, start, options).run()
}

class PickleMachine {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private readonly options: PickleOptions
  private position: number
  private readonly stack: StackItem[] = []
  private readonly marks: number[] = []
  private readonly memo = new Map<number, PickleValue>()
  private readonly persistent: PicklePersistent[] = []

  constructor(bytes: Uint8Array, start: number, options: PickleOptions) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.position = start
    this.options = options
  }

  run(): Pickle {
    const limit = this.options.maxOperations ?? defaultMaxOperations
    for (let operations = 0; operations < limit; operations++) {
      const at = this.position
      const opcode = this.uint8()
      if (opcode === 0x2e /* STOP */) {
        return { value: this.pop(), end: this.position, persistent: this.persistent }
      }
      const step = steps.get(opcode)
      if (step === undefined) {
        const character = opcode >= 0x20 && opcode < 0x7f ? ` ('${String.fromCharCode(opcode)}')` : ''
        throw failure(
          'unknown-opcode',
          `unknown pickle opcode 0x${opcode.toString(16).padStart(2, '0')}${character} at byte ${at}`,
        )
      }
      step(this)
    }
    throw failure('too-large', `the pickle has more than ${limit} operations`)
  }

  take(length: number): Uint8Array {
    if (!(length <= this.bytes.length - this.position)) throw failure('truncated', `pickle ends inside ${length} bytes`)
    this.position += length
    return this.bytes.subarray(this.position - length, this.position)
  }
  uint8(): number {
    return this.take(1)[0]
  }
  uint16(): number {
    this.take(2)
    return this.view.getUint16(this.position - 2, true)
  }
  int32(): number {
    this.take(4)
    return this.view.getInt32(this.position - 4, true)
  }
  uint32(): number {
    this.take(4)
    return this.view.getUint32(this.position - 4, true)
  }
  uint64(): number {
    this.take(8)
    // Above 2^53 the number is rounded, which no length that fits in a file can be.
    return Number(this.view.getBigUint64(this.position - 8, true))
  }
  float64(): number {
    this.take(8)
    return this.view.getFloat64(this.position - 8, false)
  }
  line(): string {
    const end = this.bytes.subarray(0, this.position + maxGlobalLength).indexOf(0x0a, this.position)
    if (end < 0) {
      if (this.bytes.length - this.position > maxGlobalLength) throw failure('malformed', 'a pickled line is too long')
      throw failure('truncated', 'pickle ends inside a line')
    }
    const text = latin1.decode(this.bytes.subarray(this.position, end))
    this.position = end + 1
    return text
  }
  text(length: number): string {
    const bytes = this.take(length)
    try {
      return utf8.decode(bytes)
    } catch {
      return lenientUtf8.decode(bytes)
    }
  }
  integer(length: number): number | bigint {
    if (length > maxIntegerBytes) throw failure('malformed', `an integer of ${length} bytes`)
    const bytes = this.take(length)
    const hex = Buffer.from(bytes).reverse().toString('hex')
    let value = BigInt(`0x${hex || '0'}`)
    if (length > 0 && bytes[length - 1] >= 0x80) value -= 1n << BigInt(8 * length)
    return simplest(value)
  }

  push(value: PickleValue): void {
    this.stack.push(value)
  }
  pushPersistent(value: PicklePersistent): void {
    this.persistent.push(value)
    this.push(value)
  }
  pushMark(): void {
    this.marks.push(this.stack.length)
    this.stack.push(mark)
  }
  pop(): PickleValue {
    const value = this.stack.pop()
    if (value === undefined || value === mark) throw failure('malformed', 'the pickle takes a value that is not there')
    return value
  }
  top(): PickleValue {
    const value = this.stack.at(-1)
    if (value === undefined || value === mark) throw failure('malformed', 'the pickle takes a value that is not there')
    return value
  }
  /** POP removes a mark too. */
  discard(): void {
    if (this.stack.at(-1) === mark) {
      this.stack.pop()
      this.marks.pop()
    } else this.pop()
  }
  popToMark(): PickleValue[] {
    const at = this.marks.pop()
    if (at === undefined) throw failure('malformed', 'the pickle closes a group that it never opened')
    return this.stack.splice(at).filter((item) => item !== mark)
  }
  popGlobal(): PickleGlobal {
    const value = this.pop()
    if (!(value instanceof PickleGlobal)) throw failure('malformed', 'the pickle calls something that is not a name')
    return value
  }
  popTuple(): readonly PickleValue[] {
    const value = this.pop()
    if (!(value instanceof PickleTuple)) throw failure('malformed', 'the pickle gives arguments that are not a tuple')
    return value.items
  }

  remember(index: number): void {
    this.memo.set(index, this.top())
  }
  memoize(): void {
    this.remember(this.memo.size)
  }
  recall(index: number): void {
    const value = this.memo.get(index)
    if (value === undefined) throw failure('malformed', `the pickle recalls memo ${index}, which was never stored`)
    this.push(value)
  }
  global(module: string, name: string): void {
    if (!this.options.isKnownGlobal(module, name)) {
      throw failure(
        'unknown-global',
        `the pickle names ${JSON.stringify(`${module}.${name}`.slice(0, 200))}, which is not one of the names a checkpoint of tensors needs; nothing was executed`,
      )
    }
    this.push(new PickleGlobal(module, name))
  }
  setItems(pairs: PickleValue[]): void {
    if (pairs.length % 2 !== 0) throw failure('malformed', 'a pickled dictionary has a key without a value')
    const target = this.top()
    const entries =
      target instanceof Map ? target : target instanceof PickleCall ? (target.entries ??= new Map()) : null
    if (entries === null) throw failure('malformed', 'the pickle stores items in something that is not a dictionary')
    for (let i = 0; i < pairs.length; i += 2) entries.set(pairs[i]!, pairs[i + 1]!)
  }
  append(items: PickleValue[]): void {
    const target = this.top()
    const list = Array.isArray(target)
      ? target
      : target instanceof PickleSet
        ? target.items
        : target instanceof PickleCall
          ? (target.items ??= [])
          : null
    if (list === null) throw failure('malformed', 'the pickle appends to something that is not a list')
    for (const item of items) list.push(item)
  }
  build(): void {
    const state = this.pop()
    const target = this.top()
    if (!(target instanceof PickleCall))
      throw failure('malformed', 'the pickle gives a state to something that has none')
    target.state = state
  }
}

/** One entry an opcode, in the order of CPython's list. */
const steps: ReadonlyMap<number, (m: PickleMachine) => void> = new Map<number, (m: PickleMachine) => void>([
  // Integers, booleans, None, floats
  [0x49 /* INT */, (m) => m.push(textInteger(m.line()))],
  [0x4a /* BININT */, (m) => m.push(m.int32())],
  [0x4b /* BININT1 */, (m) => m.push(m.uint8())],
  [0x4d /* BININT2 */, (m) => m.push(m.uint16())],
  [0x4c /* LONG */, (m) => m.push(textInteger(m.line()))],
  [0x8a /* LONG1 */, (m) => m.push(m.integer(m.uint8()))],
  [0x8b /* LONG4 */, (m) => m.push(m.integer(m.uint32()))],
  [0x4e /* NONE */, (m) => m.push(null)],
  [0x88 /* NEWTRUE */, (m) => m.push(true)],
  [0x89 /* NEWFALSE */, (m) => m.push(false)],
  [0x46 /* FLOAT */, (m) => m.push(Number(m.line()))],
  [0x47 /* BINFLOAT */, (m) => m.push(m.float64())],
  // Strings. Python 2's byte strings (SHORT_BINSTRING) hold names in old checkpoints.
  [0x54 /* BINSTRING */, (m) => m.push(latin1.decode(m.take(m.uint32())))],
  [0x55 /* SHORT_BINSTRING */, (m) => m.push(latin1.decode(m.take(m.uint8())))],
  [0x42 /* BINBYTES */, (m) => m.push(m.take(m.uint32()))],
  [0x43 /* SHORT_BINBYTES */, (m) => m.push(m.take(m.uint8()))],
  [0x8e /* BINBYTES8 */, (m) => m.push(m.take(m.uint64()))],
  [0x96 /* BYTEARRAY8 */, (m) => m.push(m.take(m.uint64()))],
  [0x58 /* BINUNICODE */, (m) => m.push(m.text(m.uint32()))],
  [0x8c /* SHORT_BINUNICODE */, (m) => m.push(m.text(m.uint8()))],
  [0x8d /* BINUNICODE8 */, (m) => m.push(m.text(m.uint64()))],
  // Lists, tuples, dictionaries, sets
  [0x5d /* EMPTY_LIST */, (m) => m.push([])],
  [0x61 /* APPEND */, (m) => m.append([m.pop()])],
  [0x65 /* APPENDS */, (m) => m.append(m.popToMark())],
  [0x6c /* LIST */, (m) => m.push(m.popToMark())],
  [0x29 /* EMPTY_TUPLE */, (m) => m.push(new PickleTuple([]))],
  [0x74 /* TUPLE */, (m) => m.push(new PickleTuple(m.popToMark()))],
  [0x85 /* TUPLE1 */, (m) => m.push(new PickleTuple([m.pop()]))],
  [0x86 /* TUPLE2 */, (m) => m.push(new PickleTuple([m.pop(), m.pop()].reverse()))],
  [0x87 /* TUPLE3 */, (m) => m.push(new PickleTuple([m.pop(), m.pop(), m.pop()].reverse()))],
  [0x7d /* EMPTY_DICT */, (m) => m.push(new Map())],
  [0x64 /* DICT */, (m) => pushDictionary(m)],
  [0x73 /* SETITEM */, (m) => m.setItems([m.pop(), m.pop()].reverse())],
  [0x75 /* SETITEMS */, (m) => m.setItems(m.popToMark())],
  [0x8f /* EMPTY_SET */, (m) => m.push(new PickleSet())],
  [0x90 /* ADDITEMS */, (m) => m.append(m.popToMark())],
  [0x91 /* FROZENSET */, (m) => pushFrozenSet(m)],
  // Stack and memo
  [0x30 /* POP */, (m) => m.discard()],
  [0x32 /* DUP */, (m) => m.push(m.top())],
  [0x28 /* MARK */, (m) => m.pushMark()],
  [0x31 /* POP_MARK */, (m) => void m.popToMark()],
  [0x67 /* GET */, (m) => m.recall(Number(m.line()))],
  [0x68 /* BINGET */, (m) => m.recall(m.uint8())],
  [0x6a /* LONG_BINGET */, (m) => m.recall(m.uint32())],
  [0x70 /* PUT */, (m) => m.remember(Number(m.line()))],
  [0x71 /* BINPUT */, (m) => m.remember(m.uint8())],
  [0x72 /* LONG_BINPUT */, (m) => m.remember(m.uint32())],
  [0x94 /* MEMOIZE */, (m) => m.memoize()],
  // Names and calls, which are only recorded
  [0x63 /* GLOBAL */, (m) => m.global(m.line(), m.line())],
  [0x93 /* STACK_GLOBAL */, (m) => stackGlobal(m)],
  [0x52 /* REDUCE */, (m) => call(m)],
  [0x81 /* NEWOBJ */, (m) => call(m)],
  [0x92 /* NEWOBJ_EX */, (m) => callWithNames(m)],
  [0x62 /* BUILD */, (m) => m.build()],
  [0x51 /* BINPERSID */, (m) => m.pushPersistent(new PicklePersistent(m.pop()))],
  // Framing
  [0x80 /* PROTO */, (m) => checkProtocol(m.uint8())],
  [0x95 /* FRAME */, (m) => void m.uint64()],
])

function call(m: PickleMachine): void {
  const args = m.popTuple()
  m.push(new PickleCall(m.popGlobal(), args))
}

/** Named arguments are of classes whose calls nobody interprets. */
function callWithNames(m: PickleMachine): void {
  m.pop()
  call(m)
}

function stackGlobal(m: PickleMachine): void {
  const name = m.pop()
  const module = m.pop()
  if (typeof name !== 'string' || typeof module !== 'string') throw failure('malformed', 'a global without a name')
  m.global(module, name)
}

function pushDictionary(m: PickleMachine): void {
  const pairs = m.popToMark()
  m.push(new Map())
  m.setItems(pairs)
}

function pushFrozenSet(m: PickleMachine): void {
  const items = m.popToMark()
  m.push(new PickleSet())
  m.append(items)
}

function checkProtocol(protocol: number): void {
  if (protocol > 5) throw failure('unsupported', `pickle protocol ${protocol}; protocols up to 5 are known`)
}

function textInteger(text: string): number | bigint | boolean {
  if (text === '00') return false
  if (text === '01') return true
  if (!/^-?\d{1,400}L?$/.test(text))
    throw failure('malformed', `${JSON.stringify(text.slice(0, 40))} is not an integer`)
  return simplest(BigInt(text.replace('L', '')))
}

function simplest(value: bigint): number | bigint {
  return value >= -0x1fffffffffffffn && value <= 0x1fffffffffffffn ? Number(value) : value
}

/** The reader of the file adds its path. */
function failure(code: NetworkErrorCode, message: string): KinemetricError {
  return networkError(code, '', message)
}
