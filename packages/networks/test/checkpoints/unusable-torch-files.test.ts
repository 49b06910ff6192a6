import { open, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { storedZip } from '../../src/checkpoints/formats/stored-zip.ts'
import { openCheckpoint, readTensor } from '../../src/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { int, pickleBytes, pickledState, type PickledTensor, pickledTensor, unicode } from './pickle-bytes.ts'
import { floats, torchZip, written } from './written-files.ts'

const fixtures = join(import.meta.dirname, 'fixtures')

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
    const path = join(await temporaryFolder(), 'sparse.ckpt')
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
