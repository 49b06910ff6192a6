import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { FeatureCache } from '@kinemetric/evaluation'
import { isError, readJson, takeLock } from '@kinemetric/files'
import { formatNpz, openNpz } from '@kinemetric/metrics'
import { openCheckpoint, readTensor, writeSafetensors } from '@kinemetric/networks'
import { claimsSchema, parseValues, readComparisons, readRecord, readTable, writeTable } from '@kinemetric/records'
import { comparisonsText, renderTable } from '@kinemetric/report'
import { probeVideo, readFrames, readImage, writeLossless, writePngFolder, writePreview } from '@kinemetric/video'
import ndarray from 'ndarray'
import { openRecord, recordsByProtocol } from '../../packages/evaluation/src/compare/compared-record.ts'
import {
  type FeatureShardFile,
  readFeatureShard,
} from '../../packages/evaluation/src/extract/shards/feature-shard-file.ts'
import { readRows, RowsWriter } from '../../packages/evaluation/src/extract/shards/kept-rows.ts'
import { Journal } from '../../packages/evaluation/src/journal/journal.ts'
import { cacheAddress } from '../../packages/evaluation/src/store/feature-cache.ts'
import { parseFeatures } from '../../packages/metrics/src/interchange/feature-file.ts'
import { formatNpy, parseNpyText } from '../../packages/metrics/src/interchange/npy.ts'
import { parsePartialStatistics, parseStatistics } from '../../packages/metrics/src/interchange/statistics-file.ts'
import { collectTensors } from '../../packages/networks/src/checkpoints/formats/collect-tensors.ts'
import { readPickle } from '../../packages/networks/src/checkpoints/formats/pickle.ts'
import { storedZip } from '../../packages/networks/src/checkpoints/formats/stored-zip.ts'
import { isKnownTorchGlobal } from '../../packages/networks/src/checkpoints/formats/torch-globals.ts'
import { IdentificationCache } from '../../packages/networks/src/weights/identification-cache.ts'
import { loadResults } from '../../packages/report/src/site-model/results/load-results.ts'
import { fixtureComparisons } from '../../packages/report/test/fixtures.ts'
import { generateCsv, generateNpy, generatePickle, generateSafetensors, generateY4m } from './generate.ts'
import { jsonParsers } from './fuzz-json-parsers.ts'
import { json, ours, type Parser, read, root } from './fuzz-parser.ts'

const numbers = Float32Array.of(1, 2, 3, 4, 5, 6)
const checkpoint = (name: string): Buffer =>
  readFileSync(join(root, 'packages/networks/test/checkpoints/fixtures', name))
const zips = ['zip.pth', 'protocol4.pth', 'training.ckpt', 'scripted.pt', 'frozen.pt']

/** Every parser of files that a user may be given by somebody else. @param folder a scratch folder for making seeds */
export async function fuzzParsers(folder: string): Promise<Record<string, Parser>> {
  mkdirSync(folder, { recursive: true })
  return {
    ...(await checkpointParsers(folder)),
    ...arrayParsers(),
    ...(await recordParsers(folder)),
    ...jsonParsers(),
    ...(await storeParsers(folder)),
    ...(await pictureParsers(folder)),
  }
}

const isKnownGlobal = (module: string, name: string) => isKnownTorchGlobal(module, name, true)

async function openAll(_: Uint8Array, path: string): Promise<undefined> {
  const opened = await openCheckpoint(path)
  for (const tensor of [...opened.tensors.values()].slice(0, 3))
    if (tensor.byteLength < 1e6)
      await readTensor(tensor).catch((error: unknown) => (isError(error) ? undefined : Promise.reject(error)))
}

