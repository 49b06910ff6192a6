// A WebAssembly assembler of the few instructions that the kernels of this package use, so that the kernels are
// TypeScript that can be read and reviewed instead of a binary. Instructions nest like expressions: each function
// returns the bytes of its operands followed by its own, which is the order of a stack machine.
//
// Encodings: WebAssembly core specification 2.0, section 5 (binary format).

/** Bytes of one or more instructions. */
export type Code = readonly number[]

/** "\0asm", version 1 */
const HEADER: Code = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
const F64 = 0x7c
const I32 = 0x7f
const V128 = 0x7b
const BLOCK_WITHOUT_RESULT = 0x40

/** LEB128 of a whole number of [0, 2³²). */
function unsigned(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? low | 0x80 : low)
  } while (rest > 0)
  return bytes
}

/** Signed LEB128 of a 32-bit whole number. */
function signed(value: number): number[] {
  const bytes: number[] = []
  let rest = value | 0
  for (;;) {
    const low = rest & 0x7f
    rest >>= 7
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)
    bytes.push(done ? low : low | 0x80)
    if (done) return bytes
  }
}

function float64(value: number): number[] {
  return [...new Uint8Array(new Float64Array([value]).buffer)]
}

function simd(opcode: number, ...operands: Code[]): Code {
  return [...operands.flat(), 0xfd, ...unsigned(opcode)]
}

/** Alignment 2⁰ is always allowed; the machine does not care. */
function memoryArgument(offset: number): number[] {
  return [0, ...unsigned(offset)]
}

/** A local variable of the function under construction. */
export interface Local {
  get: Code
  set: (value: Code) => Code
  index: number
}

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  load: (address: Code, offset = 0): Code => [...address, 0x28, ...memoryArgument(offset)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  store: (address: Code, value: Code): Code => [...address, ...value, 0x36, ...memoryArgument(0)],
  subtract: (a: Code, b: Code): Code => [...a, ...b, 0x6b],
  shiftLeft: (a: Code, b: Code): Code => [...a, ...b, 0x74],
  lessThan: (a: Code, b: Code): Code => [...a, ...b, 0x49], // unsigned
}

export const f64 = {
  constant: (value: number): Code => [0x44, ...float64(value)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0xa0],
}

