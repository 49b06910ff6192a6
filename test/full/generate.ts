import { below, pick, type Random } from './random.ts'

// Inputs that a format's grammar makes, rather than a change of a file that was right: what no writer would write, in the right places.

const sides = ['0', '1', '2', '3', '7', '1000000', '4294967296', '9007199254740993', '-1', 'x', '1L'] as const
const types = [
  '<f4',
  '<f8',
  '>f8',
  '<f2',
  '|b1',
  '<i8',
  '>u2',
  '|O',
  '<U3',
  '|S4',
  '<c8',
  '<M8[ns]',
  'f4',
  "<f4'",
] as const

export function generateNpy(random: Random): Buffer {
  const shape = Array.from({ length: below(random, 5) }, () => pick(random, sides)).join(', ')
  const order = pick(random, ['True', 'False', 'None', '1'])
  const fields = [`'descr': '${pick(random, types)}'`, `'fortran_order': ${order}`, `'shape': (${shape},)`]
  if (random() < 0.2) fields.splice(below(random, 3), 1)
  const text = `{${fields.join(', ')}, }${' '.repeat(below(random, 70))}\n`
  const version = pick(random, [0, 1, 1, 1, 2, 3, 4])
  const length = Buffer.alloc(version === 1 ? 2 : 4)
  length.writeUIntLE(random() < 0.9 ? text.length : below(random, 65536), 0, length.length)
  const data = Buffer.alloc(below(random, 120), below(random, 256))
  return Buffer.concat([
    Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, 'latin1'),
    length,
    Buffer.from(text),
    data,
  ])
}

const names = [
  'torch._utils _rebuild_tensor_v2',
  'torch FloatStorage',
  'torch LongStorage',
  'collections OrderedDict',
  'torch Size',
  'torch._utils _rebuild_tensor_v3',
  'torch float32',
  'torch._utils _rebuild_parameter',
  'datetime datetime',
  'os system',
  'torch._tensor _rebuild_from_type_v2',
  'collections defaultdict',
  'builtins dict',
  '__torch__ Net',
] as const
const simple = Buffer.from('.0]})(tulseabRQN\x88\x89\x8f\x90\x91\x85\x86\x87\x81\x92\x93\x942', 'latin1')

/** Opcodes that fit one another more often than chance has it: a pickle machine's loops and tables are reached. */
export function generatePickle(random: Random): Buffer {
  const parts: Buffer[] = [Buffer.of(0x80, pick(random, [2, 2, 4, 5, 6]))]
  const count = 1 + below(random, 60)
  for (let k = 0; k < count; k++) parts.push(pickleOperation(random))
  parts.push(Buffer.from('.'))
  return Buffer.concat(parts)
}

function pickleOperation(random: Random): Buffer {
  const choice = random()
  if (choice < 0.45) return Buffer.of(pick(random, simple))
  if (choice < 0.55) return Buffer.of(pick(random, [0x71, 0x68, 0x4b]), below(random, 6))
  if (choice < 0.65) {
    const [module, name] = pick(random, names).split(' ')
    return Buffer.from(`c${module}\n${name}\n`)
  }
  if (choice < 0.8) {
    const text = pick(random, ['storage', '0', 'cpu', 'a.weight', 'state_dict', 'neg', 'view', ''])
    return Buffer.concat([Buffer.of(0x8c, text.length), Buffer.from(text)])
  }
  if (choice < 0.9) {
    const bytes = Buffer.alloc(5)
    bytes[0] = 0x4a
    bytes.writeInt32LE(pick(random, [0, 1, 2, -1, 1000, 2 ** 31 - 1]), 1)
    return bytes
  }
  return Buffer.concat([
    Buffer.of(pick(random, [0x8a, 0x43, 0x55]), 4),
    Buffer.from(Array.from({ length: 4 }, () => below(random, 256))),
  ])
}

const cells = [
  'a',
  'b',
  'clip 1',
  '"a, b"',
  '"a""b"',
  '"',
  '',
  '0.5',
  '-1e400',
  'NaN',
  'inf',
  'null',
  '1',
  '\u202e',
  '=1+1',
  '__proto__',
] as const

export function generateCsv(random: Random): Buffer {
  const header = pick(random, [
    'clip,method,value',
    'clip,method,value,unit,weight',
    'value,clip,method',
    'clip,value',
    '',
  ])
  const lines = Array.from({ length: below(random, 12) }, () =>
    Array.from({ length: 2 + below(random, 4) }, () => pick(random, cells)).join(
      pick(random, [',', ',', ',', ';', '\t']),
    ),
  )
  return Buffer.from([header, ...lines].join(pick(random, ['\n', '\r\n', '\r'])))
}

export function generateY4m(random: Random): Buffer {
  const number = () => pick(random, ['0', '1', '2', '16', '48', '65536', '4294967296', '-1', ''])
  const header = `YUV4MPEG2 W${number()} H${number()} F${number()}:${number()} I${pick(random, ['p', 't', '?'])} C${pick(random, ['420', '444', 'mono', '420p10', 'x'])}\n`
  const frames = Array.from({ length: below(random, 4) }, () =>
    Buffer.concat([
      Buffer.from(pick(random, ['FRAME\n', 'FRAME Ip\n', 'FRAMES\n'])),
      Buffer.alloc(below(random, 2000), 128),
    ]),
  )
  return Buffer.concat([Buffer.from(header), ...frames])
}

/** A file of this kind that another program might have written, or none: a length, a header of JSON, some bytes. */
export function generateSafetensors(random: Random): Buffer {
  const number = () => pick(random, [0, 1, 4, 8, 24, 2 ** 31, 2 ** 53, -1, 0.5])
  const tensor = () => ({
    dtype: pick(random, ['F32', 'F16', 'BOOL', 'F8_E4M3', 'X', 1]),
    shape: Array.from({ length: below(random, 4) }, number),
    data_offsets: Array.from({ length: 2 + below(random, 2) }, number),
  })
  const text = JSON.stringify(
    Object.fromEntries(Array.from({ length: below(random, 4) }, (_, k) => [`t${k}`, tensor()])),
  )
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(random() < 0.9 ? BigInt(text.length) : pick(random, [2n ** 53n, 2n ** 64n - 1n, 0n]))
  return Buffer.concat([length, Buffer.from(text), Buffer.alloc(below(random, 60))])
}
