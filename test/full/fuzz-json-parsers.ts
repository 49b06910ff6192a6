import { resolve } from 'node:path'
import { findProtocol, protocols, readManifest } from '@kinemetric/benchmark'
import { jsonLine, readJson } from '@kinemetric/files'
import { queriesFromJson, tracksFromJson } from '@kinemetric/networks'
import { randomScene, sceneSchema } from '@kinemetric/physics'
import { generatedRunSchema, readItem } from '@kinemetric/records'
import { findMethod } from '@kinemetric/runners'
import {
  journalLine,
  readPrepareJournal,
  readPrepareShardFile,
} from '../../packages/benchmark/src/prepare-shards/prepare-shard-file.ts'
import { protocolSchema } from '../../packages/benchmark/src/protocol/protocol.ts'
import { readRunShard } from '../../packages/runners/src/provenance/run-shard-file.ts'
import { readTracks } from '../../packages/report/src/site-model/read-tracks.ts'
import { json, ours, type Parser, read } from './fuzz-parser.ts'

const clipLine = {
  schema: 'kinemetric/clip@1',
  id: 'a',
  protocol: { id: 'physics-256x384', version: 1 },
  source: { dataset: 'd', video: 'v.mkv', sha256: 'a'.repeat(64), fps: 6 },
  window: { start: 0, stride: 1, count: 14 },
  geometry: {
    native: [256, 384],
    resize: [256, 384],
    filter: 'none',
    crop: { top: 0, left: 0, height: 256, width: 384 },
    target: [256, 384],
  },
  fps: 6,
  label: 'l',
  reference: { path: 'clips/a/reference.mkv', sha256: 'b'.repeat(64) },
  image: { path: 'clips/a/image.png' },
  control: { dir: 'clips/a/control', count: 14, type: 'mask' },
  objectMasks: [{ path: 'clips/a/m.png', object: 'o', sourceFrame: 0, pixels: 12 }],
  assets: { scene: { path: 'clips/a/scene.json' } },
}
const prepareShard = {
  schema: 'kinemetric/prepare-shard@1',
  shard: { index: 1, count: 2 },
  journal: 'c'.repeat(64),
  context: {
    dataset: 'ssv2',
    protocol: { ...protocols[0].identity, added: protocols[0].added },
    options: { seed: 0, split: 'validation' },
    stages: ['no-video'],
    notes: ['n'],
    all: { count: 3, sha256: 'd'.repeat(64) },
    code: { name: 'kinemetric', version: '0.1.0', commit: null, dirty: null },
  },
  rows: {
    items: [{ place: 0, id: 'a', warnings: ['w'] }],
    removals: [{ place: 1, id: 'b', removedAt: 'no-video' }],
    warnings: [{ place: 0, clip: 'a', reason: 'r', message: 'm' }],
    facts: { kept: { a: [1, null] } },
  },
}
/** Clips of the first shard of two by their names. */
const runShard = {
  schema: 'kinemetric/run-shard@1',
  shard: { index: 1, count: 2 },
  finished: true,
  samples: [
    { clip: 'c', sample: 0, status: 'ok', sha256: 'e'.repeat(64) },
    { clip: 'c.without-hand', of: 'c', sample: 0, status: 'failed', sha256: null },
  ],
  run: {
    method: {
      id: 'mine',
      version: '1',
      displayName: 'Mine',
      licences: ['MIT'],
      kind: 'process',
      command: ['x', '{out}'],
      capabilities: { control: 'mask' },
      output: { alignment: 'frame' },
      determinism: 'bitwise-cpu',
      implementationStatus: 'working',
    },
    config: { steps: 4 },
    manifest: { sha256: 'f'.repeat(64), protocol: { id: 'as-is', version: 1 } },
    noise: { algorithm: 'given' },
    weights: [{ id: 'w', sha256: 'a'.repeat(64), licence: 'MIT' }],
    environment: { code: { name: 'kinemetric', version: '0.1.0', commit: null, dirty: null }, threads: null },
    started: '2026-01-01T00:00:00.000Z',
    counts: { total: 1, ok: 1, failed: 0 },
    pairs: { total: 1, ok: 0, failed: 1 },
    finished: '2026-01-01T00:00:01.000Z',
  },
}
const tracks = {
  width: 8,
  height: 8,
  queries: [
    [0, 1, 1],
    [0, 2, 2],
  ],
  tracks: [
    [
      [1, 1],
      [2, 2],
    ],
    [
      [1, 2],
      [3, 4],
    ],
  ],
  visible: [
    [1, 0],
    [1, 1],
  ],
}
const item = {
  status: 'ok',
  method: 'static',
  clip: 'a',
  sample: 0,
  seed: null,
  frames: 14,
  fps: 6,
  width: 384,
  height: 256,
  wallMs: 12,
}

