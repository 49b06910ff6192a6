import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, open, readFile, rename, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../../test/shared.ts'
import { storedZip } from '../../src/checkpoints/formats/stored-zip.ts'
import { digestTensors, openCheckpoint, readTensor } from '../../src/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { int, pickleBytes, pickledState, type PickledTensor, pickledTensor, unicode } from './pickle-bytes.ts'

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
let count = 0
beforeAll(async () => {
  folder = await temporaryFolder()
})

async function written(bytes: Uint8Array | Iterable<Uint8Array>, name = `file-${count++}`): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes instanceof Uint8Array ? bytes : Buffer.concat([...bytes]))
  return path
}

/** A torch zip of this pickle and these storages. */
async function torchZip(pickle: Uint8Array, storages: Record<string, Uint8Array> = {}): Promise<string> {
  const data = Object.entries(storages).map(([key, bytes]) => ({ name: `archive/data/${key}`, data: bytes }))
  return written(storedZip([{ name: 'archive/data.pkl', data: pickle }, ...data]))
}

const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)

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
    await expect(openCheckpoint(join(inside, '..', '..', path.slice(folder.length + 1)), { roots })).rejects.toThrow(
      'expected a file in the declared folders',
    )
    await rename(path, join(inside, 'blob'))
    await symlink('blob', join(inside, 'in.pth'))
    expect((await openCheckpoint(join(inside, 'in.pth'), { roots })).path).toBe(join(inside, 'blob'))
  })
})

describe('torch zip files that cannot be used', () => {
  const one: PickledTensor = { storageLength: 4, shape: [2, 2], strides: [2, 1] }

  test('a compressed entry is named', async () => {
    const path = await torchZip(pickledState({ a: one }), { 0: floats(1, 2, 3, 4) })
    await setMethod(path, 'archive/data/0', 8)
    await expect(openCheckpoint(path)).rejects.toThrow('entry "archive/data/0" is compressed (method 8)')
    await expect(openCheckpoint(path)).rejects.toMatchObject({ code: 'compressed' })
  })

  test('cut at any place: an error, never tensors', async () => {
    const whole = await readFile(join(fixtures, 'zip.pth'))
    for (let length = 0; length < whole.length; length += 97) {
      const path = await written(whole.subarray(0, length), 'cut.pth')
      await expect(openCheckpoint(path)).rejects.toMatchObject({ name: 'KinemetricError', kind: 'input' })
    }
    const path = await written(whole.subarray(0, whole.length - 100), 'cut.pth')
    await expect(openCheckpoint(path)).rejects.toMatchObject({ code: 'truncated' })
  })

  test('a tensor that reaches beyond its storage', async () => {
    for (const bad of [
      { ...one, storageLength: 3 },
      { ...one, offset: 1 },
      { ...one, strides: [1_000_000, 1] },
      { ...one, shape: [2 ** 30, 2 ** 30], strides: [2 ** 30, 2 ** 30] },
    ]) {
      const path = await torchZip(pickledState({ 'layer.weight': bad }), { 0: floats(1, 2, 3, 4) })
      await expect(openCheckpoint(path)).rejects.toMatchObject({ code: 'out-of-range' })
      await expect(openCheckpoint(path)).rejects.toThrow('"layer.weight"')
    }
  })

  test('a storage that is missing or shorter than said', async () => {
    const state = pickledState({ a: one })
    await expect(openCheckpoint(await torchZip(state))).rejects.toThrow('"archive/data/0", which is not in the file')
    await expect(openCheckpoint(await torchZip(state, { 0: floats(1, 2) }))).rejects.toThrow('which has 8')
    // One tensor tells the truth about the storage that both share.
    const two = pickledState({ a: one, b: { storageLength: 1_000_000, shape: [1_000_000], strides: [1] } })
    await expect(openCheckpoint(await torchZip(two, { 0: floats(1, 2, 3, 4) }))).rejects.toThrow(
      'tensor "b" needs 4000000 bytes of entry "archive/data/0", which has 16',
    )
  })

  test('a view of a storage, which only the legacy format has, is held to the storage too', async () => {
    const { tensors } = await openCheckpoint(await torchZip(view(2), { 0: floats(1, 2, 3, 4) }))
    expect([...(await readTensor(tensors.get('a')!))]).toEqual([3, 4])
    await expect(openCheckpoint(await torchZip(view(900), { 0: floats(1, 2, 3, 4) }))).rejects.toThrow(
      'needs 3608 bytes',
    )
  })

  test('negative and absurd sizes', async () => {
    for (const bad of [
      { ...one, shape: [-1, 2] },
      { ...one, offset: -4 },
      { ...one, strides: [2] },
      { ...one, shape: Array.from({ length: 65 }, () => 1), strides: Array.from({ length: 65 }, () => 1) },
      { ...one, type: 'QInt8Storage' },
    ]) {
      const path = await torchZip(pickledState({ a: bad }), { 0: floats(1, 2, 3, 4) })
      await expect(openCheckpoint(path)).rejects.toMatchObject({ name: 'KinemetricError', where: path })
    }
  })

  test('a big-endian file', async () => {
    const entries = [
      { name: 'a/data.pkl', data: pickledState({ a: one }) },
      { name: 'a/byteorder', data: Buffer.from('big') },
      { name: 'a/data/0', data: floats(1, 2, 3, 4) },
    ]
    await expect(openCheckpoint(await written(storedZip(entries)))).rejects.toThrow('byte order "big"')
  })

  test('ZIP64 fields in every record', async () => {
    const entries = [
      { name: 'a/data.pkl', data: pickledState({ a: one }) },
      { name: 'a/data/0', data: floats(1, 2, 3, 4) },
    ]
    const { tensors } = await openCheckpoint(await written(storedZip(entries, true)))
    expect([...(await readTensor(tensors.get('a')!))]).toEqual([1, 2, 3, 4])
  })

  test('a tensor at 5 GB of a sparse ZIP64 file', async () => {
    // The real layout of a large checkpoint, without its size on disk: a hole of 5 GB between two entries.
    const hole = 5 * 2 ** 30
    const path = join(folder, 'sparse.ckpt')
    const pickle = pickledState({ a: { ...one, offset: 1, storageLength: 5 } })
    const entries = [
      { name: 'a/data.pkl', data: pickle },
      { name: 'a/data/0', data: floats(9, 1, 2, 3, 4) },
    ]
    const pieces = [...storedZip(entries, true)]
    const head = Buffer.concat(pieces.slice(0, 2))
    const tail = Buffer.concat(pieces.slice(2))
    // What follows the hole lies 5 GB later than the records say: the storage's header, the directory, its end.
    const header = head.length
    const directory = header + pieces[2].length + pieces[3].length
    for (const position of [header, directory, directory + pieces[4].length]) {
      const field = Buffer.alloc(8)
      field.writeBigUInt64LE(BigInt(position))
      tail.writeBigUInt64LE(BigInt(position + hole), tail.lastIndexOf(field))
    }
    const handle = await open(path, 'w')
    await handle.write(head, 0, head.length, 0)
    await handle.write(tail, 0, tail.length, head.length + hole)
    await handle.close()
    const { tensors } = await openCheckpoint(path)
    const tensor = tensors.get('a')!
    expect(tensor.offset).toBeGreaterThan(hole)
    expect([...(await readTensor(tensor))]).toEqual([1, 2, 3, 4])
    await truncate(path, 0)
  })
})

