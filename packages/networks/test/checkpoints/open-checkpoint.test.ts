import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, rename, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../../test/shared.ts'
import { storedZip } from '../../src/checkpoints/formats/stored-zip.ts'
import { digestTensors, openCheckpoint, readTensor } from '../../src/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { pickleBytes, pickledState } from './pickle-bytes.ts'
import { floats, torchZip, written } from './written-files.ts'

interface Expected {
  shape: number[]
  dtype: string
  contiguous: boolean
  values: string[]
}
const fixtures = join(import.meta.dirname, 'fixtures')
const expected: {
  state: Record<string, Expected>
  scripted: Record<string, Expected>
  frozen: Record<string, Expected>
} = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8'))

let folder: string
beforeAll(async () => {
  folder = await temporaryFolder()
})

// Goldens: written and read back by PyTorch 2.13.0 (fixtures/make_fixtures.py). Float32 values are compared
// exactly: reading rounds nowhere that torch does not.
describe('files that torch wrote', () => {
  const files = ['zip.pth', 'protocol4.pth', 'legacy.pth', 'training.ckpt', 'training-legacy.pth']
  test.each(files)('%s: names, types, shapes, strided views and values', async (file) => {
    const checkpoint = await openCheckpoint(join(fixtures, file))
    expect(checkpoint.format).toBe(file.includes('legacy') ? 'torch-legacy' : 'torch-zip')
    expect([...checkpoint.tensors.keys()]).toEqual(Object.keys(expected.state))
    for (const [name, tensor] of checkpoint.tensors) {
      const golden = expected.state[name]
      expect({ name, shape: tensor.shape, dtype: tensor.dtype, contiguous: tensor.contiguous }).toEqual({
        name,
        shape: golden.shape,
        dtype: golden.dtype,
        contiguous: golden.contiguous,
      })
      expect(tensor.strides === undefined).toBe(golden.contiguous)
      expect({ name, values: [...(await readTensor(tensor))] }).toEqual({ name, values: golden.values.map(python) })
    }
  })

  test('tied weights share their bytes; a storage is referenced where it lies', async () => {
    const { tensors } = await openCheckpoint(join(fixtures, 'zip.pth'))
    const a = tensors.get('tied.a')!
    expect(tensors.get('tied.b')).toMatchObject({ offset: a.offset, byteLength: a.byteLength })
    const bytes = await readFile(a.file)
    expect(bytes.readFloatLE(a.offset)).toBe(-1)
    // A row slice begins inside its storage.
    expect(tensors.get('rows')!.byteLength).toBe(2 * 6 * 4)
  })

  test('a TorchScript archive: names from the attributes of its modules, nothing executed', async () => {
    const checkpoint = await openCheckpoint(join(fixtures, 'scripted.pt'))
    expect(checkpoint.format).toBe('torchscript')
    expect([...checkpoint.tensors.keys()].sort()).toEqual(Object.keys(expected.scripted).sort())
    for (const [name, tensor] of checkpoint.tensors) {
      const values = expected.scripted[name].values.map(python)
      expect({ name, values: [...(await readTensor(tensor))] }).toEqual({ name, values })
    }
  })

  test('a frozen TorchScript archive keeps its weights as constants', async () => {
    const { tensors } = await openCheckpoint(join(fixtures, 'frozen.pt'))
    const found = await Promise.all(
      [...tensors.values()].map(async (tensor) => String([...(await readTensor(tensor))])),
    )
    const golden = Object.values(expected.frozen).map(({ values }) => String(values.map(python)))
    expect(tensors.get('constants.0')!.shape).toEqual([3, 2, 3, 3])
    // Torch numbers the constants in its own order.
    expect(found.sort()).toEqual(golden.sort())
  })

  test('a named subtree, and one that is not there', async () => {
    const { tensors } = await openCheckpoint(join(fixtures, 'training.ckpt'), { subtree: 'optimizer' })
    expect([...tensors.keys()]).toEqual(['state.0.exp_avg'])
    await expect(openCheckpoint(join(fixtures, 'training.ckpt'), { subtree: 'ema' })).rejects.toThrow(
      'nothing under "ema"; the keys are epoch, state_dict, optimizer',
    )
  })

  test('the same tensors have the same digest in every container', async () => {
    const digests = await Promise.all(
      files.map(async (file) => digestTensors(await openCheckpoint(join(fixtures, file)))),
    )
    expect(new Set(digests).size).toBe(1)
    const checkpoint = await openCheckpoint(join(fixtures, 'zip.pth'))
    expect(await digestTensors(checkpoint, ['half', 'byte'])).toBe(await digestTensors(checkpoint, ['byte', 'half']))
    expect(await digestTensors(checkpoint, ['half'])).not.toBe(await digestTensors(checkpoint, ['half', 'byte']))
  })
})

