import { createHash } from 'node:crypto'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { writeSafetensors } from '../../src/checkpoints/formats/write-safetensors.ts'
import { writeTorchZip } from '../../src/checkpoints/formats/write-torch-zip.ts'
import { digestTensors } from '../../src/checkpoints/digest-tensors.ts'
import { openCheckpoint } from '../../src/checkpoints/open-checkpoint.ts'
import type { TensorValues } from '../../src/checkpoints/tensors/tensor-values.ts'
import { importEntry } from '../../src/weights/import-weight.ts'
import { pinsOf } from '../../src/weights/pins.ts'
import { locateEntry } from '../../src/weights/locate-weight.ts'
import { verifyEntries } from '../../src/weights/verify-weights.ts'
import { formulaTensors } from '../formula-weights.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { useFileServer } from './file-server.ts'

const folder = await temporaryFolder()
const shapes = (prefix: string) => ({
  [`${prefix}.module.backbone.blocks.0.weight`]: [500, 400],
  [`${prefix}.module.backbone.blocks.0.bias`]: [300],
  [`${prefix}.module.backbone.norm.weight`]: [7],
})
const parts = ['encoder', 'predictor', 'target_encoder', 'opt']
const tensors: Map<string, TensorValues> = formulaTensors(Object.assign({}, ...parts.map(shapes)))
await writeTorchZip(join(folder, 'whole.pth'), tensors)
await writeSafetensors(join(folder, 'whole.safetensors'), tensors)
const zip = await readFile(join(folder, 'whole.pth'))
const flat = await readFile(join(folder, 'whole.safetensors'))
const wanted = Object.keys(shapes('target_encoder'))
const digest = await digestTensors(await openCheckpoint(join(folder, 'whole.pth')), wanted)

const server = useFileServer()
const unpublished = { sha256: undefined, uses: [['target_encoder.', 'encoder.']] }
let sent = 0

/** A server of a file that gives parts of it; `between` may answer in its place, with the how-manieth request it is and what is asked for. */
function parted(
  bytes: Uint8Array,
  {
    tag = '"first"',
    between,
  }: {
    tag?: string
    between?: (request: number, start: number, end: number, answer: Parameters<RequestListener>[1]) => boolean
  } = {},
): RequestListener {
  sent = 0
  return (request, response) => {
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
    response.setHeader('etag', tag)
    const condition = request.headers['if-range']
    if (first === undefined || (condition !== undefined && condition !== tag)) {
      sent += bytes.length
      response.writeHead(200, { 'content-length': bytes.length })
      response.end(bytes)
      return
    }
    const [start, end] = [Number(first), last === '' ? bytes.length : Number(last) + 1]
    if (between?.(server.requests.length, start, end, response) === true) return
    const piece = bytes.subarray(start, end)
    sent += piece.length
    response.writeHead(206, {
      'content-length': piece.length,
      'content-range': `bytes ${start}-${end - 1}/${bytes.length}`,
    })
    response.end(piece)
  }
}

async function kept(path: string) {
  const checkpoint = await openCheckpoint(path)
  return { names: [...checkpoint.tensors.keys()], digest: await digestTensors(checkpoint) }
}