async function checkpointParsers(folder: string): Promise<Record<string, Parser>> {
  const safetensors = join(folder, 'a.safetensors')
  const tensors = {
    'a.weight': { shape: [2, 3], data: numbers },
    b: { shape: [], data: Float32Array.of(1) },
  }
  await writeSafetensors(safetensors, new Map(Object.entries(tensors)))
  const pickles = zips.flatMap((name) => picklesOf(checkpoint(name)))
  return {
    pickle: {
      kind: 'binary',
      seeds: pickles,
      generate: generatePickle,
      run: (bytes) => void collectTensors(readPickle(bytes, 0, { isKnownGlobal }).value),
    },
    'torch-zip': {
      kind: 'zip',
      file: 'f.pth',
      seeds: zips.map(checkpoint),
      generate: (random) =>
        Buffer.concat([
          ...storedZip([
            { name: 'a/data.pkl', data: generatePickle(random) },
            { name: 'a/data/0', data: new Uint8Array(24) },
          ]),
        ]),
      run: openAll,
    },
    'torch-legacy': {
      kind: 'binary',
      file: 'f.pth',
      seeds: ['legacy.pth', 'training-legacy.pth'].map(checkpoint),
      run: openAll,
    },
    safetensors: {
      kind: 'binary',
      file: 'f.safetensors',
      seeds: [readFileSync(safetensors)],
      generate: generateSafetensors,
      run: openAll,
    },
  }
}

function arrayParsers(): Record<string, Parser> {
  const matrix = { data: numbers, shape: [3, 2] }
  const origin = JSON.stringify({ schema: 'kinemetric/features@1', network: 'i3d', preprocessing: 'p', clips: 3 })
  const features = formatNpz({
    features: matrix,
    clip: { data: Float64Array.of(0, 1, 2), shape: [3] },
    kinemetric: { text: origin },
  })
  const statistics = formatNpz({
    mu: { data: Float64Array.of(0, 1), shape: [2] },
    sigma: { data: Float64Array.of(2, 1, 1, 2), shape: [2, 2] },
  })
  const goldens: { files: { npy: Record<string, string>; npz: Record<string, string> } } = JSON.parse(
    readFileSync(join(root, 'packages/metrics/test/goldens/distribution-goldens.json'), 'utf8'),
  )
  const numpy = (kind: 'npy' | 'npz') => Object.values(goldens.files[kind]).map((text) => Buffer.from(text, 'base64'))
  const archives = [features, statistics, ...numpy('npz')]
  const known = new Set(archives.flatMap((bytes) => valuesOf(bytes)))
  return {
    npy: {
      kind: 'binary',
      seeds: [formatNpy(matrix), ...numpy('npy')],
      generate: generateNpy,
      run: (bytes) => {
        ours(() => parseNpyText(bytes, 'x'))
        ours(() => parseFeatures(bytes, 'x'))
        return undefined
      },
    },
    npz: {
      kind: 'zip',
      seeds: archives,
      run: (bytes) => {
        for (const parse of [parseFeatures, parseStatistics, parsePartialStatistics]) ours(() => parse(bytes, 'x'))
        return valuesOf(bytes).every((values) => known.has(values))
          ? undefined
          : 'values came out that no checksum covers'
      },
    },
  }
}

/** The values of each entry that can be read, as text. */
function valuesOf(bytes: Uint8Array): string[] {
  const npz = openNpz(bytes, 'x')
  return npz.names.flatMap((name) => ours(() => `${npz.array(name).shape.join()}:${npz.array(name).data.join()}`) ?? [])
}

