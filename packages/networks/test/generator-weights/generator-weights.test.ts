import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openModelFolder, readModelConfig } from '../../src/checkpoints/model-folder.ts'
import { writeSafetensors } from '../../src/checkpoints/formats/write-safetensors.ts'
import { writeTorchZip } from '../../src/checkpoints/formats/write-torch-zip.ts'
import type { TensorValues } from '../../src/checkpoints/tensors/tensor-values.ts'
import { generatorCatalogue, generatorEntry } from '../../src/generator-weights/generator-catalogue.ts'
import type { GeneratorEntry } from '../../src/generator-weights/generator-entry.ts'
import {
  locateGenerator,
  pulledFile,
  pulledFrom,
  verifyGenerators,
} from '../../src/generator-weights/generator-note.ts'
import { serverOf } from '../../src/generator-weights/hub-file.ts'
import { importGenerators, isGenerator } from '../../src/generator-weights/import-generator.ts'
import { pullGenerator } from '../../src/generator-weights/pull-generator.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const svd = generatorEntry('svd-img2vid')
const interdyn = generatorEntry('interdyn-256x384')
const coshand = generatorEntry('coshand')

type Named = [string, TensorValues]

const tensors = (...names: string[]) =>
  new Map(names.map((name) => [name, { shape: [4, 16, 1, 1], data: new Float32Array(64) }]))
const projection = (width: number): Named => [
  'cc_projection.weight',
  { shape: [2, width], data: new Float32Array(2 * width) },
]

const hash = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

let root: string
let folder: string
let server: Server
let base: string
let requests: IncomingMessage[]
/** What the server has, by path. */
let files: Record<string, Buffer>
let answer: RequestListener
const before = { ...process.env }