describe('only the tensors that are used', () => {
  test.each([
    ['a torch file', zip],
    ['safetensors', flat],
  ])('of %s, kept under their names and pinned', async (_, bytes) => {
    server.handler = parted(bytes)
    const pulled = await server.pull({}, unpublished)
    expect(await kept(pulled.path)).toEqual({ names: expect.arrayContaining(wanted), digest })
    expect(pulled.path).toMatch(/test-tensors\.safetensors$/)
    const sha256 = createHash('sha256')
      .update(await readFile(pulled.path))
      .digest('hex')
    const { size } = await stat(pulled.path)
    expect(pulled.pin).toEqual({ sha256, bytes: size, tensorDigest: digest, url: server.entry().url })
    expect(size).toBeLessThan(bytes.length / 3)
    expect(sent).toBeLessThan(bytes.length / 2)
    expect(await server.left()).toEqual(['pinned-weights.json', 'test-tensors.safetensors'])
  })

  test('are found by their pin, and told where they have changed', async () => {
    server.handler = parted(zip)
    const { path, pin } = await server.pull({}, unpublished)
    const options = { searchPath: [server.folder], cacheFolder: join(server.folder, '..', 'cache') }
    const entry = server.entry(unpublished)
    const located = await locateEntry(entry, options)
    expect(located).toMatchObject({ path, sha256: pin!.sha256 })
    expect([...located.checkpoint.tensors.keys()].sort()).toEqual(wanted.toSorted())
    expect(await server.pull({}, unpublished)).toMatchObject({ fetched: false, pin })
    const bytes = await readFile(path)
    bytes[bytes.length - 1] ^= 1
    await writeFile(path, bytes)
    await expect(locateEntry(entry, options)).rejects.toMatchObject({ code: 'weights' })
    expect(await verifyEntries([entry], options)).toEqual([expect.objectContaining({ status: 'damaged', path })])
    // What comes again must be what was pinned.
    await rm(path)
    expect(await server.pull({}, unpublished)).toMatchObject({ fetched: true, pin })
    await rm(path)
    server.handler = parted(other())
    await expect(server.pull({}, unpublished)).rejects.toMatchObject({ code: 'wrong-hash' })
  })

  test('of an entry whose digest is known they must have it', async () => {
    server.handler = parted(zip)
    const known = { uses: unpublished.uses, sha256: 'a'.repeat(64), tensorNames: wanted, tensorDigest: digest }
    const { path, verifiedBy, pin } = await server.pull({}, known)
    expect({ verifiedBy, pin }).toEqual({ verifiedBy: 'tensor-digest', pin: undefined })
    await rm(path)
    await expect(server.pull({}, { ...known, tensorDigest: 'b'.repeat(64) })).rejects.toMatchObject({
      code: 'wrong-hash',
    })
    expect(await server.left()).toEqual([])
  })

  test('an interrupted fetch goes on', async () => {
    const cut = (_: number, start: number, end: number, answer: Parameters<RequestListener>[1]): boolean => {
      if (end - start < 100_000) return false
      answer.writeHead(206, {
        'content-length': end - start,
        'content-range': `bytes ${start}-${end - 1}/${zip.length}`,
      })
      sent += 120_000
      answer.write(zip.subarray(start, start + 120_000), () => setTimeout(() => answer.destroy(), 300))
      return true
    }
    server.handler = parted(zip, { between: cut })
    await expect(server.pull({ retries: 0 }, unpublished)).rejects.toMatchObject({ code: 'cut' })
    const notes = await readFile(join(server.folder, '.test.pth.unpinned.tensors.part.json'), 'utf8')
    expect(JSON.parse(notes).done).toBeGreaterThan(100_000)
    const starts: number[] = []
    server.handler = parted(zip, {
      between: (_, start, end) => {
        if (end - start > 65_536) starts.push(start)
        return false
      },
    })
    const { path } = await server.pull({}, unpublished)
    expect((await kept(path)).digest).toBe(digest)
    // Not from the beginning of the first tensor.
    const first = (await openCheckpoint(join(folder, 'whole.pth'))).tensors.get(wanted[0])!.offset
    expect(starts.every((start) => start > first + 100_000)).toBe(true)
  })

  test('a file that changes meanwhile is not put together of both', async () => {
    let served = parted(zip)
    server.handler = (request, response) => {
      const large = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
      if (large !== null && Number(large[2]) - Number(large[1]) > 65_536) served = parted(other(), { tag: '"second"' })
      served(request, response)
    }
    await expect(server.pull({ retries: 0 }, unpublished)).rejects.toMatchObject({ code: 'changed' })
    expect(await server.left()).toEqual([])
  })

  test.each([
    ['another part', (start: number, end: number) => `bytes ${start + 8}-${end + 7}/${zip.length}`],
    ['another length of the whole', (start: number, end: number) => `bytes ${start}-${end - 1}/${zip.length + 1}`],
    ['no part', () => 'nonsense'],
  ])('a server that answers with %s is not believed', async (_, range) => {
    server.handler = parted(zip, {
      between: (request, start, end, answer) => {
        if (request === 1) return false
        answer.writeHead(206, { 'content-length': end - start, 'content-range': range(start, end) })
        answer.end(zip.subarray(start, end))
        return true
      },
    })
    await expect(server.pull({ retries: 1 }, unpublished)).rejects.toMatchObject({ kind: 'missing' })
    expect((await server.left()).filter((name) => !name.startsWith('.'))).toEqual([])
  })
})

