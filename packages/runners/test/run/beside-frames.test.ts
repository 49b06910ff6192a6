import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findMethod, runMethod } from '../../src/index.ts'
import { requireDumpFolder } from '../../src/run/beside-frames.ts'
import { requireNative } from '../../src/run/native-options.ts'
import { smallManifest } from '../small-manifest.ts'

const folder = await mkdtemp(join(tmpdir(), 'kinemetric-beside-frames-'))
afterAll(() => rm(folder, { recursive: true, force: true }))
const [noise, out] = [join(folder, 'noise'), join(folder, 'generated', 'mine')]
await mkdir(noise)
await mkdir(join(folder, 'generated'))
await writeFile(join(folder, 'file'), '')
await symlink(noise, join(folder, 'link'))

const required = async (dump: string) =>
  requireDumpFolder(await requireNative(await findMethod('interdyn'), { noise, dump: join(folder, dump) }), out)

test.each([
  ['noise', /expected another folder than that of --noise, found .*noise/],
  ['link', /another folder than that of --noise/],
  ['generated/mine', /expected a folder outside of that of the frames/],
  ['generated/mine/dumps', /which is .*mine or lies in it/],
  ['file', /expected a folder, or a place for one, found .*file is a file/],
  ['file/below', /but .*file is a file/],
])('a dump into %s is refused', async (dump, message) => {
  await expect(required(dump)).rejects.toMatchObject({ kind: 'input', code: 'bad-option', message })
})

test.each(['noise/dumps', 'generated', 'generated/mine-dumps', 'new/one'])('a dump into %s is taken', async (dump) => {
  await expect(required(dump)).resolves.toBeUndefined()
})

test('of samples that are there already no preview is made, which is said', async () => {
  const small = await smallManifest(2)
  const said: string[] = []
  const run = async (preview: boolean) =>
    runMethod({
      method: await findMethod('static'),
      manifest: small.manifest,
      out: join(small.folder, 'out'),
      native: { preview },
      onWarning: (message) => said.push(message),
    })
  await run(false)
  expect(said).toEqual([])
  expect(await run(true)).toMatchObject({ done: 2, resumed: 2 })
  expect(said).toEqual([
    expect.stringMatching(/^--preview: 2 of the samples were made before and get none: choose another folder/),
  ])
  await rm(join(small.folder, 'out', small.manifest.clips[0].id), { recursive: true })
  await run(true)
  said.length = 0
  // One has its preview now.
  await run(true)
  expect(said).toEqual([expect.stringMatching(/^--preview: 1 of the samples/)])
})
