import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile, jsonLine } from '@kinemetric/files'
import { probePageSchema, type ProbeScene, readTable, weightRecipe } from '@kinemetric/records'
import { frameArray, type FrameArray, writeLossless } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { findProtocol, prepare } from '../../benchmark/src/index.ts'
import { changed, smallProtocol } from '../../benchmark/test/small-benchmark.ts'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'
import { compareResults, evaluate, type EvaluateOptions } from '../src/index.ts'

const [height, width, frames] = [64, 96, 8]
const probes = findProtocol('clevrer-320x448').added
const protocol = {
  ...changed(smallProtocol, {
    window: { ...smallProtocol.identity.window, frames },
    geometry: { ...smallProtocol.identity.geometry!, size: [height, width] },
    metrics: [{ metric: 'endpoint-error', recipe: 'all-points', default: true }],
  }),
  added: probes,
}

/** Where the ball is: hit in frame 2, it goes on by (dx, dy) a frame. The rock stays. */
const ballAt = (t: number, dx: number, dy: number): [number, number] => [
  28 + Math.max(0, t - 2) * dx,
  20 + Math.max(0, t - 2) * dy,
]
const rockAt: [number, number] = [70, 46]
const radius = 10

function discs(centres: readonly (readonly [number, number])[][], plain: boolean): FrameArray {
  const data = new Uint8Array(frames * height * width * 3)
  for (let t = 0, i = 0; t < frames; t++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, i += 3) {
        let value = plain ? 0 : 90 + 20 * Math.sin(0.5 * x) * Math.cos(0.4 * y)
        for (const centre of centres) {
          const [u, v] = [x - centre[t][0], y - centre[t][1]]
          if (u * u + v * v >= radius * radius) continue
          value = plain ? 255 : 128 + 50 * Math.sin(1.1 * u + 0.4 * v) + 50 * Math.cos(0.7 * v - 0.3 * u)
        }
        data.fill(Math.round(value), i, i + 3)
      }
  return frameArray(data, frames, height, width)
}

const over = (at: (t: number) => readonly [number, number]) => Array.from({ length: frames }, (_, t) => at(t))
const still = over(() => ballAt(0, 0, 0))
const rock = over(() => rockAt)
const video = (ball: readonly (readonly [number, number])[], other = rock) => discs([[...ball], [...other]], false)

const root = await temporaryFolder()
const motions: Record<string, [number, number]> = { right: [3, 0], down: [0, 3] }
for (const [id, [dx, dy]] of Object.entries(motions)) {
  const folder = join(root, 'dataset', id)
  await mkdir(folder, { recursive: true })
  const ball = over((t) => ballAt(t, dx, dy))
  await writeLossless(join(folder, 'video.mkv'), { pixels: video(ball), fps: 6 })
  await writeLossless(join(folder, 'mask_driver.mkv'), { pixels: discs([], true), fps: 6 })
  await writeLossless(join(folder, 'mask_ball.mkv'), { pixels: discs([ball], true), fps: 6 })
  await writeLossless(join(folder, 'mask_rock.mkv'), { pixels: discs([rock], true), fps: 6 })
}
await prepare({ adapter: 'physics', dataset: join(root, 'dataset'), protocol, out: join(root, 'prepared') })

function object(id: string, track: readonly (readonly [number, number])[], depth: number | null) {
  return {
    id,
    name: id,
    role: 'uncontrolled' as const,
    colour: null,
    mask: id,
    area: 314,
    delta: 1.77,
    track: track.map(([x, y]): [number, number] => [x, y]),
    onset: depth === null ? null : 3,
    depth,
    reachedAt: depth === null ? null : 2,
  }
}

function sceneOf([dx, dy]: [number, number]): ProbeScene {
  const stick = { ...object('stick', rock, 0), role: 'driver' as const, mask: null }
  return {
    schema: 'kinemetric/probe-scene@1',
    sourceFrames: Array.from({ length: frames }, (_, t) => t),
    objects: [
      stick,
      object(
        'ball',
        over((t) => ballAt(t, dx, dy)),
        1,
      ),
      object('rock', rock, null),
    ],
    collisions: [{ frame: 2, objects: ['stick', 'ball'] }],
    pairs: [
      {
        without: 'stick',
        excluded: null,
        affected: [{ object: 'ball', sourceFrame: 2, outputFrame: 2, laterAlso: [] }],
        unaffected: ['rock'],
        truth: { ball: still.map(([x, y]): [number, number] => [x, y]) },
      },
    ],
  }
}

// What datasets in which it is known what happens have besides.
const manifest = join(root, 'prepared', 'manifest.jsonl')
const lines: Record<string, unknown>[] = (await readFile(manifest, 'utf8'))
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
for (const line of lines) {
  const id = String(line['id'])
  const path = `${id}.probe-scene.json`
  await writeFile(join(root, 'prepared', path), JSON.stringify(sceneOf(motions[id])))
  line['assets'] = { 'probe-scene.json': { path, sha256: await hashFile(join(root, 'prepared', path)) } }
  line['pairs'] = [{ without: 'stick', id: `${id}.without-stick`, control: line['control'] }]
}
await writeFile(manifest, lines.map((line) => `${jsonLine(line)}\n`).join(''))