/** Parsers of JSON and JSON Lines that say what is to be done: manifests, protocols, methods, runs, tracks, scenes. */
export function jsonParsers(): Record<string, Parser> {
  const methods = read('baselines/*/method.json')
  return {
    manifest: {
      kind: 'jsonl',
      file: 'm.jsonl',
      seeds: [
        Buffer.from(
          `${jsonLine(clipLine)}\n${jsonLine({ ...clipLine, id: 'b', control: undefined, objectMasks: undefined })}\n`,
        ),
      ],
      run: async (_, path) => {
        const { clips } = await readManifest(path)
        const bad = clips.find(({ id }) => /[/\\\0]/.test(id) || id.startsWith('.'))
        return bad === undefined ? undefined : `the id ${JSON.stringify(bad.id)} passed`
      },
    },
    'prepare-shard': {
      kind: 'json',
      file: 'prepare.1-of-2.shard.json',
      seeds: [json(prepareShard)],
      run: async (_, path) => {
        const { shard, rows } = await readPrepareShardFile(path)
        if (shard.index > shard.count) return 'a shard behind the last one passed'
        return Array.isArray(rows.items) ? undefined : 'rows that are none passed'
      },
    },
    'prepare-journal': {
      kind: 'jsonl',
      file: 'prepare.1-of-2.journal.jsonl',
      seeds: [
        Buffer.from(
          journalLine(0, { clip: 'bad', reason: 'dataset', message: 'm' }) +
            `${jsonLine({ place: 1, clip: clipLine, warnings: ['w'] })}\n`,
        ),
      ],
      run: async (_, path) => {
        const { outcomes } = await readPrepareJournal(path)
        const clips = [...outcomes.values()].flatMap((outcome) => ('reason' in outcome ? [] : [outcome.clip]))
        const bad = clips.find(({ id }) => /[/\\\0]/.test(id) || id.startsWith('.'))
        return bad === undefined ? undefined : `the id ${JSON.stringify(bad.id)} passed`
      },
    },
    'run-shard': {
      kind: 'json',
      file: 'run.1-of-2.shard.json',
      seeds: [json(runShard)],
      run: async (_, path) => {
        const { shard, samples } = await readRunShard(path)
        if (shard.index !== 1 || shard.count !== 2) return 'another shard than its name says passed'
        const bad = samples.find(({ clip }) => /[/\\\0]/.test(clip) || clip.startsWith('.'))
        return bad === undefined ? undefined : `the clip ${JSON.stringify(bad.clip)} passed`
      },
    },
    protocol: {
      kind: 'json',
      file: 'p.json',
      seeds: protocols.map(({ identity }) => json(identity)),
      run: async (_, path) => void (await readJson(path, protocolSchema)),
    },
    'protocol-name': {
      kind: 'binary',
      seeds: protocols.map(({ identity }) => Buffer.from(identity.id)),
      share: 0.1,
      run: (bytes) => void findProtocol(Buffer.from(bytes).toString()),
    },
    method: {
      kind: 'json',
      file: 'method.json',
      seeds: methods,
      run: async (_, path) => {
        const { native } = await findMethod(path)
        return native === undefined || Object.hasOwn(native, 'id')
          ? undefined
          : 'an inherited member passes as a method'
      },
    },
    run: {
      kind: 'json',
      file: 'run.json',
      seeds: [
        json({ schema: 'kinemetric/generated@1', method: { id: 'static', version: '1' } }),
        ...methods.slice(0, 1),
      ],
      run: async (_, path) => void (await readJson(path, generatedRunSchema)),
    },
    item: {
      kind: 'json',
      file: 'item.json',
      seeds: [json(item)],
      run: async (_, path) => void (await readItem(resolve(path, '..'))),
    },
    tracks: {
      kind: 'json',
      seeds: [json(tracks)],
      run: (bytes) => {
        const value: unknown = JSON.parse(Buffer.from(bytes).toString())
        ours(() => queriesFromJson(value))
        ours(() => tracksFromJson(value))
        return undefined
      },
    },
    'site-tracks': {
      kind: 'json',
      file: 'tracks.json',
      seeds: [json({ generated: tracks, reference: tracks })],
      run: async (_, path) => void (await readTracks(path)),
    },
    scene: {
      kind: 'json',
      file: 's.json',
      seeds: [json(randomScene(1, 0))],
      run: async (_, path) => void (await readJson(path, sceneSchema)),
    },
  }
}
