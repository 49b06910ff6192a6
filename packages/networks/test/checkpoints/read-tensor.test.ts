import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openCheckpoint, readTensor, type TensorReference, writeSafetensors } from '../../src/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'

test('every half float converts as IEEE 754 says', async () => {
  const path = join(await temporaryFolder(), 'halves')
  const halves = Uint16Array.from({ length: 65536 }, (_, i) => i)
  await writeFile(path, new Uint8Array(halves.buffer))
  const values = await readTensor(reference(path, 'float16', 131072))
  expect(values[0x3c00]).toBe(1)
  expect(values[0xc000]).toBe(-2)
  expect(values[0x7bff]).toBe(65504)
  expect(values[0x0001]).toBe(2 ** -24)
  expect(values[0x0400]).toBe(2 ** -14)
  expect(values[0x7c00]).toBe(Infinity)
  expect(values[0xfc00]).toBe(-Infinity)
  expect(values[0x7e00]).toBeNaN()
  expect(Object.is(values[0x8000], -0)).toBe(true)
  // Golden: the engine's own half floats, where it has them (Node 24).
  const engine = (globalThis as { Float16Array?: new (buffer: ArrayBuffer) => Iterable<number> }).Float16Array
  const golden = engine === undefined ? values : Float32Array.from(new engine(halves.buffer))
  expect(values).toEqual(golden)
  // Between zero and infinity the order of the bit patterns is the order of the numbers.
  for (let i = 1; i <= 0x7c00; i++) expect(values[i]).toBeGreaterThan(values[i - 1])
})

test('a file that became shorter after it was opened', async () => {
  const path = join(await temporaryFolder(), 'a.safetensors')
  await writeSafetensors(path, new Map([['w', { shape: [4], data: Float32Array.of(1, 2, 3, 4) }]]))
  const tensor = (await openCheckpoint(path)).tensors.get('w')!
  await truncate(path, tensor.offset + 8)
  await expect(readTensor(tensor)).rejects.toMatchObject({ code: 'truncated', where: path })
})

test('types without a conversion, and more than fits in memory, are refused by name', async () => {
  const path = join(await temporaryFolder(), 'bytes')
  await writeFile(path, new Uint8Array(16))
  await expect(readTensor(reference(path, 'float8_e4m3fn', 16))).rejects.toThrow('tensor "w" is float8_e4m3fn')
  await expect(readTensor(reference(path, 'complex64', 16))).rejects.toMatchObject({ code: 'unsupported' })
  // A stride of zero spells a small storage out into a large tensor.
  const expanded = { ...reference(path, 'float32', 4), shape: [2 ** 20, 2 ** 20], strides: [0, 0], contiguous: false }
  await expect(readTensor(expanded)).rejects.toMatchObject({ code: 'too-large' })
})

function reference(file: string, dtype: TensorReference['dtype'], byteLength: number): TensorReference {
  const size = dtype === 'float16' ? 2 : dtype === 'complex64' ? 8 : dtype === 'float32' ? 4 : 1
  return { name: 'w', dtype, shape: [byteLength / size], file, offset: 0, byteLength, contiguous: true }
}
