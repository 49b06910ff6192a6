import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { shardState, shardStates } from '../../src/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const root = await temporaryFolder()
const of = (index: number, measured: number, lock = 'none') =>
  shardState({ shard: { index, count: 3 }, measured, total: 4, failed: 0 }, join(root, lock))

test('a shard is done, stopped or missing; of copies that counts which has most', async () => {
  const states = shardStates(3, await Promise.all([of(3, 2), of(1, 1), of(1, 4)]))
  expect(states.map(({ state, measured, total }) => [state, measured, total])).toEqual([
    ['done', 4, 4],
    ['missing', 0, null],
    ['stopped', 2, 4],
  ])
})

test('it is running while its lock is held', async () => {
  await writeFile(
    join(root, 'held'),
    JSON.stringify({ pid: 1, host: 'elsewhere', born: null, space: null, beat: 20_000 }),
  )
  expect(await of(1, 4, 'held')).toMatchObject({ state: 'running', holder: { pid: 1, host: 'elsewhere' } })
})
