import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type Checkpoint, openCheckpoint } from '../../packages/networks/src/index.ts'

const types = { F32: Float32Array, F16: Float16Array } as const

/**
 * A checkpoint of drawn numbers in the real one's names and shapes, kept in the temporary folder: written tensor by tensor, since it has gigabytes.
 * No two tensors are alike: onnxruntime keeps what is alike once, and memory would look smaller than it is.
 */
export async function drawnCheckpoint(
  name: string,
  shapes: Readonly<Record<string, readonly number[]>>,
  dtype: keyof typeof types = 'F32',
): Promise<Checkpoint> {
  const folder = join(tmpdir(), 'kinemetric-bench')
  const file = join(folder, `${name}-${dtype}.safetensors`)
  mkdirSync(folder, { recursive: true })
  if (!existsSync(file)) {
    const partial = `${file}.${process.pid}`
    const descriptor = openSync(partial, 'w')
    writeSync(descriptor, headerOf(shapes, dtype))
    for (const [index, shape] of Object.values(shapes).entries()) {
      const values = drawn(shape, index + 1, dtype)
      for (let at = 0; at < values.byteLength;) at += writeSync(descriptor, values, at)
    }
    closeSync(descriptor)
    renameSync(partial, file)
  }
  return openCheckpoint(file)
}

function headerOf(shapes: Readonly<Record<string, readonly number[]>>, dtype: keyof typeof types): Uint8Array {
  let end = 0
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const start = end
    end += types[dtype].BYTES_PER_ELEMENT * elements(shape)
    return [name, { dtype, shape, data_offsets: [start, end] }]
  })
  const text = JSON.stringify(Object.fromEntries(entries))
  const header = Buffer.from(text.padEnd(8 * Math.ceil(text.length / 8)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([length, header])
}

/** Numbers that keep what flows through a layer about as large as it was. */
function drawn(shape: readonly number[], seed: number, dtype: keyof typeof types): Uint8Array {
  const values = new types[dtype](elements(shape))
  const fanIn = elements(shape.slice(1))
  const scale = Math.sqrt(3 / fanIn) / 2 ** 31
  let state = Math.imul(seed, 0x9e3779b1)
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(1664525, state) + 1013904223) | 0
    values[i] = state * scale
  }
  return new Uint8Array(values.buffer)
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
