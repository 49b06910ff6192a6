import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readTar } from '../../src/runtime/read-tar.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { smallPackage } from './small-package.ts'

const archive = gunzipSync(readFileSync(smallPackage(await temporaryFolder()).path))

/** The archive's files with the lengths of what is read of them, from pieces of `length` bytes. */
async function filesOf(
  bytes: Uint8Array,
  length: number,
  isRead = (_name: string) => true,
): Promise<Record<string, number>> {
  async function* pieces() {
    for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length)
  }
  const found: Record<string, number> = {}
  for await (const { name, size, content } of readTar(pieces(), 'x.tar')) {
    let read = 0
    if (isRead(name)) for await (const piece of content) read += piece.length
    expect(read).toBe(isRead(name) ? size : 0)
    found[name] = size
  }
  return found
}

test('files come with their sizes, in whatever pieces the archive does, read or passed over', async () => {
  const whole = await filesOf(archive, archive.length)
  expect(Object.keys(whole)).toHaveLength(7)
  expect(whole['package/dist/index.js']).toBe(1000)
  for (const length of [7, 511, 512, 4096]) expect(await filesOf(archive, length)).toEqual(whole)
  expect(await filesOf(archive, 1000, (name) => name.endsWith('.json'))).toEqual(whole)
})

test('an archive that ends early and one with a damaged header are refused', async () => {
  await expect(filesOf(archive.subarray(0, 3000), 512)).rejects.toMatchObject({ code: 'truncated' })
  const damaged = Uint8Array.from(archive)
  damaged[0] ^= 1
  await expect(filesOf(damaged, 512)).rejects.toMatchObject({ code: 'malformed' })
})
