import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readJson } from '@kinemetric/files'
import { probeSceneSchema } from '@kinemetric/records'
import { contiguous, hashFrames, readFrames, writeLossless } from '@kinemetric/video'
import { beforeAll, expect, test } from 'vitest'
import { type Manifest, prepare, readManifest } from '../../../src/index.ts'
import {
  changed,
  discMask,
  motion,
  pattern,
  places,
  smallProtocol,
  writeDataset,
  writePair,
} from '../../small-benchmark.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const root = await temporaryFolder()
const dataset = join(root, 'dataset')
async function made(name: string, protocol = smallProtocol): Promise<{ out: string; manifest: Manifest }> {
  const out = join(root, name)
  const { manifest } = await prepare({ adapter: 'physics', dataset, protocol, out })
  return { out, manifest: await readManifest(manifest) }
}

const sceneOf = ({ root: folder, clips: [{ assets }] }: Manifest) =>
  readJson(join(folder, assets!['probe-scene.json'].path), probeSceneSchema)

beforeAll(async () => {
  await writeDataset(dataset, ['a', 'plain'])
  await writePair(dataset, 'a')
})

test('a clip has a scene, and a pair without the driver with what really happens; one without these files is as it was', async () => {
  const { manifest } = await made('one')
  const [clip, plain] = manifest.clips
  expect(plain).not.toHaveProperty('pairs')
  expect(plain).not.toHaveProperty('assets')
  expect(clip.pairs).toMatchObject([
    {
      without: 'driver',
      id: 'a.without-driver',
      control: { type: 'mask', dir: 'clips/a/without-driver/control', count: 6 },
    },
  ])
  const [{ control, reference }] = clip.pairs!
  expect(contiguous((await readFrames(join(manifest.root, control.dir))).pixels).data.every((x) => x === 0)).toBe(true)
  const truth = hashFrames(pattern({ phase: 5 }))
  expect(reference?.framesSha256).toBe(truth)
  expect(hashFrames((await readFrames(join(manifest.root, reference!.path))).pixels)).toBe(truth)

  const scene = await sceneOf(manifest)
  const radius =
    discMask()
      .data.subarray(0, 48 * 64 * 3)
      .filter((value) => value === 255).length / 3
  const [driver, ball] = scene.objects
  expect(driver).toMatchObject({
    id: 'driver',
    role: 'driver',
    colour: [255, 255, 255],
    mask: null,
    depth: 0,
    reachedAt: 0,
  })
  expect(ball).toMatchObject({
    id: 'ball',
    role: 'uncontrolled',
    mask: 'ball',
    area: radius,
    delta: 0.1 * Math.sqrt(radius),
    track: places(24, 2),
    // Two pixels and a bit are a tenth of its side: it is past that in the second frame.
    onset: 2,
    depth: 1,
    reachedAt: 1,
  })
  expect(clip.objectMasks).toMatchObject([{ object: 'ball', pixels: radius }])
  expect(scene.collisions).toEqual([{ frame: 1, objects: ['driver', 'ball'] }])
  expect(scene.pairs).toEqual([
    {
      without: 'driver',
      excluded: null,
      affected: [{ object: 'ball', sourceFrame: 1, outputFrame: 1, laterAlso: [] }],
      unaffected: [],
      truth: { ball: places(24, 0) },
    },
  ])
})

test('what is there is kept', async () => {
  const { out, manifest } = await made('kept')
  const again = await prepare({ adapter: 'physics', dataset, protocol: smallProtocol, out })
  expect(again.kept).toBe(2)
  expect((await readManifest(again.manifest)).clips).toEqual(manifest.clips)
})

test('a window that begins after the hit has no truth; a protocol that resamples has no probe', async () => {
  const window = { frames: 3, start: 2, fps: 6 } as const
  const late = await made('late', changed(smallProtocol, { id: 'late', window }))
  expect(late.manifest.clips[0].pairs).toMatchObject([{ without: 'driver' }])
  expect(late.manifest.clips[0].pairs![0]).not.toHaveProperty('reference')
  const scene = await sceneOf(late.manifest)
  expect(scene).toMatchObject({ sourceFrames: [2, 3, 4], collisions: [], pairs: [{ affected: [], truth: null }] })
  const resampled = { frames: 4, start: 0, fps: 6, resample: 'whole' } as const
  const spread = await made('spread', changed(smallProtocol, { id: 'spread', window: resampled }))
  expect(spread.manifest.clips[0]).not.toHaveProperty('pairs')
})

test('a motion that cannot be read is a warning, and the clip is one all the same', async () => {
  const path = join(dataset, 'a', 'motion.json')
  try {
    for (const text of [
      '{',
      JSON.stringify({ ...motion, driver: '../x' }),
      JSON.stringify({ ...motion, collisions: [{ frame: 1, bodies: ['driver', 'ghost'] }] }),
    ]) {
      await writeFile(path, text)
      const { clips, warnings } = await prepare({
        adapter: 'physics',
        dataset,
        protocol: smallProtocol,
        out: join(root, 'odd'),
        overwrite: true,
      })
      expect(clips).toBe(2)
      expect(warnings).toContainEqual({ clip: 'a', message: expect.stringMatching(/^no probe: .*motion\.json/) })
    }
  } finally {
    await writeFile(path, JSON.stringify(motion))
  }
})

test('a true video of another length is that clip’s failure', async () => {
  const path = join(dataset, 'a', 'without_driver', 'video.mkv')
  await rm(path)
  await writeLossless(path, { pixels: pattern({ frames: 5 }), fps: 6 })
  const { failures } = await prepare({ adapter: 'physics', dataset, protocol: smallProtocol, out: join(root, 'short') })
  expect(failures).toMatchObject([{ clip: 'a', reason: 'too-few-frames' }])
})
