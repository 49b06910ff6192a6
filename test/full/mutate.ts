import { below, pick, type Random } from './random.ts'

const edges = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0xffffn,
  0x7fffffffn,
  0xffffffffn,
  0xfffffffffn,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 64n - 1n,
]
const otherDigits = ['0', '1', '99999999999', '4294967296', '9007199254740993', '-1', '1e9', '07'] as const

/** Bits, bytes, numbers, pieces and lengths of a seed changed in one to twelve places; few changes are more likely. */
export function mutateBinary(seed: Uint8Array, all: readonly Uint8Array[], random: Random): Buffer {
  let bytes: Buffer = Buffer.from(seed)
  const times = 1 + Math.floor(random() ** 3 * 12)
  for (let k = 0; k < times && bytes.length > 0; k++) bytes = pick(random, changes)(bytes, all, random)
  return bytes
}

type Change = (bytes: Buffer, all: readonly Uint8Array[], random: Random) => Buffer

const flip: Change = (bytes, _, random) => {
  bytes[below(random, bytes.length)] ^= 1 << below(random, 8)
  return bytes
}
const changes: readonly Change[] = [
  flip,
  flip,
  (bytes, _, random) => bytes.fill(below(random, 256), below(random, bytes.length), below(random, bytes.length)),
  (bytes, _, random) => bytes.subarray(0, below(random, bytes.length)),
  // A number at its edge.
  (bytes, _, random) => {
    const at = below(random, bytes.length)
    let value = pick(random, [...edges, BigInt(bytes.length), BigInt(at)])
    const end = Math.min(bytes.length, at + pick(random, [1, 2, 4, 8]))
    for (let i = at; i < end; i++, value >>= 8n) bytes[i] = Number(value & 0xffn)
    return bytes
  },
  // The rest of another seed.
  (bytes, all, random) => {
    const other = pick(random, all)
    const cut = below(random, other.length)
    return Buffer.concat([
      bytes.subarray(0, below(random, bytes.length)),
      other.subarray(cut, cut + below(random, 200)),
    ])
  },
  // A piece left out, or twice.
  (bytes, _, random) => {
    const at = below(random, bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + below(random, 64)))])
  },
  (bytes, _, random) => {
    const at = below(random, bytes.length)
    return Buffer.concat([bytes.subarray(0, at + below(random, 64)), bytes.subarray(at)])
  },
  (bytes, _, random) => {
    const at = below(random, bytes.length)
    const insert = Buffer.from(Array.from({ length: 1 + below(random, 8) }, () => below(random, 256)))
    return Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at)])
  },
  // Digits in the text of headers: shapes, lengths.
  (bytes, _, random) => {
    const digits = [...bytes.toString('latin1').matchAll(/\d+/g)]
    if (digits.length === 0) return bytes
    const hit = pick(random, digits)
    const rest = bytes.subarray(hit.index + hit[0].length)
    return Buffer.concat([bytes.subarray(0, hit.index), Buffer.from(pick(random, otherDigits)), rest])
  },
]

const zipMarks = ['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07'] as const

/** Fields of a zip's headers, besides plain bytes. */
export function mutateZip(seed: Uint8Array, all: readonly Uint8Array[], random: Random): Buffer {
  if (random() < 0.5) return mutateBinary(seed, all, random)
  const bytes = Buffer.from(seed)
  const times = 1 + below(random, 4)
  for (let k = 0; k < times; k++) {
    const mark = pick(random, zipMarks)
    const places: number[] = []
    for (let at = bytes.indexOf(mark, 0, 'latin1'); at >= 0; at = bytes.indexOf(mark, at + 1, 'latin1')) places.push(at)
    if (places.length === 0) continue
    const at = pick(random, places)
    const offset = at + 4 + 2 * below(random, 21)
    const value = pick(random, [0, 1, 8, 0xff, 0xfffe, 0xffff, 0x7fffffff, 0xfffffffe, 0xffffffff, bytes.length, at])
    if (offset + 4 > bytes.length) continue
    if (random() < 0.5) bytes.writeUInt16LE(value & 0xffff, offset)
    else bytes.writeUInt32LE(value, offset)
  }
  return bytes
}

const hostile: readonly unknown[] = [
  null,
  true,
  '',
  'x',
  '../x',
  '/etc/passwd',
  '..',
  '.',
  'a\0b',
  'a\nb',
  '\u202e',
  '%2e%2e',
  'CON',
  'x'.repeat(5000),
  '<script>',
  '=1+1',
  '\\input{x}',
  '|',
  0,
  -0,
  -1,
  1,
  0.5,
  2 ** 31,
  2 ** 53,
  1e308,
  -1e308,
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  [0, 1, 2, 3],
  'NaN',
  'Infinity',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '\u001b[2J',
]
const keys = ['__proto__', 'constructor', 'toString', 'schema', 'id', ''] as const
const rawTexts = [
  '1e400',
  '-1e400',
  '1e-400',
  '123456789012345678901234567890',
  '{"__proto__":{"polluted":1}}',
  '{"a":1,"a":2}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '"\\ud800"',
  `${'['.repeat(2000)}${']'.repeat(2000)}`,
  `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`,
]
const RAW = '@@RAW@@'

/** Values and keys of a JSON text replaced, left out and added; sometimes its bytes. @param lines of JSON Lines: one of them, or their order */
export function mutateJson(seed: Uint8Array, all: readonly Uint8Array[], random: Random, lines: boolean): Buffer {
  if (random() < 0.25) return mutateBinary(seed, all, random)
  const text = Buffer.from(seed).toString('utf8')
  if (!lines) return Buffer.from(mutateText(text, random))
  const parts = text.split('\n')
  const at = below(random, parts.length)
  const choice = random()
  if (choice < 0.1) parts.splice(at, 1)
  else if (choice < 0.2) parts.splice(at, 0, pick(random, parts))
  else if (parts[at] !== '') parts[at] = mutateText(parts[at], random)
  return Buffer.from(parts.join('\n'))
}

interface Slot {
  parent: object
  key: string
}

function mutateText(text: string, random: Random): string {
  const root: unknown = JSON.parse(text)
  const slots = slotsOf(root)
  if (slots.length === 0) return JSON.stringify(pick(random, hostile))
  let raw = ''
  const times = 1 + below(random, 3)
  for (let k = 0; k < times; k++) {
    const { parent, key } = pick(random, slots)
    const choice = random()
    if (choice < 0.55) Reflect.set(parent, key, pick(random, hostile))
    else if (choice < 0.7) Reflect.deleteProperty(parent, key)
    else if (choice < 0.8) define(parent, pick(random, keys), pick(random, hostile))
    else if (choice < 0.9) {
      Reflect.set(parent, key, RAW)
      raw = pick(random, rawTexts)
    } else if (Array.isArray(parent)) for (let n = 0; n < 50; n++) parent.push(Reflect.get(parent, key))
  }
  return JSON.stringify(root).replaceAll(`"${RAW}"`, () => raw)
}

function define(parent: object, key: string, value: unknown): void {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true })
}

/** The first 3000 places of a value. */
function slotsOf(root: unknown): Slot[] {
  const slots: Slot[] = []
  const open: unknown[] = [root]
  while (open.length > 0 && slots.length < 3000) {
    const value = open.pop()
    if (typeof value !== 'object' || value === null) continue
    for (const key of Object.keys(value)) {
      slots.push({ parent: value, key })
      open.push(Reflect.get(value, key))
    }
  }
  return slots
}
