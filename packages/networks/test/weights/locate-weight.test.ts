import { chmod, copyFile, mkdir, readdir, readFile, rename, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../../test/shared.ts'
import {
  importWeight,
  listWeights,
  locateWeight,
  openCheckpoint,
  readTensor,
  verifyWeights,
  weightCatalogue,
  weightEntry,
  writeSafetensors,
} from '../../src/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let root: string
let folder: string
let options: { searchPath: string[]; cacheFolder: string }
const official = sharedPath('weights', 'lpips-v0.1-alex.pth')

beforeEach(async () => {
  root = await temporaryFolder()
  folder = join(root, 'weights')
  await mkdir(folder)
  options = { searchPath: [folder], cacheFolder: join(root, 'cache') }
})

test('weights that are in none of the folders, and folders that are not there', async () => {
  const searchPath = [folder, join(root, 'absent')]
  await expect(locateWeight('vgg16', { ...options, searchPath })).rejects.toMatchObject({
    kind: 'missing',
    code: 'weights',
    details: { id: 'vgg16', searchPath },
  })
  await expect(locateWeight('vgg19', options)).rejects.toThrow('vgg19: expected weights of lpips-alex')
})

test('a file of the right name and size with another content is not taken', async () => {
  await writeFile(join(folder, 'lpips-v0.1-alex.pth'), Buffer.alloc(6009, 3))
  await expect(locateWeight('lpips-alex', options)).rejects.toMatchObject({ code: 'weights' })
  expect(await verifyWeights(options)).toContainEqual(
    expect.objectContaining({
      status: 'damaged',
      path: join(folder, 'lpips-v0.1-alex.pth'),
      entry: weightEntry('lpips-alex'),
    }),
  )
})

describe.skipIf(!hasShared('weights', 'lpips-v0.1-alex.pth'))('real files', () => {
  test('a file is recognised by its content under any name, at any depth, and verified tensors come back', async () => {
    await mkdir(join(folder, 'deep', 'er'), { recursive: true })
    await writeFile(join(folder, 'README.md'), 'not weights')
    const path = join(folder, 'deep', 'er', 'renamed.bin')
    await copyFile(official, path)
    const located = await locateWeight('lpips-alex', options)
    expect(located).toMatchObject({ path, verifiedBy: 'sha256', sha256: weightEntry('lpips-alex').sha256 })
    expect([...located.checkpoint.tensors.keys()]).toHaveLength(5)
  })

  test('folders are searched in order', async () => {
    const second = join(root, 'second')
    await mkdir(second)
    await copyFile(official, join(second, 'a.pth'))
    const searchPath = [folder, second]
    expect((await locateWeight('lpips-alex', { ...options, searchPath })).path).toBe(join(second, 'a.pth'))
    await copyFile(official, join(folder, 'z.pth'))
    expect((await locateWeight('lpips-alex', { ...options, searchPath })).path).toBe(join(folder, 'z.pth'))
  })

  test('a file of only the features counts as the whole checkpoint, in any container', async () => {
    await copyFile(sharedPath('weights', 'alexnet-features.pth'), join(folder, 'a.pth'))
    const located = await locateWeight('alexnet', options)
    expect(located.verifiedBy).toBe('tensor-digest')
    expect(located.sha256).toBe('d9efc5cd8a6a4cd1996cb2c85f8f25e9e78b0972e7a9befad9f60da78cb46082')
    expect([...located.checkpoint.tensors.keys()]).toEqual(weightEntry('alexnet').tensorNames)

    // As safetensors, with another tensor besides: the same weights; what was not verified is not handed out.
    const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>()
    for (const [name, tensor] of located.checkpoint.tensors) {
      tensors.set(name, { shape: tensor.shape, data: await readTensor(tensor) })
    }
    const other = join(root, 'other')
    await mkdir(other)
    tensors.set('classifier.6.bias', { shape: [1], data: Float32Array.of(1) })
    await writeSafetensors(join(other, 'a.safetensors'), tensors)
    const again = await locateWeight('alexnet', { ...options, searchPath: [other] })
    expect(again).toMatchObject({ verifiedBy: 'tensor-digest', checkpoint: { format: 'safetensors' } })
    expect(again.checkpoint.tensors.has('classifier.6.bias')).toBe(false)

    // One bit of one weight changed: not the same weights.
    tensors.get('features.0.bias')!.data[0] += 1e-6
    await writeSafetensors(join(other, 'a.safetensors'), tensors)
    await expect(locateWeight('alexnet', { ...options, searchPath: [other] })).rejects.toThrow('AlexNet')
  })

  test('a link inside the folder is followed, one that leads out is not', async () => {
    await symlink(official, join(folder, 'out.pth'))
    await expect(locateWeight('lpips-alex', options)).rejects.toMatchObject({ code: 'weights' })
    // As in Hugging Face's cache: snapshots/<revision>/file leads to blobs/<hash>.
    await mkdir(join(folder, 'blobs'))
    await mkdir(join(folder, 'snapshots', 'rev'), { recursive: true })
    await copyFile(official, join(folder, 'blobs', 'hash'))
    await symlink('../../blobs/hash', join(folder, 'snapshots', 'rev', 'alex.pth'))
    expect((await locateWeight('lpips-alex', options)).path).toBe(join(folder, 'blobs', 'hash'))
  })

  test.skipIf(process.getuid?.() === 0)('a file that cannot be read hides no other', async () => {
    await copyFile(official, join(folder, 'a.pth'))
    await chmod(join(folder, 'a.pth'), 0)
    await copyFile(official, join(folder, 'b.pth'))
    expect((await locateWeight('lpips-alex', options)).path).toBe(join(folder, 'b.pth'))
    await chmod(join(folder, 'a.pth'), 0o444)
    expect((await locateWeight('lpips-alex', options)).path).toBe(join(folder, 'a.pth'))
  })

  test('a search folder that is itself a link', async () => {
    await copyFile(official, join(folder, 'a.pth'))
    await symlink(folder, join(root, 'link'))
    const located = await locateWeight('lpips-alex', { ...options, searchPath: [join(root, 'link')] })
    expect(located.path).toBe(join(folder, 'a.pth'))
  })

  test('every entry is listed, present or not', async () => {
    await copyFile(official, join(folder, 'a.pth'))
    await copyFile(sharedPath('weights', 'squeezenet1_1-features.pth'), join(folder, 'b.pth'))
    const list = await listWeights(options)
    expect(list).toHaveLength(weightCatalogue.length)
    expect(
      list.filter(({ present }) => present).map(({ entry, path, verifiedBy }) => [entry.id, path, verifiedBy]),
    ).toEqual([
      ['lpips-alex', join(folder, 'a.pth'), 'sha256'],
      ['squeezenet1_1', join(folder, 'b.pth'), 'tensor-digest'],
    ])
  })

  describe('the memory of what files are', () => {
    test('spares hashing: what it says of an unchanged file is believed', async () => {
      const path = join(folder, 'a.pth')
      await writeFile(path, Buffer.alloc(6009))
      await expect(locateWeight('lpips-alex', options)).rejects.toMatchObject({ code: 'weights' })
      const memory = join(options.cacheFolder, 'identified-weights.json')
      const text = await readFile(memory, 'utf8')
      const { files }: { files: Record<string, { sha256: string }> } = JSON.parse(text)
      const { sha256 } = files[path]
      await writeFile(memory, text.replaceAll(sha256, weightEntry('lpips-alex').sha256!))
      const list = await listWeights(options)
      expect(list[0]).toMatchObject({ present: true, path })
      // verifyWeights believes nothing.
      expect((await verifyWeights(options))[0]).toMatchObject({ status: 'damaged', path, sha256 })
      expect((await listWeights(options))[0].present).toBe(false)
    })

    test('a file changed behind its back is looked at again, even with its size and time put back', async () => {
      const path = join(folder, 'a.pth')
      await copyFile(official, path)
      await locateWeight('lpips-alex', options)
      const { atime, mtime } = await stat(path)
      await chmod(path, 0o644)
      await writeFile(path, Buffer.alloc(6009))
      await utimes(path, atime, mtime)
      await expect(locateWeight('lpips-alex', options)).rejects.toMatchObject({ code: 'weights' })
      expect((await verifyWeights(options))[0].status).toBe('absent')
    })

    test('what was good and is damaged now is said by verifyWeights', async () => {
      const path = join(folder, 'under-another-name')
      await copyFile(official, path)
      expect((await verifyWeights(options))[0]).toMatchObject({ status: 'good', path })
      await chmod(path, 0o644)
      await writeFile(path, Buffer.alloc(6009))
      expect((await verifyWeights(options))[0]).toMatchObject({ status: 'damaged', path })
    })

    test('a folder that cannot be written, a memory that is not JSON, several readers at once', async () => {
      await copyFile(official, join(folder, 'a.pth'))
      await writeFile(join(root, 'file'), '')
      expect((await locateWeight('lpips-alex', { ...options, cacheFolder: join(root, 'file', 'cache') })).path).toBe(
        join(folder, 'a.pth'),
      )
      await mkdir(options.cacheFolder)
      for (const text of ['{"catalogue"', '[]', '{"catalogue":"other","files":{}}', '{"files":{"a":3}}']) {
        await writeFile(join(options.cacheFolder, 'identified-weights.json'), text)
        expect((await locateWeight('lpips-alex', options)).path).toBe(join(folder, 'a.pth'))
      }
      await Promise.all(Array.from({ length: 10 }, () => locateWeight('lpips-alex', options)))
      expect(await readdir(options.cacheFolder)).toEqual(['identified-weights.json'])
    })
  })

  describe('importing', () => {
    test.each([
      ['linked', true],
      ['copied', false],
    ] as const)('a file is recognised and %s under its own name', async (how, link) => {
      const mine = join(root, 'my file')
      await copyFile(official, mine)
      const imported = await importWeight(mine, { ...options, folder, link })
      const path = join(folder, 'lpips-v0.1-alex.pth')
      expect(imported).toMatchObject({ how, path, verifiedBy: 'sha256', entry: { id: 'lpips-alex' } })
      expect((await stat(path)).nlink).toBe(link ? 2 : 1)
      expect(await readdir(folder)).toEqual(['lpips-v0.1-alex.pth'])
      expect((await importWeight(mine, { ...options, folder })).how).toBe('present')
      expect((await locateWeight('lpips-alex', options)).path).toBe(path)
    })

    test('a file of only the needed tensors does not get the name of the whole', async () => {
      const file = sharedPath('weights', 'squeezenet1_1-features.pth')
      const imported = await importWeight(file, { ...options, link: false })
      expect(imported.path).toBe(join(folder, 'squeezenet1_1-tensors.pth'))
    })

    test('an unknown file is refused with its hash; a damaged one too', async () => {
      const mine = join(root, 'mine.pth')
      const bytes = await readFile(official)
      bytes[3000] ^= 1
      await writeFile(mine, bytes)
      await expect(importWeight(mine, options)).rejects.toMatchObject({ code: 'unknown-file' })
      await expect(importWeight(root, options)).rejects.toMatchObject({ code: 'not-a-file' })
      await expect(importWeight(join(root, 'absent'), options)).rejects.toMatchObject({ code: 'not-found' })
      expect(await readdir(folder)).toEqual([])
    })

    test('another file under the name is left alone', async () => {
      await writeFile(join(folder, 'lpips-v0.1-alex.pth'), 'mine')
      await expect(importWeight(official, options)).rejects.toMatchObject({ code: 'exists' })
      expect(await readFile(join(folder, 'lpips-v0.1-alex.pth'), 'utf8')).toBe('mine')
    })

    test('the first folder of the search path that can be written is taken', async () => {
      await writeFile(join(root, 'file'), '')
      const searchPath = [join(root, 'file', 'no'), join(root, 'new', 'folder')]
      const imported = await importWeight(official, { ...options, searchPath })
      expect(imported.path).toBe(join(root, 'new', 'folder', 'lpips-v0.1-alex.pth'))
    })
  })

  test('a located checkpoint that is replaced meanwhile is noticed by its reader', async () => {
    const path = join(folder, 'a.pth')
    await copyFile(official, path)
    const { checkpoint } = await locateWeight('lpips-alex', options)
    await writeFile(join(root, 'short'), 'x')
    await rename(join(root, 'short'), path)
    await expect(readTensor([...checkpoint.tensors.values()][0])).rejects.toMatchObject({ code: 'truncated' })
    await expect(openCheckpoint(path)).rejects.toMatchObject({ code: 'unknown-format' })
  })
})
