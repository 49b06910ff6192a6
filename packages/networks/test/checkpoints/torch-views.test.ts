import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { storedZip } from '../../src/checkpoints/formats/stored-zip.ts'
import { readTensorBytes } from '../../src/checkpoints/read-tensor.ts'
import { digestTensors, openCheckpoint, readTensor } from '../../src/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { pickleBytes, pickledState, type PickledTensor, unicode } from './pickle-bytes.ts'

async function torchZip(pickle: Uint8Array, storage: Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), 'a.pth')
  const entries = [
    { name: 'archive/data.pkl', data: pickle },
    { name: 'archive/data/0', data: storage },
  ]
  await writeFile(path, Buffer.concat([...storedZip(entries)]))
  return path
}

const one = (tensor: Partial<PickledTensor>, values: Float32Array | Float64Array | Uint16Array) =>
  torchZip(
    pickledState({ a: { storageLength: values.length, shape: [values.length], strides: [1], ...tensor } }),
    new Uint8Array(values.buffer),
  )

/** `{ 'neg': True }`. */
const bits = (...names: string[]) => pickleBytes('}(', ...names.flatMap((name) => [unicode(name), 0x88]), 'u')

async function readComplex(names: string[]): Promise<number[]> {
  const shape = { type: 'ComplexFloatStorage', storageLength: 2, shape: [2], metadata: bits(...names) }
  const { tensors } = await openCheckpoint(await one(shape, Float32Array.of(1, 2, 3, -4)))
  return [...new Float32Array((await readTensorBytes(tensors.get('a')!)).buffer)]
}

describe('torch’s negative and conjugate bits', () => {
  test('a negative bit: the values are the negatives of what lies in the file, views and halves too', async () => {
    const values = Float32Array.of(1, -2, 0, Infinity)
    const path = await one({ metadata: bits('neg') }, values)
    const { tensors } = await openCheckpoint(path)
    const tensor = tensors.get('a')!
    expect([...(await readTensor(tensor))]).toEqual([-1, 2, -0, -Infinity])
    // As a plain file of these values has it.
    const plain = await openCheckpoint(await one({}, Float32Array.of(-1, 2, -0, -Infinity)))
    expect(await digestTensors(await openCheckpoint(path))).toBe(await digestTensors(plain))

    const every = await openCheckpoint(await one({ shape: [2], strides: [2], metadata: bits('neg') }, values))
    expect([...(await readTensor(every.tensors.get('a')!))]).toEqual([-1, -0])
    const halves = await one({ type: 'HalfStorage', metadata: bits('neg') }, Uint16Array.of(0x3c00, 0xc000))
    expect([...(await readTensor((await openCheckpoint(halves)).tensors.get('a')!))]).toEqual([-1, 2])
  })

  test('a conjugate bit turns the sign of imaginary parts; both bits, of real ones', async () => {
    expect(await readComplex(['conj'])).toEqual([1, -2, 3, 4])
    expect(await readComplex(['neg'])).toEqual([-1, -2, -3, 4])
    expect(await readComplex(['conj', 'neg'])).toEqual([-1, 2, -3, -4])
  })

  test('a bit that is not known, and one of whole numbers, are refused', async () => {
    const unknown = await one({ metadata: bits('transposed') }, Float32Array.of(1))
    await expect(openCheckpoint(unknown)).rejects.toMatchObject({ kind: 'input', code: 'unsupported' })
    const whole = await one(
      { type: 'ShortStorage', storageLength: 2, shape: [2], metadata: bits('neg') },
      Uint16Array.of(1, 2),
    )
    const { tensors } = await openCheckpoint(whole)
    await expect(readTensor(tensors.get('a')!)).rejects.toMatchObject({ code: 'unsupported' })
  })
})

test.each(['datetime.datetime', 'datetime.timedelta', 'decimal.Decimal', 'uuid.UUID'])(
  '%s beside the tensors is data, and passed over',
  async (name) => {
    const dot = name.lastIndexOf('.')
    const tensor = pickledState({ a: { storageLength: 1, shape: [1], strides: [1] } })
    // The state dict with one more entry before its end: a call of the name with some bytes.
    const called = pickleBytes(unicode('saved'), `c${name.slice(0, dot)}\n${name.slice(dot + 1)}\n`, 'C\x02ab\x85R')
    const pickle = pickleBytes(tensor.subarray(0, -2), called, 'u.')
    const { tensors } = await openCheckpoint(await torchZip(pickle, new Uint8Array(4)))
    expect([...tensors.keys()]).toEqual(['a'])
  },
)

test('a zip whose directory claims to lie beyond any file is refused like any other damage', async () => {
  const path = join(await temporaryFolder(), 'a.pth')
  const bytes = Buffer.alloc(30 + 20 + 22)
  bytes.write('PK\u0003\u0004', 'latin1')
  bytes.write('PK\u0006\u0007', 30, 'latin1')
  bytes.write('PK\u0005\u0006', 50, 'latin1')
  for (const place of [2n ** 64n - 1n, 2n ** 53n, 2n ** 40n, 73n]) {
    bytes.writeBigUInt64LE(place, 38)
    await writeFile(path, bytes)
    await expect(openCheckpoint(path)).rejects.toMatchObject({ kind: 'input', where: path })
  }
})
