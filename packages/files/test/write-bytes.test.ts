import { open, readFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDiskFull, writeBytes } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A handle whose disk takes at most so many bytes at a time, as one that is nearly full does. */
function taking(handle: FileHandle, amounts: readonly number[]): FileHandle {
  let call = 0
  const write = (bytes: Uint8Array, offset: number, length: number, position: number | null) =>
    handle.write(bytes, offset, Math.min(length, amounts[call++ % amounts.length]), position)
  return new Proxy(handle, { get: (target, key) => (key === 'write' ? write : Reflect.get(target, key)) })
}

test('whatever a disk takes at a time, all bytes arrive, in their order and place', async () => {
  const path = join(await temporaryFolder(), 'a')
  const amounts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
  const position = fc.option(fc.nat(20), { nil: undefined })
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), amounts, position, async (bytes, limits, at) => {
      const handle = await open(path, 'w+')
      await writeBytes(taking(handle, limits), bytes, at)
      await handle.close()
      expect([...(await readFile(path))].slice(at ?? 0)).toEqual([...bytes])
    }),
    { numRuns: 100, seed: 10 },
  )
})

test('a disk that takes nothing and says nothing is full', async () => {
  const handle = await open(join(await temporaryFolder(), 'a'), 'w')
  const failure = await writeBytes(taking(handle, [3, 0]), new Uint8Array(9)).catch((error: unknown) => error)
  await handle.close()
  expect(isDiskFull(failure)).toBe(true)
})
