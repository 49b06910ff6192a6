import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../files/test/temporary-folder.ts'
import { contentStamp } from '../src/references/content-stamp.ts'

test('a folder of frames has a stamp, whatever else lies in it; what is not there has none', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, '0.png'), 'a')
  const plain = await contentStamp(folder)
  await symlink('nothing', join(folder, 'link'))
  const linked = await contentStamp(folder)
  expect(linked).not.toBe(plain)
  await mkdir(join(folder, 'more'))
  expect(await contentStamp(folder)).not.toBe(linked)
  await expect(contentStamp(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'not-found' })
})
