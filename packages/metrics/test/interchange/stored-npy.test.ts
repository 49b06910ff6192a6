import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatNpy, held, readDistanceSide, type StoredRows } from '@kinemetric/metrics'
import { storedNpy } from '../../src/interchange/stored-npy.ts'
import { randomFeatures } from '../features/formula-features.ts'
import { temporaryFolder } from '../../../benchmark/test/temporary-folder.ts'

const root = await temporaryFolder()
const { data } = randomFeatures(1, 50, 6)

async function npy(name: string, values: Float32Array | Float64Array, shape = [50, 6]): Promise<string> {
  const path = join(root, name)
  await writeFile(path, formatNpy({ data: values, shape }))
  return path
}

async function opened(path: string): Promise<StoredRows> {
  const rows = await storedNpy(path, 0)
  if (rows === undefined) throw new Error('expected rows that stay in their file')
  return rows
}

test.each([
  ['float32', Float32Array.from(data)],
  ['float64', data],
])('rows of %s are read from the file as they are asked for', async (name, values) => {
  const rows = await opened(await npy(`${name}.npy`, values))
  expect([rows.rows, rows.dimension]).toEqual([50, 6])
  expect((await held(rows)).data).toEqual(values)
  expect(await rows.read(7, 9)).toEqual(values.slice(42, 54))
  const picked = await rows.pick([49, 0, 49])
  expect(picked.constructor).toBe(values.constructor)
  expect([...picked]).toEqual([...values.slice(294), ...values.slice(0, 6), ...values.slice(294)])
})

test('small files, and files of another kind, are read whole', async () => {
  const path = await npy('small.npy', data)
  expect(await storedNpy(path)).toBeUndefined()
  expect((await readDistanceSide(path)).data).toHaveProperty('data')
  expect(await storedNpy(await npy('flat.npy', data, [300]), 0)).toBeUndefined()
  const text = join(root, 'text.npy')
  await writeFile(text, 'no array at all')
  expect(await storedNpy(text, 0)).toBeUndefined()
  expect(await storedNpy(join(root, 'absent.npy'), 0)).toBeUndefined()
})

test('a file that is shorter than it says is refused, also when it has become so', async () => {
  const path = await npy('cut.npy', data)
  const rows = await opened(path)
  await truncate(path, 1000)
  await expect(rows.read(30, 40)).rejects.toMatchObject({ code: 'truncated', where: path })
  await expect(storedNpy(path, 0)).rejects.toMatchObject({ code: 'truncated' })
})