async function recordParsers(folder: string): Promise<Record<string, Parser>> {
  const table = join(folder, 't.parquet')
  const rows = Array.from({ length: 40 }, (_, i) => ({
    clip: `c${i % 4}`,
    frame: (i % 10) - 1,
    metric: 'psnr',
    recipe: 'frame-mean',
    value: i / 7,
  }))
  await writeTable(table, rows)
  const records = read('results/*/*.json').filter((bytes) => bytes.includes('kinemetric/record@'))
  return {
    record: {
      kind: 'json',
      file: 'r.json',
      seeds: records,
      run: async (_, path) => {
        const record = await readRecord(path)
        for (const format of ['terminal', 'markdown', 'latex', 'csv', 'json'] as const)
          ours(() => renderTable([record], [], { format, color: false, width: 80 }))
        return undefined
      },
    },
    results: {
      kind: 'json',
      file: join('results', 'p', 'm.json'),
      seeds: records,
      run: async (_, path) => void (await loadResults(resolve(path, '..', '..'), undefined)),
    },
    comparisons: {
      kind: 'json',
      file: join('results', 'comparisons.json'),
      seeds: [json(fixtureComparisons())],
      run: async (_, path) => {
        const { columns } = await readComparisons(path)
        comparisonsText(columns, { width: 80 })
        return undefined
      },
    },
    hashes: {
      kind: 'jsonl',
      file: join('results', 'p', `${methodOf(records[0])}.hashes.jsonl`),
      seeds: read('results/*/*.hashes.jsonl'),
      run: async (_, path) => {
        const folder = resolve(path, '..')
        writeFileSync(join(folder, 'm.json'), records[0])
        const { protocols } = await recordsByProtocol(resolve(folder, '..'))
        for (const stored of protocols.flatMap((protocol) => protocol.stored))
          await openRecord(stored, { record: '', table: null, hashes: 'there' })
        return undefined
      },
    },
    claims: {
      kind: 'json',
      file: 'c.json',
      seeds: read('baselines/*/paper.json'),
      run: async (_, path) => void (await readJson(path, claimsSchema)),
    },
    parquet: {
      kind: 'binary',
      file: 't.parquet',
      seeds: [readFileSync(table)],
      run: async (_, path) => void (await readTable(path)),
    },
    csv: {
      kind: 'binary',
      seeds: [Buffer.from('clip,method,value\na,x,1\nb,x,2\n"a, 1",y,nan\n')],
      generate: generateCsv,
      run: (bytes) => void parseValues('x', Buffer.from(bytes).toString()),
    },
  }
}

const featureShard: FeatureShardFile = {
  schema: 'kinemetric/feature-shard@1',
  shard: { index: 1, count: 2 },
  context: {
    name: 'x.npz',
    statistics: false,
    manifest: null,
    clips: ['a', 'b'],
    failures: [],
    rows: {
      network: 'n',
      preprocessing: 'p',
      digest: 'd',
      dimension: 3,
      unverified: false,
      excluded: [0],
      weights: [],
      code: { name: 'kinemetric', version: '1', commit: null, dirty: null },
      decoder: { name: 'd', version: '1' },
      provider: 'cpu',
    },
  },
}

/** Two clips, the second of which failed. */
async function featureRows(folder: string): Promise<Uint8Array> {
  const path = join(folder, 'seed.rows')
  const writer = await RowsWriter.open(path, featureShard.context.rows, 0)
  await writer.add('a', ' s', { rows: numbers, warnings: ['w'] })
  await writer.add('b', ' t', { failure: { clip: 'b', reason: 'empty', message: 'm' }, warnings: [] })
  await writer.close()
  return readFileSync(path)
}