// Sums to six digits, as numpy gave them; the files are the official ones.
describe.skipIf(!hasShared('weights', 'lpips-v0.1-alex.pth'))('the official LPIPS heads (legacy, from cuda:0)', () => {
  test.each([
    ['alex', [2.34953, 16.143, 39.2684, 27.1972, 20.3172]],
    ['vgg', [6.92599, 8.85833, 17.515, 51.5213, 47.0349]],
    ['squeeze', [5.6901, 1.18528, 16.3266, 71.0126, 37.3707, 24.2629, 17.5906]],
  ])('%s', async (net, sums) => {
    const { tensors, format } = await openCheckpoint(sharedPath('weights', `lpips-v0.1-${net}.pth`))
    expect(format).toBe('torch-legacy')
    expect([...tensors.keys()]).toEqual(sums.map((_, index) => `lin${index}.model.1.weight`))
    for (const [index, tensor] of [...tensors.values()].entries()) {
      const sum = (await readTensor(tensor)).reduce((a, b) => a + b, 0)
      expect(Math.abs(sum / sums[index] - 1)).toBeLessThan(5e-6)
    }
  })
})

describe.skipIf(!hasShared('goldens', 'runners', 'coshand_tiny.ckpt'))('a Lightning checkpoint', () => {
  test('its state dict is found among the rest', async () => {
    const { tensors } = await openCheckpoint(sharedPath('goldens', 'runners', 'coshand_tiny.ckpt'))
    expect(tensors.has('model.diffusion_model.time_embed.0.weight')).toBe(true)
  })
})

describe('what is not a checkpoint', () => {
  test.each([
    ['an empty file', new Uint8Array()],
    ['a Git LFS pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n')],
    ['a web page', Buffer.from('<!DOCTYPE html><html><body>Quota exceeded</body></html>')],
    ['a gzip file', Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0)],
    ['a file that begins with the bytes 0102', Buffer.of(1, 2, 3)],
  ])('%s is named', async (what, bytes) => {
    const path = await written(bytes)
    await expect(openCheckpoint(path)).rejects.toThrow(what)
    await expect(openCheckpoint(path)).rejects.toMatchObject({ code: 'unknown-format', where: path })
  })

  test('a zip file of something else says what is in it', async () => {
    const path = await written(storedZip([{ name: 'arr_0.npy', data: Buffer.of(1) }]))
    await expect(openCheckpoint(path)).rejects.toThrow('its entries begin with: arr_0.npy')
  })

  test('no file, a folder, a named pipe', async () => {
    await expect(openCheckpoint(join(folder, 'absent.pth'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(openCheckpoint(folder)).rejects.toMatchObject({ code: 'not-a-file' })
    if (process.platform === 'win32') return
    const pipe = join(folder, 'pipe')
    await promisify(execFile)('mkfifo', [pipe])
    await expect(openCheckpoint(pipe)).rejects.toMatchObject({ code: 'not-a-file' })
  })

  test('a checkpoint without tensors', async () => {
    await expect(openCheckpoint(await torchZip(pickleBytes('}.')))).rejects.toMatchObject({ code: 'no-tensors' })
  })
})

describe('declared folders', () => {
  test('a link that leads out of them is refused, one inside is followed', async () => {
    const inside = join(folder, 'roots', 'blobs')
    await mkdir(inside, { recursive: true })
    const path = await torchZip(pickledState({ a: { storageLength: 1, shape: [1], strides: [1] } }), { 0: floats(1) })
    await symlink(path, join(inside, 'out.pth'))
    const roots = [join(folder, 'roots')]
    await expect(openCheckpoint(join(inside, 'out.pth'), { roots })).rejects.toMatchObject({ code: 'outside' })
    await expect(openCheckpoint(path, { roots })).rejects.toThrow('expected a file in the declared folders')
    await rename(path, join(inside, 'blob'))
    await symlink('blob', join(inside, 'in.pth'))
    expect((await openCheckpoint(join(inside, 'in.pth'), { roots })).path).toBe(join(inside, 'blob'))
  })
})

/** Python's repr of a float32 as a number. */
function python(text: string): number {
  return Math.fround(text === 'inf' ? Infinity : text === '-inf' ? -Infinity : Number(text))
}
