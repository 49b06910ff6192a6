import { appendFile, copyFile, cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Manifest, readManifest } from '@kinemetric/benchmark'
import { readItem, sampleFolder } from '@kinemetric/records'
import { describe, expect, test } from 'vitest'
import { findMethod, type Method, runMethod } from '../../src/index.ts'
import { smallManifest } from '../small-manifest.ts'

const { folder, manifest } = await smallManifest(2)
const [first, second] = manifest.clips

/** A copy of what was prepared, in which a file was replaced by another of its kind. */
async function changed(name: string, change: (root: string) => Promise<unknown>): Promise<Manifest> {
  const root = join(folder, name)
  await cp(manifest.root, root, { recursive: true })
  await change(root)
  const { clips, ...rest } = await readManifest(join(root, 'manifest.jsonl'))
  return { ...rest, clips: clips.map((clip) => ({ ...clip, pairs: undefined })) }
}

async function expectFailure(method: Method, of: Manifest): Promise<void> {
  const out = join(of.root, `generated-${method.spec.id}`)
  const { done, failures } = await runMethod({ method, manifest: of, out })
  expect(done).toBe(1)
  expect(failures).toMatchObject([
    {
      clip: first.id,
      message: expect.stringMatching(/expected the sha256 \w{12}… that the manifest has for it, found \w{12}…/),
    },
  ])
  expect(await readItem(sampleFolder(out, first.id, 0))).toMatchObject({ error: { type: 'hash-mismatch' } })
}

const image = (root: string) => copyFile(join(root, second.image.path), join(root, first.image.path))
const maskOf = (root: string, at: number) => join(root, first.control?.dir ?? '', `frame_000${at}.png`)
const mask = (root: string) => copyFile(maskOf(root, 9), maskOf(root, 3))
const reference = (root: string) =>
  copyFile(join(root, second.reference?.path ?? ''), join(root, first.reference?.path ?? ''))
const scene = (root: string) => appendFile(join(root, first.assets?.['scene.json'].path ?? ''), '\n')

describe('a file that is not the one of which the manifest speaks is that clip’s failure', () => {
  test.each([
    ['static', 'image', image],
    ['mask-warp', 'mask', mask],
    ['blurred-reference', 'reference', reference],
    ['driver-only', 'scene', scene],
  ] as const)('%s: another %s', async (id, what, change) => {
    await expectFailure(await findMethod(id), await changed(what, change))
  })

  test('a program is not handed it', async () => {
    const at = join(folder, 'program')
    await mkdir(at)
    const source = `
      import { mkdirSync, readFileSync, writeFileSync, copyFileSync } from 'node:fs'
      import { dirname, join, resolve } from 'node:path'
      const [manifest, out] = process.argv.slice(2)
      for (const line of readFileSync(manifest, 'utf8').trim().split('\\n')) {
        const { itemId, image, target } = JSON.parse(line)
        const folder = join(out, itemId, 's0')
        mkdirSync(folder, { recursive: true })
        for (let t = 0; t < target.frames; t++)
          copyFileSync(resolve(dirname(manifest), image.path), join(folder, 'frame_' + String(t).padStart(4, '0') + '.png'))
        writeFileSync(join(folder, 'item.json'), '{"status":"ok"}')
      }`
    await writeFile(join(at, 'generate.mjs'), source)
    const spec = {
      id: 'mine',
      version: '1',
      displayName: 'Mine',
      licences: ['MIT'],
      kind: 'process',
      command: [process.execPath, 'generate.mjs', '{manifest}', '{out}'],
      capabilities: { control: 'mask' },
      output: { alignment: 'frame' },
      determinism: 'seeded',
      implementationStatus: 'working',
    }
    await writeFile(join(at, 'method.json'), JSON.stringify(spec))
    await expectFailure(await findMethod(at), await changed('of-program', mask))
  })
})

test('a line without sha256 is taken as it is, and files beside the frames are nobody’s business', async () => {
  const own = await changed('without', async (root) => {
    await mask(root)
    await image(root)
  })
  const bare = own.clips.map(({ image: { path }, control, ...clip }) => ({
    ...clip,
    image: { path },
    control: control && { ...control, sha256: undefined },
  }))
  const method = await findMethod('mask-warp')
  const out = join(own.root, 'generated')
  expect(await runMethod({ method, manifest: { ...own, clips: bare }, out })).toMatchObject({ done: 2, failures: [] })
  const beside = await changed('beside', (root) => writeFile(join(root, first.control?.dir ?? '', '.DS_Store'), 'x'))
  expect(await runMethod({ method, manifest: beside, out: join(beside.root, 'generated') })).toMatchObject({ done: 2 })
})