type Made = (own: [number, number]) => FrameArray
async function generate(name: string, made: Made, without: Made | undefined): Promise<void> {
  await mkdir(join(root, name))
  for (const [id, own] of Object.entries(motions)) {
    const write = (clip: string, pixels: FrameArray) =>
      writeLossless(join(root, name, `${clip}.mkv`), { pixels, fps: 6 })
    await write(id, made(own))
    if (without !== undefined) await write(`${id}.without-stick`, without(own))
  }
}
const truth: Made = ([dx, dy]) => video(over((t) => ballAt(t, dx, dy)))
await generate('truth', truth, () => video(still))
await generate(
  'still',
  () => video(still),
  () => video(still),
)
// The ball goes backwards, and without the stick too; the rock goes along without it.
const backwards: Made = ([dx, dy]) => video(over((t) => ballAt(t, -dx, -dy)))
await generate('backwards', backwards, ([dx, dy]) =>
  video(
    over((t) => ballAt(t, -dx, -dy)),
    over((t) => [rockAt[0] - 3 * Math.max(0, t - 2), rockAt[1]]),
  ),
)
await generate('no-pairs', truth, undefined)

const options = (name: string, more: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  reference: { manifest },
  protocol,
  generated: join(root, name),
  out: join(root, 'results'),
  cache: join(root, 'cache'),
  tracker: 'lucas-kanade',
  ...more,
})
type Evaluated = Awaited<ReturnType<typeof evaluate>>
const valuesOf = ({ record }: Evaluated) =>
  Object.fromEntries(
    record.scores
      .map(({ metric, value }) => [metric, value] as const)
      .filter(([metric]) => metric !== 'endpoint-error'),
  )

test('the truth is at the ceiling, what stands still at the floor, the wrong way below it', async () => {
  const same = await evaluate(options('truth', { previews: true }))
  expect(valuesOf(same)).toEqual({ 'force-propagation': 1, 'false-motion': 0, counterfactual: 1, leakage: 0 })
  expect(same.record.scores.find(({ metric }) => metric === 'counterfactual')).toMatchObject({
    recipe: 'balanced/tracker:lucas-kanade',
    n: 2,
    details: { probe: { floor: 0.5, ceiling: 1, pairs: 2, truth: 'known', responsiveness: { objects: 2, share: 1 } } },
  })
  const nothing = await evaluate(options('still'))
  expect(valuesOf(nothing)).toEqual({ 'force-propagation': 0, 'false-motion': 0, counterfactual: 0.5, leakage: 0 })
  const wrong = await evaluate(options('backwards'))
  expect(valuesOf(wrong)).toEqual({ 'force-propagation': 0, 'false-motion': 0, counterfactual: 0, leakage: 1 })
  const recall = await evaluate(options('backwards', { metrics: ['force-propagation:recall'], overwrite: true }))
  expect(valuesOf(recall)).toEqual({ 'force-propagation': 1 })
})

test('the record tells where pairs and what was found of them lie; weights stand in the table where they are not 1', async () => {
  const { record, paths } = await evaluate(options('truth', { previews: true, overwrite: true }))
  const [clip] = record.media?.clips ?? []
  expect(clip).toMatchObject({
    clip: 'down',
    probe: 'media/truth/down.probe.json',
    pairs: [{ without: 'stick', generated: 'media/truth/down.without-stick.mp4' }],
  })
  const page = probePageSchema.parse(JSON.parse(await readFile(join(paths.folder, clip.probe ?? ''), 'utf8')))
  expect(page.objects.map(({ object, moved, depth }) => [object, moved, depth])).toEqual([
    ['ball', true, 1],
    ['rock', false, null],
  ])
  expect(page.pairs.map(({ kind, driver, generated }) => [kind, driver, generated.responds])).toEqual([
    ['affected', 'stick', true],
    ['unaffected', 'stick', false],
  ])
  const rows = await readTable(paths.table)
  expect(rows.some(({ recipe }) => recipe === weightRecipe('direction-45/tracker:lucas-kanade'))).toBe(false)
})

test('pairs that were not generated leave out what is of pairs, and it is told why', async () => {
  const { record } = await evaluate(options('no-pairs'))
  expect(record.scores.map(({ metric, value }) => [metric, value])).toContainEqual(['force-propagation', 1])
  const pairs = record.scores.find(({ metric }) => metric === 'counterfactual')
  expect(pairs).toMatchObject({ value: null, details: { missing: { undefined: 2 } } })
  expect(pairs?.warnings?.join()).toContain('expected a generated video of the pair, found none')
  expect(record.failures).toEqual([])
})

test('a video of a pair that changes is measured again, and only that clip', async () => {
  await rm(join(root, 'results', protocol.identity.id), { recursive: true })
  const stopped = new AbortController()
  const run = evaluate(
    options('truth', { signal: stopped.signal, onProgress: ({ kind }) => kind === 'clip' && stopped.abort() }),
  )
  await expect(run).rejects.toThrow('stopped')
  await writeLossless(join(root, 'truth', 'down.without-stick.mkv'), { pixels: truth(motions['down']), fps: 6 })
  const { run: sidecar, record } = await evaluate(options('truth'))
  expect(sidecar.clips).toMatchObject({ resumed: 0, scoredNow: 2 })
  expect(record.scores.find(({ metric }) => metric === 'counterfactual')?.value).toBe(0.75)
})

test('methods are compared by their clips, and probes without scenes are refused by name and left out otherwise', async () => {
  await evaluate(options('still', { overwrite: true }))
  const [{ columns }] = await compareResults(join(root, 'results'), { cache: join(root, 'cache') })
  expect(columns.map(({ metric }) => metric)).toContain('force-propagation')
  const plain = { reference: { folder: join(root, 'truth') }, out: join(root, 'plain') }
  const { record } = await evaluate({ ...options('truth', { ...plain, metrics: 'all' }), protocol: { ...protocol } })
  // What needs no scene stays.
  expect(record.scores.map(({ metric }) => metric)).toEqual(['endpoint-error', 'vbench-flicker'])
  await expect(evaluate(options('truth', { ...plain, metrics: ['leakage'] }))).rejects.toThrow(
    'expected clips with a scene for leakage',
  )
})