describe('hostile pickles', () => {
  test('code to run is refused by its name and not run', async () => {
    const path = await torchZip(pickleBytes(0x80, 2, 'cos\nsystem\n(', unicode('touch /tmp/owned'), 'tR.'))
    await expect(openCheckpoint(path)).rejects.toThrow(`${path}: the pickle names "os.system"`)
    await expect(openCheckpoint(path)).rejects.toMatchObject({ code: 'unknown-global', where: path })
  })

  test('unknown names can be carried along, still without running anything', async () => {
    const tensor = pickledTensor({ storageLength: 1, shape: [1], strides: [1] })
    const callbacks = pickleBytes('cpytorch_lightning.callbacks\nModelCheckpoint\n)R')
    const path = await torchZip(
      pickleBytes('}(', unicode('callbacks'), callbacks, unicode('state_dict'), '}', unicode('w'), tensor, 'su.'),
      { 0: floats(3) },
    )
    await expect(openCheckpoint(path)).rejects.toThrow('"pytorch_lightning.callbacks.ModelCheckpoint"')
    const { tensors } = await openCheckpoint(path, { unknownGlobals: 'ignore' })
    expect([...tensors.keys()]).toEqual(['w'])
  })

  test('TorchScript classes are names only in TorchScript archives', async () => {
    const path = await torchZip(pickleBytes('c__torch__.evil\nThing\n)', 0x81, '.'))
    await expect(openCheckpoint(path)).rejects.toThrow('"__torch__.evil.Thing"')
  })

  test('lists that spell out 2^60 paths, nesting a million deep, a list in itself', async () => {
    // Each list holds the one before twice.
    const doubled = pickleBytes(']q\0', ...Array.from({ length: 60 }, () => pickleBytes('](h\0h\0eq\0')), '.')
    await expect(openCheckpoint(await torchZip(doubled))).rejects.toMatchObject({ code: 'malformed' })
    const deep = pickleBytes(']', Buffer.alloc(1_000_000, 0x85), '.')
    await expect(openCheckpoint(await torchZip(deep))).rejects.toThrow('deeper than 200')
    const itself = pickleBytes(']q\0h\0a.')
    await expect(openCheckpoint(await torchZip(itself))).rejects.toMatchObject({ code: 'no-tensors' })
  })

  test('wrappers around wrappers, and names that grow with every level', async () => {
    const parameters = await torchZip(wrapped('torch._utils\n_rebuild_parameter', 100_000))
    await expect(openCheckpoint(parameters)).rejects.toMatchObject({ code: 'malformed' })
    const tags = await torchZip(wrapped('torch.jit._pickle\nrestore_type_tag', 100_000))
    await expect(openCheckpoint(tags)).rejects.toMatchObject({ code: 'no-tensors' })
    const name = unicode('n'.repeat(3000))
    const long = pickleBytes(...Array.from({ length: 3 }, () => pickleBytes('}', name)), 'N', 'sss.')
    await expect(openCheckpoint(await torchZip(long))).rejects.toThrow('longer names than 4096')
  })

  test('dictionaries that are met again and again are not gathered again and again', async () => {
    // 100,000 pairs with keys that make no name, in a Python 2 OrderedDict that is named 100,000 times.
    const pairs = pickleBytes('](', ...Array.from({ length: 100_000 }, () => pickleBytes(')', 'N', 0x86)), 'e')
    const dictionary = pickleBytes('ccollections\nOrderedDict\n', pairs, 0x85, 'Rq\0')
    const bytes = pickleBytes('](', dictionary, Buffer.alloc(200_000, 'h\0'), 'e.')
    const started = process.cpuUsage()
    await expect(openCheckpoint(await torchZip(bytes))).rejects.toMatchObject({
      name: 'KinemetricError',
      kind: 'input',
    })
    // Processor time: a busy machine is no fault of the reader.
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(20)
  })

  test('a pickle that ends early or claims a huge string', async () => {
    await expect(openCheckpoint(await torchZip(pickleBytes('}(')))).rejects.toMatchObject({ code: 'malformed' })
    await expect(openCheckpoint(await torchZip(pickleBytes('X\xff\xff\xff\xff.')))).rejects.toThrow(
      'ends before its STOP',
    )
  })
})