/** 128-bit memory access and bits. */
export const v128 = {
  load: (address: Code, offset = 0): Code => [...address, 0xfd, 0x00, ...memoryArgument(offset)],
  /** Eight unsigned bytes, each widened to 16 bits. */
  load8x8Unsigned: (address: Code, offset = 0): Code => [...address, 0xfd, 0x02, ...memoryArgument(offset)],
  /** Four bytes into the lowest lane, zeros into the others. */
  load32Zero: (address: Code, offset = 0): Code => [...address, 0xfd, 0x5c, ...memoryArgument(offset)],
  /** Four bytes into each of the four lanes. */
  load32Splat: (address: Code, offset = 0): Code => [...address, 0xfd, 0x09, ...memoryArgument(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    0xfd,
    0x0b,
    ...memoryArgument(offset),
  ],
  /** The lowest four bytes. */
  store32: (address: Code, value: Code): Code => [...address, ...value, 0xfd, 0x5a, ...memoryArgument(0), 0],
  /** The lowest eight bytes. */
  store64: (address: Code, value: Code): Code => [...address, ...value, 0xfd, 0x5b, ...memoryArgument(0), 0],
  and: (a: Code, b: Code): Code => simd(0x4e, a, b),
  or: (a: Code, b: Code): Code => simd(0x50, a, b),
  /** 1 where any bit is set, else 0: a 32-bit whole number. */
  anyTrue: (a: Code): Code => simd(0x53, a),
  constant: (bytes: Code): Code => [0xfd, 0x0c, ...bytes],
  /** Byte i of the result is byte lanes[i] of the 32 bytes of a and b. */
  shuffle: (a: Code, b: Code, lanes: Code): Code => [...a, ...b, 0xfd, 0x0d, ...lanes],
}

export const i8x16 = {
  /** Signed 16-bit lanes of a, then of b, cut off to [0, 255]. */
  narrowInt16: (a: Code, b: Code): Code => simd(0x66, a, b),
  /** All ones where a > b, of unsigned bytes; zero elsewhere. */
  greaterUnsigned: (a: Code, b: Code): Code => simd(0x28, a, b),
  /** a − b of unsigned bytes, 0 where that is below it. */
  subtractSaturated: (a: Code, b: Code): Code => simd(0x73, a, b),
  minUnsigned: (a: Code, b: Code): Code => simd(0x77, a, b),
  maxUnsigned: (a: Code, b: Code): Code => simd(0x79, a, b),
}

export const i16x8 = {
  extendLowUint8: (a: Code): Code => simd(0x89, a),
  extendHighUint8: (a: Code): Code => simd(0x8a, a),
  shiftLeft: (a: Code, bits: Code): Code => simd(0x8b, a, bits),
  /** Each lane by that many bits, taken as unsigned. */
  shiftRightUnsigned: (a: Code, bits: Code): Code => simd(0x8d, a, bits),
  /** Signed 32-bit lanes of a, then of b, cut off to 16 bits. */
  narrowInt32: (a: Code, b: Code): Code => simd(0x85, a, b),
  add: (a: Code, b: Code): Code => simd(0x8e, a, b),
  subtract: (a: Code, b: Code): Code => simd(0x91, a, b),
}

export const i32x4 = {
  splat: (a: Code): Code => simd(0x11, a),
  multiply: (a: Code, b: Code): Code => simd(0xb5, a, b),
  /** Each lane by that many bits, its sign kept. */
  shiftRight: (a: Code, bits: Code): Code => simd(0xac, a, bits),
  extendLowUint16: (a: Code): Code => simd(0xa9, a),
  extendHighUint16: (a: Code): Code => simd(0xaa, a),
  add: (a: Code, b: Code): Code => simd(0xae, a, b),
  /** a₀b₀+a₁b₁, a₂b₂+a₃b₃, … of signed 16-bit lanes. */
  dotInt16: (a: Code, b: Code): Code => simd(0xba, a, b),
  extendLowInt16: (a: Code): Code => simd(0xa7, a),
  /** Whole numbers of float32 lanes, cut off to 32 bits. */
  truncateFloat32: (a: Code): Code => simd(0xf8, a),
}

export const f32x4 = {
  /** The two float64 lanes in float32, then two zeros. */
  demoteFloat64: (a: Code): Code => simd(0x5e, a),
  /** Nearest whole numbers, halves to even. */
  nearest: (a: Code): Code => simd(0x6a, a),
}

export const f64x2 = {
  constant: (value: number): Code => [0xfd, 0x0c, ...float64(value), ...float64(value)],
  /** The two low 32-bit whole numbers. */
  convertLowInt32: (a: Code): Code => simd(0xfe, a),
  add: (a: Code, b: Code): Code => simd(0xf0, a, b),
  subtract: (a: Code, b: Code): Code => simd(0xf1, a, b),
  multiply: (a: Code, b: Code): Code => simd(0xf2, a, b),
  divide: (a: Code, b: Code): Code => simd(0xf3, a, b),
  lane: (a: Code, lane: 0 | 1): Code => [...a, 0xfd, 0x21, lane],
}

/** `do { body } while (condition)` */
export function doWhile(body: Code, condition: Code): Code {
  return [0x03, BLOCK_WITHOUT_RESULT, ...body, ...condition, 0x0d, 0, 0x0b]
}

/** What a function under construction can declare. */
export interface FunctionScope {
  /** The parameters, all i32. */
  parameters: Local[]
  integer(): Local
  vector(): Local
}

/**
 * A module that imports one memory (`env.memory`) and exports one function `run` of `parameterCount` 32-bit whole
 * numbers with a float64 result.
 */
export function assembleModule(parameterCount: number, body: (scope: FunctionScope) => Code): Uint8Array<ArrayBuffer> {
  const locals: number[] = []
  const declare = (type: number): Local => {
    locals.push(type)
    return local(parameterCount + locals.length - 1)
  }
  const code = body({
    parameters: Array.from({ length: parameterCount }, (_, index) => local(index)),
    integer: () => declare(I32),
    vector: () => declare(V128),
  })
  const declarations = locals.flatMap((type) => [1, type])
  const functionBody = [...unsigned(locals.length), ...declarations, ...code, 0x0b]
  return new Uint8Array([
    ...HEADER,
    ...section(1, [1, 0x60, parameterCount, ...Array.from({ length: parameterCount }, () => I32), 1, F64]),
    ...section(2, [1, ...text('env'), ...text('memory'), 0x02, 0x00, 1]), // at least one page
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('run'), 0x00, 0]),
    ...section(10, [1, ...unsigned(functionBody.length), ...functionBody]),
  ])
}

function local(index: number): Local {
  return { index, get: [0x20, ...unsigned(index)], set: (value) => [...value, 0x21, ...unsigned(index)] }
}

function section(id: number, content: Code): number[] {
  return [id, ...unsigned(content.length), ...content]
}

function text(value: string): number[] {
  const bytes = [...new TextEncoder().encode(value)]
  return [bytes.length, ...bytes]
}
