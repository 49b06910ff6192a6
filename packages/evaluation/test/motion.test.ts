import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readTable } from '@kinemetric/records'
import { frameArray, type FrameArray, writeLossless } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { prepare } from '../../benchmark/src/index.ts'
import { compareResults, evaluate, type EvaluateOptions } from '../src/index.ts'
import { changed, smallProtocol } from '../../benchmark/test/small-benchmark.ts'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'

const [height, width, frames] = [64, 96, 6]
const protocol = changed(smallProtocol, {
  geometry: { ...smallProtocol.identity.geometry!, size: [height, width] },
  metrics: ['motion-fidelity:interdyn', 'endpoint-error:all-points', 'tapvid-delta:tapvid-256'].map((text) => {
    const [metric, recipe] = text.split(':')
    return { metric, recipe, default: true }
  }),
})

/** A textured disc of radius 14 that moves by (dx, dy) pixels a frame over a still, textured ground; and its mask. */
function scene(dx: number, dy: number, radius = 14): { picture: FrameArray; mask: FrameArray } {
  const [picture, mask] = [new Uint8Array(frames * height * width * 3), new Uint8Array(frames * height * width * 3)]
  for (let t = 0, i = 0; t < frames; t++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, i += 3) {
        const [u, v] = [x - 40 - dx * t, y - 32 - dy * t]
        const inside = u * u + v * v < radius * radius
        const value = inside
          ? 128 + 50 * Math.sin(1.1 * u + 0.4 * v) + 50 * Math.cos(0.7 * v - 0.3 * u)
          : 90 + 20 * Math.sin(0.5 * x) * Math.cos(0.4 * y)
        picture.fill(Math.round(value), i, i + 3)
        if (inside) mask.fill(255, i, i + 3)
      }
  return { picture: frameArray(picture, frames, height, width), mask: frameArray(mask, frames, height, width) }
}

const root = await temporaryFolder()
const motions: Record<string, [number, number]> = { right: [2, 0], left: [-2, 0], down: [0, 1.5] }
for (const [id, [dx, dy]] of Object.entries(motions)) {
  const folder = join(root, 'dataset', id)
  await mkdir(folder, { recursive: true })
  await writeLossless(join(folder, 'video.mkv'), { pixels: scene(dx, dy).picture, fps: 6 })
  await writeLossless(join(folder, 'mask_driver.mkv'), { pixels: scene(dx, dy, 4).mask, fps: 6 })
  await writeLossless(join(folder, 'mask_ball.mkv'), { pixels: scene(dx, dy).mask, fps: 6 })
  // About 50 pixels: too few for 100 points.
  if (id === 'right') await writeLossless(join(folder, 'mask_speck.mkv'), { pixels: scene(dx, dy, 4).mask, fps: 6 })
}
await prepare({ adapter: 'physics', dataset: join(root, 'dataset'), protocol, out: join(root, 'prepared') })

async function generate(name: string, motion: (own: [number, number]) => [number, number]): Promise<void> {
  await mkdir(join(root, name))
  for (const [id, own] of Object.entries(motions))
    await writeLossless(join(root, name, `${id}.mkv`), { pixels: scene(...motion(own)).picture, fps: 6 })
}
await generate('same', (own) => own)
await generate('backwards', ([dx, dy]) => [-dx, -dy])
await generate('slower', ([dx, dy]) => [dx / 2, dy / 2])

const options = (name: string, more: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  reference: { manifest: join(root, 'prepared', 'manifest.jsonl') },
  protocol,
  generated: join(root, name),
  out: join(root, 'results'),
  cache: join(root, 'cache'),
  tracker: 'lucas-kanade',
  ...more,
})
const scoreOf = ({ record }: Awaited<ReturnType<typeof evaluate>>, metric: string) => {
  const found = record.scores.find((score) => score.metric === metric)
  if (found === undefined) throw new Error(`no ${metric}`)
  return found
}

