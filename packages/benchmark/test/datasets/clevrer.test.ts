import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findAdapter, readDataset } from '../../src/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'

test('videos of CLEVRER’s folders in their order; another folder is refused', async () => {
  const root = await temporaryFolder()
  for (const [folder, name] of [
    ['video_10000-11000', 'video_10001'],
    ['video_10000-11000', 'video_10000'],
    ['video_11000-12000', 'video_11000'],
  ]) {
    await mkdir(join(root, folder), { recursive: true })
    await writeFile(join(root, folder, `${name}.mp4`), '')
  }
  const ids = async (options: Record<string, string>) =>
    (await readDataset(findAdapter('clevrer'), root, options)).items.map(({ id }) => id)
  expect(await ids({})).toEqual(['video_10000', 'video_10001', 'video_11000'])
  expect(await ids({ first: '2' })).toEqual(['video_10000', 'video_10001'])
  await expect(readDataset(findAdapter('clevrer'), join(root, 'video_10000-11000'), {})).rejects.toMatchObject({
    code: 'bad-dataset',
  })
})
