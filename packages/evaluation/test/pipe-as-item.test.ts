import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'
import { findGenerated, locateSample } from '../src/clips/generated-clips.ts'

const root = await temporaryFolder()

// Windows has no named pipes among its files.
test.skipIf(process.platform === 'win32')(
  'a named pipe as item.json is that clip’s failure; as run.json it is refused',
  async () => {
    const folder = join(root, 'a')
    await mkdir(join(folder, 's0'), { recursive: true })
    execFileSync('mkfifo', [join(folder, 's0', 'item.json')])
    expect(await locateSample('a', folder, 0)).toMatchObject({
      failure: { clip: 'a', reason: 'generation-failed', message: expect.stringContaining('a device, pipe or socket') },
    })
    execFileSync('mkfifo', [join(root, 'run.json')])
    await expect(findGenerated(root, 0)).rejects.toMatchObject({ kind: 'input', code: 'not-a-file' })
  },
)

test('a sample without item.json was not finished', async () => {
  await mkdir(join(root, 'b', 's0'), { recursive: true })
  expect(await locateSample('b', join(root, 'b'), 0)).toMatchObject({ failure: { reason: 'missing-generated' } })
  await writeFile(join(root, 'b', 's0', 'item.json'), '{"status": "ok"}')
  expect(await locateSample('b', join(root, 'b'), 0)).toMatchObject({ path: join(root, 'b', 's0') })
})