beforeEach(async () => {
  root = await temporaryFolder()
  folder = join(root, 'weights')
  requests = []
  files = {}
  answer = serveFiles
  server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  base = `http://127.0.0.1:${address.port}`
  delete process.env.HF_TOKEN
  process.env.HF_ENDPOINT = base
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
  for (const name of ['HF_TOKEN', 'HF_ENDPOINT']) {
    const value = before[name]
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
})

/** As the hub answers: large files by another address, with what is known of them; small ones at once. */
const serveFiles: RequestListener = (request, response) => {
  const path = (request.url ?? '').replace(/^\/[^/]+\/[^/]+\/resolve\/main\//, '/').replace(/^\/elsewhere/, '')
  const bytes = files[path.slice(1)]
  if (bytes === undefined) {
    response.writeHead(404).end()
  } else if (path.endsWith('.safetensors') && request.url?.startsWith('/elsewhere') !== true) {
    const known = { 'x-linked-size': bytes.length, 'x-linked-etag': `"${hash(bytes)}"` }
    response.writeHead(302, { location: `/elsewhere${path}`, ...known }).end()
  } else {
    response.writeHead(200, { 'content-length': bytes.length })
    response.end(request.method === 'HEAD' ? undefined : bytes)
  }
}

function fill(entry: GeneratorEntry): void {
  for (const { path } of entry.files) files[path] = Buffer.from(`content of ${path}`)
}

const pull = (entry: GeneratorEntry, more = {}) =>
  pullGenerator(entry, { folder, retryDelayMs: 1, retries: 1, ...more })

describe('the catalogue', () => {
  test.each(generatorCatalogue.map((entry) => [entry.id, entry] as const))('%s is complete', (_, entry) => {
    for (const text of [entry.title, entry.licence, entry.citation, entry.size, entry.word]) expect(text).not.toBe('')
    expect(new URL(entry.licenceUrl).protocol).toBe('https:')
    const { base: address } = serverOf(entry, undefined, { HF_TOKEN: 't' })
    expect(address).toMatch(/^https:\/\/.*\/$/)
    for (const { path, sha256 } of entry.files) {
      expect(path).toMatch(/^[\w./-]+\.(json|yaml|ckpt|safetensors)$/)
      expect(sha256 ?? '0'.repeat(64)).toMatch(/^[0-9a-f]{64}$/)
    }
  })

  test('an unknown name is refused with the known ones', () => {
    expect(() => generatorEntry('svd')).toThrow(/svd-img2vid, interdyn-256x384, coshand/)
  })
})

describe('pull', () => {
  test('fetches the files that are used into the layout that is opened, and nothing the second time', async () => {
    fill(interdyn)
    const pulled = await pull(interdyn)
    expect(pulled).toMatchObject({ fetched: true, folder: join(folder, interdyn.id), note: { how: 'pulled' } })
    for (const [path, content] of Object.entries(files))
      expect(await readFile(join(pulled.folder, path))).toEqual(content)
    expect(readdirSync(join(pulled.folder, 'controlnet'))).toHaveLength(2)
    const asked = requests.length
    expect((await pull(interdyn)).fetched).toBe(false)
    expect(requests).toHaveLength(asked)
    const path = join(pulled.folder, 'controlnet', 'config.json')
    expect((await pulledFrom(path, hash(files['controlnet/config.json'])))?.id).toBe(interdyn.id)
    expect(await pulledFrom(path, hash('other'))).toBeUndefined()
    expect(await pulledFile(path)).toMatchObject({
      entry: { id: interdyn.id },
      noted: { sha256: hash(files['controlnet/config.json']) },
    })
  })

  test('what came from another address than the official one is known no better than an import', async () => {
    fill(interdyn)
    const url = `${base}/a/b/resolve/main/`
    const pulled = await pull(interdyn, { url })
    expect(pulled.note).toMatchObject({ how: 'pulled', url })
    const path = join(pulled.folder, 'controlnet', 'config.json')
    expect(await pulledFrom(path, hash(files['controlnet/config.json']))).toBeUndefined()
    expect((await verifyGenerators([folder])).find(({ entry }) => entry.id === interdyn.id)).toMatchObject({
      status: 'good',
      official: false,
    })
  })

  test('takes a file under its other name where the first is not there', async () => {
    fill(interdyn)
    const [first, other] = [
      'controlnet/diffusion_pytorch_model.safetensors',
      'controlnet/diffusion_pytorch_model.fp16.safetensors',
    ]
    files[other] = files[first]
    delete files[first]
    expect(Object.keys((await pull(interdyn)).note.files)).toContain(other)
    delete files[other]
    await expect(pullGenerator(interdyn, { folder: join(root, 'again') })).rejects.toMatchObject({
      code: 'http',
      details: { status: 404 },
    })
  })

  test('gated weights need a token, and say where it comes from; it is sent to the hub', async () => {
    fill(svd)
    const missing = pull(svd)
    await expect(missing).rejects.toMatchObject({ kind: 'missing', code: 'gated', where: 'svd-img2vid' })
    await expect(missing).rejects.toThrow(/HF_TOKEN[\s\S]*huggingface.co\/settings\/tokens/)
    expect(requests).toHaveLength(0)
    process.env.HF_TOKEN = 'secret'
    await pull(svd)
    expect(requests.every(({ headers }) => headers.authorization === 'Bearer secret')).toBe(true)
  })

  test('a file that may be missing is fetched where the server has it, and not missed where it has none', async () => {
    process.env.HF_TOKEN = 'secret'
    const preprocessor = 'feature_extractor/preprocessor_config.json'
    fill(svd)
    expect(Object.keys((await pull(svd)).note.files)).toContain(preprocessor)
    delete files[preprocessor]
    const without = await pullGenerator(svd, { folder: join(root, 'without') })
    expect(Object.keys(without.note.files)).toHaveLength(svd.files.length - 1)
    expect((await locateGenerator(svd, [join(root, 'without')]))?.folder).toBe(without.folder)
  })

  test('the token goes to no other host', async () => {
    fill(svd)
    process.env.HF_TOKEN = 'secret'
    const seen: (string | undefined)[] = []
    const other = createServer((request, response) => {
      seen.push(request.headers.authorization)
      serveFiles(request, response)
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const address = other.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    answer = (request, response) => {
      const bytes = files[(request.url ?? '').replace(/^.*\/resolve\/main\//, '')]
      const known = { 'x-linked-size': bytes.length, 'x-linked-etag': `"${hash(bytes)}"` }
      response
        .writeHead(302, {
          location: `http://localhost:${address.port}/elsewhere/${(request.url ?? '').replace(/^.*\/resolve\/main\//, '')}`,
          ...known,
        })
        .end()
    }
    await pull(svd)
    other.closeAllConnections()
    other.close()
    expect(seen.length).toBeGreaterThan(0)
    expect(seen.every((header) => header === undefined)).toBe(true)
    // Nor to an address that was given by hand.
    expect(serverOf(svd, base).headers).toEqual({})
  })

  test('an account that has not accepted the licence is told where to', async () => {
    process.env.HF_TOKEN = 'secret'
    answer = (_, response) => response.writeHead(403).end()
    await expect(pull(svd)).rejects.toMatchObject({ code: 'gated', details: { status: 403 } })
    await expect(pull(svd)).rejects.toThrow(svd.licenceUrl)
  })

  test('another content than the hub said is refused; what was fetched before is kept', async () => {
    fill(interdyn)
    answer = (request, response) => {
      const large = request.url?.startsWith('/elsewhere') === true
      if (!large) return serveFiles(request, response)
      const bytes = Buffer.from(files['controlnet/diffusion_pytorch_model.safetensors'])
      bytes[0] ^= 1
      response.writeHead(200, { 'content-length': bytes.length })
      response.end(bytes)
    }
    await expect(pull(interdyn)).rejects.toMatchObject({ code: 'wrong-hash' })
    expect(await locateGenerator(interdyn, [folder])).toBeUndefined()
    answer = serveFiles
    const asked = requests.length
    await pull(interdyn)
    const again = requests.slice(asked).filter(({ method }) => method === 'GET')
    expect(again.some(({ url }) => url?.includes('config.json'))).toBe(false)
  })
})

test('verify finds a changed and a missing file', async () => {
  fill(interdyn)
  const pulled = await pull(interdyn)
  const state = async () => (await verifyGenerators([folder])).find(({ entry }) => entry.id === interdyn.id)
  expect(await state()).toMatchObject({ status: 'good', damaged: [] })
  await writeFile(join(pulled.folder, 'controlnet', 'config.json'), 'changed')
  expect(await state()).toMatchObject({ status: 'damaged', damaged: ['controlnet/config.json'] })
  expect((await verifyGenerators([folder])).find(({ entry }) => entry.id === 'coshand')?.status).toBe('absent')
})

async function writePreprocessor(at: string): Promise<void> {
  await mkdir(join(at, 'feature_extractor'))
  await writeFile(join(at, 'feature_extractor', 'preprocessor_config.json'), '{"image_mean":[0.5,0.5,0.5]}')
}

/** What is taken of a path with one generator's weights. */
async function importGenerator(path: string, options: { folder: string; link?: boolean }) {
  return (await importGenerators(path, options)).imported[0]
}

describe('import', () => {
  const unet = tensors('time_embedding.linear_1.weight', 'down_blocks.0.resnets.0.spatial_res_block.norm1.weight')
  const vae = tensors(
    'encoder.conv_in.weight',
    'decoder.conv_in.weight',
    'decoder.mid_block.resnets.0.spatial_res_block.a',
  )
  const tower = tensors('vision_model.embeddings.class_embedding')

  async function writePart(part: string, name: string, values: typeof unet): Promise<void> {
    await mkdir(part, { recursive: true })
    await writeFile(join(part, 'config.json'), '{}')
    await writeSafetensors(join(part, name), values)
  }

  async function writeSvd(at: string): Promise<void> {
    await writePart(join(at, 'unet'), 'diffusion_pytorch_model.fp16.safetensors', unet)
    await writeSafetensors(join(at, 'unet', 'diffusion_pytorch_model.safetensors'), unet)
    await writePart(join(at, 'vae'), 'diffusion_pytorch_model.fp16.safetensors', vae)
    await writePart(join(at, 'image_encoder'), 'model.safetensors', tower)
    await mkdir(join(at, 'scheduler'), { recursive: true })
    await writeFile(join(at, 'scheduler', 'scheduler_config.json'), '{"a":1}')
  }

  test("diffusers' folder: the files that are opened, no others, and it opens again from there", async () => {
    await writeSvd(join(root, 'svd'))
    const imported = await importGenerator(join(root, 'svd'), { folder })
    expect(imported).toMatchObject({ entry: { id: 'svd-img2vid' }, note: { how: 'imported' } })
    expect(readdirSync(join(imported.folder, 'unet'))).toEqual([
      'config.json',
      'diffusion_pytorch_model.fp16.safetensors',
    ])
    for (const part of ['unet', 'vae', 'image_encoder']) await openModelFolder(imported.folder, part)
    expect((await readModelConfig(imported.folder, 'scheduler')).config).toEqual({ a: 1 })
    expect(existsSync(join(imported.folder, 'feature_extractor'))).toBe(false)
    const { path } = (await openModelFolder(imported.folder, 'unet')).checkpoint
    expect(await pulledFrom(path, hash(await readFile(path)))).toBeUndefined()
    await expect(importGenerator(join(root, 'svd'), { folder })).rejects.toMatchObject({ code: 'exists' })
  })

  test('what says how the image encoder’s pixels are normalised comes along', async () => {
    await writeSvd(join(root, 'svd'))
    await writePreprocessor(join(root, 'svd'))
    const imported = await importGenerator(join(root, 'svd'), { folder })
    const { config } = await readModelConfig(imported.folder, 'feature_extractor')
    expect(config).toEqual({ image_mean: [0.5, 0.5, 0.5] })
  })

  test("Hugging Face's cache, whose files are links to what is called otherwise", async () => {
    await writeSvd(join(root, 'plain'))
    await writePreprocessor(join(root, 'plain'))
    const repository = join(root, 'models--stabilityai--svd')
    await mkdir(join(repository, 'blobs'), { recursive: true })
    const paths = [
      'unet/config.json',
      'unet/diffusion_pytorch_model.fp16.safetensors',
      'vae/config.json',
      'vae/diffusion_pytorch_model.fp16.safetensors',
      'image_encoder/config.json',
      'image_encoder/model.safetensors',
      'scheduler/scheduler_config.json',
      'feature_extractor/preprocessor_config.json',
    ]
    for (const path of paths) {
      const link = join(repository, 'snapshots', 'r1', path)
      await mkdir(dirname(link), { recursive: true })
      const blob = hash(path)
      await writeFile(join(repository, 'blobs', blob), await readFile(join(root, 'plain', path)))
      await symlink(`../../../blobs/${blob}`, link)
    }
    const imported = await importGenerator(repository, { folder, link: false })
    expect(Object.keys(imported.note.files).sort()).toEqual([...paths].sort())
    expect((await locateGenerator(svd, [folder]))?.folder).toBe(imported.folder)
  })

  test('of the whole cache all that are generators’; what is none is passed over, and said', async () => {
    const hub = join(root, 'hub')
    const snapshot = (name: string) => join(hub, `models--${name}`, 'snapshots', 'r1')
    const branch = tensors('controlnet_cond_embedding.conv_in.weight', 'down_blocks.0.resnets.0.spatial_res_block.a')
    await writePart(join(snapshot('a--InterDyn'), 'controlnet'), 'diffusion_pytorch_model.safetensors', branch)
    await writeSvd(snapshot('b--svd'))
    await writeSvd(snapshot('c--svd-xt'))
    await writeFile(join(snapshot('c--svd-xt'), 'unet', 'config.json'), '{"num_frames":25}')
    await mkdir(snapshot('d--bert'), { recursive: true })
    const { imported, passedOver } = await importGenerators(hub, { folder, link: false })
    expect(imported.map(({ entry }) => entry.id)).toEqual(['interdyn-256x384', 'svd-img2vid'])
    expect(passedOver).toMatchObject([{ path: join(hub, 'models--c--svd-xt'), error: { code: 'wrong-checkpoint' } }])
    await expect(importGenerators(hub, { folder })).rejects.toMatchObject({ code: 'exists' })
    // Of two revisions nobody says which is meant.
    await mkdir(join(hub, 'models--b--svd', 'snapshots', 'r2'))
    const again = await importGenerators(hub, { folder: join(root, 'again'), link: false })
    expect(again.imported.map(({ entry }) => entry.id)).toEqual(['interdyn-256x384'])
    expect(again.passedOver.map(({ error }) => error.code)).toEqual(['not-a-model-folder', 'wrong-checkpoint'])
    await expect(importGenerators(join(hub, 'models--b--svd'), { folder })).rejects.toThrow(/one revision in snapshots/)
  })

  test("InterDyn's folder, and a folder that is neither", async () => {
    const branch = tensors('controlnet_cond_embedding.conv_in.weight', 'down_blocks.0.resnets.0.spatial_res_block.a')
    await writePart(join(root, 'own', 'controlnet'), 'diffusion_pytorch_model.safetensors', branch)
    expect((await importGenerator(join(root, 'own'), { folder })).entry.id).toBe('interdyn-256x384')
    await expect(importGenerator(join(root, 'own', 'nothing'), { folder })).rejects.toMatchObject({ code: 'not-found' })
    await mkdir(join(root, 'empty'))
    await expect(importGenerator(join(root, 'empty'), { folder })).rejects.toMatchObject({ code: 'unknown-file' })
  })

  test('CosHand as one file with its yaml; zero123 by name', async () => {
    const at = join(root, 'files')
    await mkdir(at)
    const input: Named = [
      'model.diffusion_model.input_blocks.0.0.weight',
      { shape: [1, 16, 1, 1], data: new Float32Array(16) },
    ]
    await writeTorchZip(join(at, 'c.ckpt'), new Map([input, projection(2)]))
    await writeTorchZip(join(at, 'z.ckpt'), new Map([input, projection(6)]))
    await expect(importGenerator(join(at, 'c.ckpt'), { folder })).rejects.toMatchObject({ code: 'missing-config' })
    await writeFile(join(at, 'own.yaml'), 'model: 1\n')
    const imported = await importGenerator(join(at, 'c.ckpt'), { folder })
    expect(readdirSync(imported.folder).sort()).toEqual([
      'coshandrelease.ckpt',
      'coshandrelease_config.yaml',
      'kinemetric-weights.json',
    ])
    expect(await isGenerator(join(at, 'z.ckpt'))).toBe(true)
    await expect(importGenerator(join(at, 'z.ckpt'), { folder: join(root, 'other') })).rejects.toThrow(
      /expected CosHand, found Zero-1-to-3/,
    )
    expect(existsSync(join(root, 'other', coshand.id))).toBe(false)
    expect(await isGenerator(join(at, 'own.yaml'))).toBe(false)
  })
})