test('the same motion is 1, the opposite near -1, a slower one of the same direction stays high but far away', async () => {
  const same = await evaluate(options('same'))
  expect(scoreOf(same, 'motion-fidelity')).toMatchObject({ recipe: 'interdyn/tracker:lucas-kanade', n: 3 })
  expect(scoreOf(same, 'motion-fidelity').value).toBeCloseTo(1, 5)
  expect(scoreOf(same, 'endpoint-error').value).toBe(0)
  expect(scoreOf(same, 'tapvid-delta').value).toBe(1)
  const backwards = await evaluate(options('backwards'))
  expect(scoreOf(backwards, 'motion-fidelity').value).toBeLessThan(-0.7)
  const slower = await evaluate(options('slower'))
  expect(scoreOf(slower, 'motion-fidelity').value).toBeGreaterThan(0.8)
  expect(scoreOf(slower, 'endpoint-error').value).toBeGreaterThan(1.5)
  const details = scoreOf(slower, 'motion-fidelity').details?.motion
  expect(details).toMatchObject({
    tracker: 'lucas-kanade',
    points: 100,
    clipsSkipped: 0,
    objects: 3,
    skipped: [{ clip: 'right', object: 'speck', reason: 'mask of 45 pixels, fewer than 100 points' }],
    shuffledBaseline: { n: 3 },
  })
  expect(details?.shuffledBaseline?.value).toBeLessThan(scoreOf(slower, 'motion-fidelity').value ?? 0)
  // Each of the three clips is held against the two others.
  expect(scoreOf(slower, 'motion-fidelity').details?.unrelated).toMatchObject({ n: 3, pairings: 2, from: 'kept' })
  expect(scoreOf(slower, 'endpoint-error').details).not.toHaveProperty('unrelated')
  const rows = await readTable(slower.paths.table)
  const chance = rows.filter((row) => row.recipe.endsWith('+unrelated'))
  expect(chance.map((row) => `${row.metric} ${row.frame}`)).toEqual(chance.map(() => 'motion-fidelity -1'))
  expect(chance).toHaveLength(3)
  const own = rows.filter((row) => row.clip === 'right' && row.metric === 'endpoint-error')
  expect(own.map((row) => row.frame)).toEqual([1, 2, 3, 4, 5, -1])
  // The disc falls back by one pixel a frame.
  for (const row of own.slice(0, 5)) expect(Math.abs(row.value - row.frame)).toBeLessThan(0.3)
})

test('reference tracks are computed once for all methods: a second one runs the tracker on its own side only', async () => {
  await evaluate(options('same', { cache: join(root, 'cache-2'), out: join(root, 'cache-results') }))
  const { run } = await evaluate(options('slower', { cache: join(root, 'cache-2'), out: join(root, 'cache-results') }))
  expect(run.cache).toMatchObject({
    enabled: true,
    reference: { hits: 3, misses: 0, networkRuns: 0 },
    generated: { hits: 0, misses: 3, networkRuns: 3 },
  })
})

test('previews and tracks are written when asked for, and the record names them', async () => {
  const { record, paths } = await evaluate(options('slower', { previews: true, out: join(root, 'previews') }))
  expect(record.media?.clips.map((clip) => clip.clip)).toEqual(['down', 'left', 'right'])
  const [clip] = record.media?.clips ?? []
  expect(clip).toEqual({
    clip: 'down',
    reference: 'media/reference/down.mp4',
    control: 'media/control/down.mp4',
    generated: 'media/slower/down.mp4',
    tracks: 'media/slower/down.tracks.json',
  })
  for (const path of [clip.reference, clip.control, clip.generated])
    expect((await readFile(join(paths.folder, path ?? ''))).length).toBeGreaterThan(500)
  const tracks = JSON.parse(await readFile(join(paths.folder, clip.tracks ?? ''), 'utf8'))
  expect(tracks.generated).toMatchObject({ width, height })
  expect(tracks.reference.tracks).toHaveLength(100)
  expect(tracks.reference.tracks[0]).toHaveLength(frames)
})

test('a method that lacks clips is shown and not compared', async () => {
  await evaluate(options('same', { out: join(root, 'compared') }))
  await rm(join(root, 'slower', 'down.mkv'))
  await evaluate(options('slower', { out: join(root, 'compared') }))
  const [{ columns }] = await compareResults(join(root, 'compared'))
  expect(columns.map(({ metric, pairs }) => `${metric} ${pairs.length}`)).toEqual([
    'motion-fidelity 0',
    'endpoint-error 0',
    'tapvid-delta 0',
  ])
  // Two of three clips: below the 95 % that a rank needs.
  expect(columns[1].unranked).toMatchObject([{ method: 'slower', reason: 'incomplete: 2 of 3 clips' }])
  await expect(compareResults(join(root, 'compared'), { methods: ['nobody'] })).rejects.toMatchObject({
    code: 'bad-option',
  })
})

test('a mask that does not fit the frames is that clip’s failure of the motion metrics', async () => {
  const manifest = join(root, 'prepared', 'manifest.jsonl')
  const lines = (await readFile(manifest, 'utf8')).trim().split('\n')
  const first = JSON.parse(lines[0])
  first.objectMasks[0] = { ...first.objectMasks[0], path: first.image.path, sha256: 'b'.repeat(64) }
  await writeFile(join(root, 'prepared', 'wrong.jsonl'), `${JSON.stringify(first)}\n${lines.slice(1).join('\n')}\n`)
  const { record } = await evaluate(
    options('same', { reference: { manifest: join(root, 'prepared', 'wrong.jsonl') }, out: join(root, 'wrong') }),
  )
  expect(record.failures).toMatchObject([
    { clip: 'down', reason: 'hash-mismatch', message: expect.stringMatching(/^motion metrics: /) },
  ])
  expect(record.scores[0]).toMatchObject({ n: 2 })
})
