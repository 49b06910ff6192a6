import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { digestTensors, openCheckpoint, readTensor, writeSafetensors, writeTorchZip } from '../../src/index.ts'
import { fnv1a32, formulaNumbers, formulaTensor, formulaTensors } from '../formula-weights.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const tensors = formulaTensors({
  'conv.weight': [3, 2, 5, 5],
  'conv.bias': [3],
  scalar: [],
  none: [0, 2],
  'ü.weight': [7],
})
let folder: string
beforeAll(async () => {
  folder = await temporaryFolder()
})

// writeTorchZip's files, with and without ZIP64, were read by torch.load(weights_only=True) of PyTorch 2.13.0.
describe.each([
  ['safetensors', writeSafetensors],
  ['torch zip', writeTorchZip],
  ['torch zip with ZIP64', (path: string, map: typeof tensors) => writeTorchZip(path, map, { zip64: true })],
] as const)('%s', (format, write) => {
  test('what is written is read back exactly, in order', async () => {
    const path = join(folder, `${format}.bin`)
    await write(path, tensors)
    const checkpoint = await openCheckpoint(path)
    expect([...checkpoint.tensors.keys()]).toEqual([...tensors.keys()])
    for (const [name, { shape, data }] of tensors) {
      expect(checkpoint.tensors.get(name)).toMatchObject({ shape, dtype: 'float32', contiguous: true })
      expect(await readTensor(checkpoint.tensors.get(name)!)).toEqual(data)
    }
    // Golden: the digest as documented, computed with Python's hashlib from what torch.load gave of the torch zip.
    expect(await digestTensors(checkpoint)).toBe('9c8cb56448b515531c43ad413c05af6e813f8d74d539252370df60f202bf72d0')
  })

  test('the same tensors give the same bytes', async () => {
    await write(join(folder, 'first'), tensors)
    await write(join(folder, 'second'), tensors)
    expect(await readFile(join(folder, 'first'))).toEqual(await readFile(join(folder, 'second')))
  })

  test('a shape that does not fit its data, and a folder that cannot be made, leave nothing behind', async () => {
    const wrong = new Map([['w', { shape: [2, 2], data: new Float32Array(3) }]])
    await expect(write(join(folder, 'wrong'), wrong)).rejects.toThrow(
      'expected 4 elements in tensor "w" of shape [2, 2], found 3',
    )
    await expect(write(join(folder, 'first', 'file'), tensors)).rejects.toMatchObject({ code: 'write-failed' })
    expect((await readdir(folder)).filter((name) => name.includes('wrong') || name.includes('partial'))).toEqual([])
  })
})

describe('formula weights', () => {
  test('hash and numbers', () => {
    expect(fnv1a32('conv1.weight')).toBe(3184444564)
    const numbers = formulaNumbers('conv1.weight', 3)
    for (const [index, value] of [-0.0881987945, -0.6263085725, 0.1955310167].entries()) {
      expect(numbers[index]).toBeCloseTo(value, 10)
    }
  })

  test('the rule follows the name and the rank', () => {
    expect(first('bn.running_var', [1])).toBe(Math.fround(1 + 0.5 * formulaNumber('bn.running_var')))
    expect(first('bn.running_mean', [1])).toBe(Math.fround(0.05 * formulaNumber('bn.running_mean')))
    expect(first('bn.weight', [1])).toBe(Math.fround(1 + 0.1 * formulaNumber('bn.weight')))
    expect(first('bn.bias', [1])).toBe(Math.fround(0.05 * formulaNumber('bn.bias')))
    expect(first('c.weight', [1, 2, 3])).toBe(Math.fround(formulaNumber('c.weight')))
    expect(first('flow_head.weight', [1, 6])).toBe(Math.fround(0.05 * formulaNumber('flow_head.weight')))
    expect(first('virual_tracks', [1, 6])).toBe(Math.fround(0.5 * formulaNumber('virual_tracks')))
  })
})

function first(name: string, shape: number[]) {
  return formulaTensor(name, shape).data[0]
}

function formulaNumber(name: string) {
  return formulaNumbers(name, 1)[0]
}