async function storeParsers(folder: string): Promise<Record<string, Parser>> {
  const identity = { protocol: 'p', needs: [], weights: [], code: 'c', decoder: 'd', provider: 'cpu' }
  const path = join(folder, 'journal.jsonl')
  const journal = await Journal.open(path, identity, true)
  await journal.add({ clip: 'b', stamp: 't', failure: { clip: 'b', reason: 'missing', message: 'm' } })
  await journal.add({ clip: 'a', stamp: 't', failure: { clip: 'a', reason: 'missing', message: 'm' } })
  await journal.close()
  const key = {
    kind: 'features',
    version: 1,
    frames: 'f',
    network: 'n',
    digest: 'd',
    input: 'i',
    provider: 'cpu',
  } as const
  const address = cacheAddress(key)
  const cacheFile = join(address.slice(0, 2), `${address}.bin`)
  const cache = new FeatureCache(join(folder, 'cache'), undefined, () => undefined)
  await cache.get(key, 'reference', () => Promise.resolve({ rows: { shape: [2, 3], data: numbers } }))
  const note = { version: 2, files: { '/x.pth': { state: '1 2 3', sha256: 'a', digests: { k: null } } } }
  return {
    journal: {
      kind: 'jsonl',
      file: 'j.jsonl',
      seeds: [readFileSync(path)],
      run: async (_, at) => {
        const opened = await Journal.open(at, identity, false)
        opened.get({ clip: 'a' })
        await opened.close()
        return undefined
      },
    },
    'feature-rows': {
      kind: 'binary',
      file: 'x.rows',
      seeds: [await featureRows(folder)],
      run: async (_, at) => {
        const found = await readRows(at)
        const isWhole = found?.records.every(({ clip, rows }) => rows === (clip === 'a' ? 2 : 0)) ?? true
        return isWhole ? undefined : 'a damaged record was taken as whole'
      },
    },
    'feature-shard': {
      kind: 'json',
      file: 'x.shard.json',
      seeds: [json(featureShard)],
      run: async (_, at) => void (await readFeatureShard(at)),
    },
    'feature-cache': {
      kind: 'binary',
      file: join('shared', cacheFile),
      seeds: [readFileSync(join(folder, 'cache', cacheFile))],
      run: async (_, at) => {
        const found = await new FeatureCache(resolve(at, '..', '..'), undefined, () => undefined).read(address)
        const isWhole =
          found === undefined || (found.rows?.shape.join() === '2,3' && found.rows.data.join() === numbers.join())
        return isWhole ? undefined : 'a damaged entry was taken as whole'
      },
    },
    'identified-weights': {
      kind: 'json',
      file: 'identified-weights.json',
      seeds: [json(note)],
      run: async (_, at) => void (await IdentificationCache.open(resolve(at, '..'))).before('/x.pth'),
    },
    lock: {
      // Of a host that is not this one, so that no process is asked for; taken, so that nothing is waited for but a lock that names nobody.
      kind: 'json',
      file: '.lock',
      share: 0.0005,
      seeds: [json({ pid: 4242, host: 'another', born: '1', space: 's', beat: 20_000 }), json('4242 another')],
      run: async (_, at) => {
        const release = await takeLock(at, { take: true })
        await release()
        return undefined
      },
    },
  }
}

async function decode(_: Uint8Array, path: string): Promise<undefined> {
  await probeVideo(path)
  await readFrames(path)
}

async function pictureParsers(folder: string): Promise<Record<string, Parser>> {
  const pixels = Uint8Array.from({ length: 3 * 16 * 24 * 3 }, (_, i) => (i * 7) % 256)
  const frames = { pixels: ndarray(pixels, [3, 16, 24, 3]), fps: 8 }
  const [mkv, mp4, png] = ['a.mkv', 'a.mp4', 'png'].map((name) => join(folder, name))
  await writeLossless(mkv, frames)
  await writePreview(mp4, frames)
  await writePngFolder(png, frames)
  const y4m = Buffer.concat([
    Buffer.from('YUV4MPEG2 W16 H16 F8:1 Ip C420\n'),
    ...[0, 1].map((v) => Buffer.concat([Buffer.from('FRAME\n'), Buffer.alloc(384, 90 + v)])),
  ])
  return {
    mkv: { kind: 'binary', file: 'v.mkv', share: 0.02, seeds: [readFileSync(mkv)], run: decode },
    mp4: { kind: 'binary', file: 'v.mp4', share: 0.02, seeds: [readFileSync(mp4)], run: decode },
    y4m: { kind: 'binary', file: 'v.y4m', share: 0.02, seeds: [y4m], generate: generateY4m, run: decode },
    png: {
      kind: 'binary',
      file: 'f.png',
      share: 0.1,
      seeds: globSync('*.png', { cwd: png }).map((name) => readFileSync(join(png, name))),
      run: async (_, path) => void (await readImage(path)),
    },
  }
}

function methodOf(record: Uint8Array): string {
  const { method }: { method: { id: string } } = JSON.parse(Buffer.from(record).toString())
  return method.id
}

/** The stored pickles of a torch zip. */
function picklesOf(zip: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = zip.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 4, 'latin1')) {
    if (!zip.toString('latin1', at + 46, at + 46 + zip.readUInt16LE(at + 28)).endsWith('.pkl')) continue
    const local = zip.readUInt32LE(at + 42)
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    found.push(zip.subarray(start, start + zip.readUInt32LE(at + 24)))
  }
  return found
}
