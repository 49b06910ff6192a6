import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { openCheckpoint, readTensor, readTensorBytes } from '../../src/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let folder: string
let path: string
beforeAll(async () => {
  folder = await temporaryFolder()
  path = join(folder, 'file.safetensors')
})

/** A file of this header and so many bytes of data (0, 1, 2, …). */
async function write(header: unknown, dataBytes: number, text = JSON.stringify(header)): Promise<void> {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(text)))
  await writeFile(
    path,
    Buffer.concat([length, Buffer.from(text), Buffer.from(Uint8Array.from({ length: dataBytes }, (_, i) => i))]),
  )
}
const tensor = (dtype: string, shape: number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})

test('tensors are referenced in place, in any order, with odd offsets', async () => {
  await write(
    {
      __metadata__: { format: 'pt' },
      b: tensor('U8', [3], 0, 3),
      a: tensor('I16', [2, 1], 3, 7),
      none: tensor('F32', [0, 4], 7, 7),
    },
    7,
  )
  const { tensors, format } = await openCheckpoint(path)
  expect(format).toBe('safetensors')
  expect([...tensors.keys()]).toEqual(['b', 'a', 'none'])
  expect([...(await readTensorBytes(tensors.get('b')!))]).toEqual([0, 1, 2])
  expect([...(await readTensor(tensors.get('a')!))]).toEqual([0x0403, 0x0605])
  expect(await readTensor(tensors.get('none')!)).toHaveLength(0)
})

describe('refusals', () => {
  test('a header of 200 MB, before any of it is read', async () => {
    const handle = await open(path, 'w')
    const head = Buffer.from('\0\0\0\0\0\0\0\0{')
    head.writeBigUInt64LE(200_000_000n)
    await handle.write(head)
    await handle.truncate(200_000_100)
    await handle.close()
    await expect(openCheckpoint(path)).rejects.toThrow(
      'a safetensors header of 200000000 bytes; the format allows 100000000',
    )
    await expect(openCheckpoint(path)).rejects.toMatchObject({ code: 'too-large', where: path })
  })

  test('a header longer than the file', async () => {
    const head = Buffer.from('\0\0\0\0\0\0\0\0{"a":')
    head.writeBigUInt64LE(1000n)
    await writeFile(path, head)
    await expect(openCheckpoint(path)).rejects.toMatchObject({ code: 'truncated' })
  })

  test('a header that is not a JSON object', async () => {
    await write(undefined, 0, '{"a": ')
    await expect(openCheckpoint(path)).rejects.toThrow('not JSON')
  })

  test.each([
    [
      'overlapping tensors',
      { a: tensor('F32', [2], 0, 8), b: tensor('F32', [1], 4, 8) },
      8,
      'overlap',
      '"b" overlaps tensor "a"',
    ],
    ['the same bytes twice', { a: tensor('F32', [1], 0, 4), b: tensor('F32', [1], 0, 4) }, 4, 'overlap', 'overlaps'],
    ['a tensor outside of the file', { a: tensor('F32', [4], 0, 16) }, 8, 'truncated', 'the file ends at'],
    [
      'a hole between tensors',
      { a: tensor('F32', [1], 0, 4), b: tensor('F32', [1], 8, 12) },
      12,
      'malformed',
      '4 unused bytes before tensor "b"',
    ],
    ['bytes after the last', { a: tensor('F32', [1], 0, 4) }, 9, 'malformed', '5 unused bytes after tensor "a"'],
    ['a size that is not the shape times the type', { a: tensor('F32', [3], 0, 4) }, 4, 'malformed', 'needs 12'],
    ['a negative offset', { a: tensor('F32', [1], -4, 0) }, 4, 'malformed', 'data_offsets'],
    ['an end before its begin', { a: tensor('F32', [1], 4, 0) }, 4, 'malformed', 'data_offsets'],
    ['an unknown type', { a: tensor('Q4', [1], 0, 1) }, 1, 'malformed', 'unknown type "Q4"'],
    ['a shape that overflows', { a: tensor('F32', [2 ** 52, 2 ** 52], 0, 4) }, 4, 'malformed', 'needs'],
    ['a fractional size', { a: tensor('F32', [0.5], 0, 2) }, 2, 'malformed', 'shape'],
    ['a tensor that is not described', { a: null }, 0, 'malformed', 'is not an object'],
  ])('%s', async (_, header, bytes, code, message) => {
    await write(header, bytes)
    await expect(openCheckpoint(path)).rejects.toMatchObject({ code, where: path })
    await expect(openCheckpoint(path)).rejects.toThrow(message)
  })
})