describe('legacy files that cannot be used', () => {
  test('cut at any place: an error that says so', async () => {
    const whole = await readFile(join(fixtures, 'legacy.pth'))
    for (let length = 20; length < whole.length; length += 53) {
      const path = await written(whole.subarray(0, length), 'cut.pth')
      await expect(openCheckpoint(path)).rejects.toMatchObject({ code: 'truncated' })
    }
  })
})

/** Python's repr of a float32 as a number. */
function python(text: string): number {
  return Math.fround(text === 'inf' ? Infinity : text === '-inf' ? -Infinity : Number(text))
}

/** Writes a compression method into both headers of an entry. */
async function setMethod(path: string, entry: string, method: number): Promise<void> {
  const bytes = await readFile(path)
  const name = Buffer.from(entry)
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) {
    const signature = (offset: number): number => (at >= offset ? bytes.readUInt32LE(at - offset) : 0)
    if (signature(30) === 0x04034b50) bytes.writeUInt16LE(method, at - 22)
    if (signature(46) === 0x02014b50) bytes.writeUInt16LE(method, at - 36)
  }
  await writeFile(path, bytes)
}

/** A pickle of one tensor that is a view of its storage. */
function view(offset: number): Uint8Array {
  return pickleBytes(
    '}',
    unicode('a'),
    'ctorch._utils\n_rebuild_tensor_v2\n((',
    unicode('storage'),
    'ctorch\nFloatStorage\n',
    unicode('0'),
    unicode('cpu'),
    int(1000),
    '(',
    unicode('view'),
    int(offset),
    int(2),
    'ttQ',
    int(0),
    '(',
    int(2),
    't(',
    int(1),
    't',
    0x89,
    '}tRs.',
  )
}

function wrapped(name: string, times: number): Uint8Array {
  return pickleBytes(`c${name}\n`.repeat(times), ')', '\x85R'.repeat(times), '.')
}
