import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listShards, shardPaths } from '../../src/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const root = await temporaryFolder()
const fileIn = async (folder: string, name: string, text: string) => {
  await mkdir(join(root, folder), { recursive: true })
  const path = shardPaths(join(root, folder), name, { index: 1, count: 2 }).file
  await writeFile(path, text)
  return path
}

test('files of shards are found in a folder and in those below it, with what they say they are', async () => {
  const a = await fileIn('both', 'a', '{"schema":"kinemetric/shard@1","x":1}')
  const b = await fileIn('both/as-is', 'b', '{\n  "schema": "kinemetric/prepare-shard@1"\n}')
  const c = await fileIn('both/as-is/deeper', 'c', '{"schema":"kinemetric/shard@1"}')
  await writeFile(join(root, 'both', 'a.1-of-2.journal.jsonl'), '')
  expect(await listShards([join(root, 'both')])).toEqual([
    { folder: join(root, 'both'), path: a, schema: 'kinemetric/shard@1' },
    { folder: join(root, 'both', 'as-is'), path: b, schema: 'kinemetric/prepare-shard@1' },
    { folder: join(root, 'both', 'as-is', 'deeper'), path: c, schema: 'kinemetric/shard@1' },
  ])
  expect((await listShards([join(root, 'both')], 'kinemetric/shard@1')).map(({ path }) => path)).toEqual([a, c])
})

test('and in folders below: of nodes that each have a folder of results, of clips and runs beside each other', async () => {
  const text = '{"schema":"kinemetric/shard@1"}'
  const deep = [
    await fileIn('all/node-a/parts/as-is', 'a', text),
    await fileIn('all/node-b/parts/as-is', 'b', text),
    await fileIn('all/work/clips of mine', 'c', text),
    await fileIn('all/work/generated/mine', 'd', text),
  ]
  await fileIn('all/work/.cache', 'hidden', text)
  await fileIn('all/1/2/3/4/5', 'too-deep', text)
  // Clips of something that is there as a whole are not looked into.
  await fileIn('all/made/clip/s0', 'clip', text)
  await writeFile(join(root, 'all', 'made', 'run.json'), '{}')
  await fileIn('all/clips/clip', 'a-folder-of-that-name', text)
  await writeFile(join(root, 'all', 'manifest.jsonl'), '')
  await fileIn('all/node-a/parts/kept/as-is', 'kept', text)
  expect((await listShards([join(root, 'all')])).map(({ path }) => path).toSorted()).toEqual(deep)
})

test.each(['', 'x', '{"shard":1,"schema":"kinemetric/shard@1"}', '{"schema":"other/shard@1"}'])(
  'a file that begins with %j is no shard’s',
  async (text) => {
    await fileIn('none', 'a', text)
    await expect(listShards([join(root, 'none')])).rejects.toMatchObject({ code: 'bad-shards', kind: 'input' })
  },
)

test('a folder that is not there', async () => {
  await expect(listShards([join(root, 'nowhere')])).rejects.toMatchObject({ code: 'bad-shards' })
})
