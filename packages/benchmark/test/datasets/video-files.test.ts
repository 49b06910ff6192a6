import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { frameArray, writeLossless, writePngFolder } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { listVideos, prepare } from '../../src/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const frames = { pixels: frameArray(new Uint8Array(2 * 16 * 16 * 3).fill(9), 2, 16, 16), fps: 6 }

test('a preparation says what it passed over, and again when it is run again', async () => {
  const dataset = await temporaryFolder()
  await writeLossless(join(dataset, 'a.mkv'), frames)
  await mkdir(join(dataset, 'cats', 'white'), { recursive: true })
  await writePngFolder(join(dataset, 'cats', 'white', 'clip'), frames)
  const out = await temporaryFolder()
  for (const kept of [0, 1]) {
    const result = await prepare({ adapter: 'folder', dataset, protocol: 'as-is', out })
    expect(result).toMatchObject({
      clips: 1,
      kept,
      failures: [],
      notes: [expect.stringMatching(/^1 subfolders .*: cats \(/)],
    })
  }
  expect(JSON.parse(await readFile(join(out, 'prepare.json'), 'utf8'))).toHaveProperty('notes')
})

test('where only subfolders hold videos, the error says so', async () => {
  const dataset = await temporaryFolder()
  await mkdir(join(dataset, 'dogs'))
  await writeLossless(join(dataset, 'dogs', 'a.mkv'), frames)
  const asked = prepare({ adapter: 'folder', dataset, protocol: 'as-is', out: await temporaryFolder() })
  await expect(asked).rejects.toMatchObject({
    code: 'bad-dataset',
    found: expect.stringContaining('passed over: dogs'),
  })
})

test('single images are clips of one frame where nothing else is there, under their names in composed form', async () => {
  const folder = await temporaryFolder()
  for (const name of ['é.png'.normalize('NFD'), 'b.JPG', '.hidden.png', 'notes.txt'])
    await writeFile(join(folder, name), 'x')
  const { entries, warnings } = await listVideos(folder)
  expect(Array.from(entries, ({ name, kind }) => [name, kind])).toEqual([
    ['b', 'still'],
    ['é'.normalize('NFC'), 'still'],
  ])
  expect(warnings).toEqual(['2 single images, each taken for a clip of one frame'])
})