describe('the whole file', () => {
  const whole = createHash('sha256').update(zip).digest('hex')

  test('where the server gives no parts, or says nothing of the state of the file', async () => {
    for (const headers of [{}, { 'accept-ranges': 'none' }]) {
      server.handler = (_, response) => response.writeHead(200, { 'content-length': zip.length, ...headers }).end(zip)
      const { path, pin } = await server.pull({}, unpublished)
      expect(path).toMatch(/test\.pth$/)
      expect(pin).toMatchObject({ sha256: whole, bytes: zip.length })
      await rm(server.folder, { recursive: true })
    }
  })

  test('where most of it is used', async () => {
    server.handler = parted(zip)
    const { path } = await server.pull({}, { sha256: undefined, uses: [['encoder.'], ['target_encoder.'], ['opt.']] })
    expect((await readFile(path)).equals(zip)).toBe(true)
  })

  test('where its hash is published and the digest of its tensors is not', async () => {
    server.handler = parted(zip)
    const { path, pin } = await server.pull({}, { uses: unpublished.uses, sha256: whole, bytes: zip.length })
    expect((await readFile(path)).equals(zip)).toBe(true)
    expect(pin).toBeUndefined()
  })

  test('a page in place of weights is not pinned', async () => {
    const page = Buffer.from('<!doctype html><title>Sorry</title>'.repeat(30))
    server.handler = parted(page)
    await expect(server.pull({}, unpublished)).rejects.toMatchObject({ code: 'unknown-format' })
    expect((await server.left()).filter((name) => !name.startsWith('.'))).toEqual([])
  })
})

describe('a file that is there already', () => {
  test('is taken on the word of whoever imports it, and has the digest of its part', async () => {
    const options = { folder: server.folder, cacheFolder: join(server.folder, '..', 'cache') }
    const entry = server.entry(unpublished)
    const file = join(folder, 'whole.pth')
    await expect(importEntry(file, [entry], options)).rejects.toMatchObject({ code: 'unknown-file' })
    const published = { ...entry, id: 'known', sha256: 'a'.repeat(64) }
    await expect(importEntry(file, [published], { ...options, as: 'known' })).rejects.toMatchObject({
      code: 'bad-option',
    })
    await expect(importEntry(file, [entry], { ...options, as: 'tset' })).rejects.toMatchObject({ code: 'unknown-id' })
    const { path } = await importEntry(file, [entry], { ...options, as: 'test' })
    const located = await locateEntry(entry, { searchPath: [server.folder], cacheFolder: options.cacheFolder })
    expect(located.path).toBe(path)
    expect((await pinsOf(server.folder)).get('test')).toMatchObject({ tensorDigest: digest, url: 'imported' })
    // From then on it is known.
    await rm(path)
    expect(await importEntry(file, [entry], options)).toMatchObject({ how: 'linked' })
  })
})

/** The same with one number of the used tensors changed. */
function other(): Buffer {
  const changed = Buffer.from(zip)
  const at = zip.indexOf(Buffer.from(tensors.get(wanted[0])!.data.buffer.slice(0, 64)))
  // The encoder's tensors come first and are others: the name decides the values.
  changed[at] ^= 1
  return changed
}
