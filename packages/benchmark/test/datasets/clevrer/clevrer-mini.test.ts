import { join } from 'node:path'
import { readJson } from '@kinemetric/files'
import { probeSceneSchema } from '@kinemetric/records'
import { contiguous, type FrameArray, hashFrames, readFrames } from '@kinemetric/video'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { hasShared, sharedPath } from '../../../../../test/shared.ts'
import { type Manifest, prepare, type Preparation, readManifest } from '../../../src/index.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

// Scenes that are drawn and simulated, in CLEVRER's files; what is expected here is what their README says of them, and for masks what numpy finds in the same
// files. Pixels are counted, so everything is exact.
const mini = ['data', 'clevrer-mini'] as const
const out = await temporaryFolder()
const other = await temporaryFolder()

const reportSchema = z.object({
  scenes: z.record(
    z.string(),
    z.looseObject({
      window: z.looseObject({ controlArea: z.record(z.string(), z.array(z.number())) }).nullable(),
    }),
  ),
})

describe.skipIf(!hasShared(...mini))('CLEVRER in its own files', () => {
  let result: Preparation
  let report: z.infer<typeof reportSchema>
  let manifest: Manifest

  beforeAll(async () => {
    result = await prepare({
      adapter: 'clevrer',
      dataset: sharedPath(...mini),
      protocol: 'clevrer-320x448',
      out,
      options: { masksAt: '0,12' },
    })
    report = await readJson(join(out, 'prepare.json'), reportSchema)
    manifest = await readManifest(result.manifest)
  }, 120_000)

  const scene = (number: number) => report.scenes[`video_${number}`]
  const window = (number: number): Readonly<Record<string, unknown>> => scene(number).window ?? {}
  const line = (number: number) => manifest.clips.find(({ id }) => id === `video_${number}`)!

  test('every scene is told of; the one without a window is no clip, and no failure', () => {
    expect(Object.keys(report.scenes)).toHaveLength(8)
    expect(manifest.clips.map(({ id }) => id)).toEqual([0, 1, 2, 4, 5, 6, 7].map((n) => `video_1490${n}`))
    expect(result.failures).toEqual([])
    expect(scene(14903)).toMatchObject({
      window: null,
      firstCollision: null,
      collisions: [],
      validStarts: [null, null, 0],
    })
  })

  test.each([
    [14900, { 2: 24 }, [[45, 0, 2]], 11],
    [
      14901,
      { 4: 35 },
      [
        [41, 0, 4],
        [45, 0, 1],
        [49, 1, 2],
      ],
      17,
    ],
    [
      14902,
      { 2: 20, 3: 34 },
      [
        [47, 0, 2],
        [63, 0, 3],
      ],
      16,
    ],
    [14903, { 2: 15 }, [], undefined],
    [
      14904,
      { 1: 25, 2: 27 },
      [
        [50, 1, 2],
        [74, 0, 1],
      ],
      13,
    ],
    [
      14905,
      { 3: 27 },
      [
        [18, 0, 1],
        [40, 2, 3],
      ],
      8,
    ],
    [
      14906,
      { 3: 2 },
      [
        [17, 1, 3],
        [23, 1, 2],
      ],
      0,
    ],
    [
      14907,
      { 2: 2, 3: 28 },
      [
        [3, 0, 2],
        [42, 1, 3],
      ],
      1,
    ],
  ])('%i: who enters when, what collides, where the window begins', (number, enters, collisions, start) => {
    expect(scene(number)).toMatchObject({ enters, collisions })
    expect(window(number).start).toBe(start)
  })

  test('depth goes with the force, along the chain and never to who is not hit', () => {
    expect(window(14901)).toMatchObject({
      drivers: [4],
      uncontrolled: [0, 1, 2, 3],
      depth: { 0: 1, 1: 2, 2: 3, 4: 0 },
      reachedAt: { 0: 41, 1: 45, 2: 49, 4: 17 },
    })
    expect(window(14905)).toMatchObject({ depth: { 2: 1, 3: 0 }, uncontrolled: [0, 1, 2] })
    expect(window(14901).moved).toMatchObject({ 3: null })
  })

  test('pairs: what each driver reaches, what is excluded, and what happens without it', () => {
    expect(window(14902).pairs).toEqual({
      2: {
        affected: { 0: { sourceFrame: 47, outputFrame: 8 } },
        unaffected: [1],
        collisionsWithout: expect.any(Array),
      },
      3: {
        affected: { 0: { sourceFrame: 63, outputFrame: 12 } },
        unaffected: [1],
        collisionsWithout: [[47, 0, 2]],
      },
    })
    expect(window(14902).pairs).toMatchObject({ 2: { collisionsWithout: [] } })
    expect(window(14904).pairs).toMatchObject({
      1: { excluded: expect.stringContaining('driver 2') },
      2: { excluded: expect.stringContaining('driver 1') },
    })
    expect(window(14900).pairs).toEqual({
      2: { affected: { 0: { sourceFrame: 45, outputFrame: 9 } }, unaffected: [1] },
    })
  })

  test('bad proposals are counted: missing, twice, a speck, a wrong colour', () => {
    expect(scene(14907)).toMatchObject({
      validStarts: [0, 2, 3],
      unmatchedProposals: [29, 30, 31].map((frame) => [frame, 'cyan', 'metal', 'cube']),
      repeatedProposals: [
        [5, 2],
        [9, 2],
        [45, 3],
      ],
      missingWhileInside: [
        [29, 1],
        [30, 1],
        [31, 1],
        [49, 3],
        [50, 3],
        [51, 3],
      ],
    })
  })

  test('masks, native, and tracks in the cropped frames, to the pixel', () => {
    // By numpy from the same file.
    expect(scene(14900).masks).toEqual(
      [0, 12].flatMap((frame) => [
        { frame, object: 0, area: 1720, bbox: [231, 129, 40, 43], centroid: [250.5, 150] },
        { frame, object: 1, area: 1652, bbox: [358, 227, 46, 47], centroid: [380.0139225181598, 250] },
      ]),
    )
    expect(window(14900)).toMatchObject({ delta: { 0: 0.1 * Math.sqrt(1720), 1: 0.1 * Math.sqrt(1652) } })
    expect(window(14900).tracks).toMatchObject({ 1: Array.from({ length: 14 }, () => [364.0139225181598, 250]) })
  })

  test('the control signal is drivers in their colours on black, as large as the report says', async () => {
    const { control } = line(14902)
    expect(control).toMatchObject({ type: 'rgb', count: 14 })
    const { pixels } = await readFrames(join(manifest.root, control!.dir))
    expect(pixels.shape).toEqual([14, 320, 448, 3])
    const areas = scene(14902).window!.controlArea
    // Driver 2 comes first, and is red; 3 is green.
    expect(countColour(pixels, [255, 0, 0])).toEqual(areas[2])
    expect(countColour(pixels, [0, 255, 0])).toEqual(areas[3])
    const black = countColour(pixels, [0, 0, 0])
    expect(black.map((count, t) => count + areas[2][t] + areas[3][t])).toEqual(
      Array.from({ length: 14 }, () => 320 * 448),
    )
    expect(Math.max(...areas[3])).toBeGreaterThan(1000)
  })

  test('pairs: the control signal without one driver, whose colour is gone; none where drivers collide', async () => {
    expect(manifest.clips.map(({ id, pairs = [] }) => [id, pairs.map(({ without }) => without)])).toEqual([
      ['video_14900', ['2']],
      ['video_14901', ['4']],
      ['video_14902', ['2', '3']],
      ['video_14904', []],
      ['video_14905', ['3']],
      ['video_14906', ['3']],
      ['video_14907', ['2', '3']],
    ])
    const areas = scene(14902).window!.controlArea
    const none = Array.from({ length: 14 }, () => 0)
    for (const { without, id, control, reference } of line(14902).pairs!) {
      expect(id).toBe(`video_14902.without-${without}`)
      expect(control).toMatchObject({ type: 'rgb', source: 'proposals', count: 14 })
      expect(reference).toBeUndefined()
      const { pixels } = await readFrames(join(manifest.root, control.dir))
      expect(pixels.shape).toEqual([14, 320, 448, 3])
      expect(countColour(pixels, [255, 0, 0])).toEqual(without === '2' ? none : areas[2])
      expect(countColour(pixels, [0, 255, 0])).toEqual(without === '3' ? none : areas[3])
    }
    // Of a clip with one driver nothing is left.
    const [alone] = line(14900).pairs!
    const { pixels } = await readFrames(join(manifest.root, alone.control.dir))
    expect(countColour(pixels, [0, 0, 0])).toEqual(Array.from({ length: 14 }, () => 320 * 448))
  })

  test('frames are those of the video: every 4th, not scaled, 16 columns off', async () => {
    const clip = line(14900)
    expect(clip).toMatchObject({
      fps: 6.25,
      window: { start: 11, stride: 4, count: 14 },
      geometry: { native: [320, 480], resize: [320, 480], crop: { top: 0, left: 16, height: 320, width: 448 } },
    })
    const video = join(sharedPath(...mini), 'video_validation/video_14000-15000/video_14900.mp4')
    const { pixels } = await readFrames(video, { window: { start: 11, stride: 4, count: 14 } })
    expect(clip.reference?.framesSha256).toBe(hashFrames(contiguous(pixels.lo(0, 0, 16, 0).hi(14, 320, 448, 3))))
  })

  test('objects that nothing controls have their masks of every frame, at the clip size', async () => {
    const { objectMasks = [] } = line(14900)
    expect(objectMasks).toMatchObject([
      { object: 'blue rubber cube', sourceFrame: 11, pixels: 1720, frames: { count: 14 } },
      { object: 'green metal sphere', sourceFrame: 11, frames: { count: 14 } },
    ])
    const { pixels } = await readFrames(join(manifest.root, objectMasks[0].path))
    expect([pixels.get(0, 129, 215, 0), pixels.get(0, 128, 215, 0), pixels.get(0, 129, 214, 0)]).toEqual([255, 0, 0])
  })

  test('what probes need lies beside the clip', async () => {
    const { assets = {} } = line(14902)
    const told = await readJson(join(manifest.root, assets['probe-scene.json'].path), probeSceneSchema)
    expect(told.objects.map(({ id, role, colour, mask }) => ({ id, role, colour, mask }))).toEqual([
      { id: '0', role: 'uncontrolled', colour: null, mask: 'red metal sphere' },
      { id: '1', role: 'uncontrolled', colour: null, mask: 'cyan rubber cube' },
      { id: '2', role: 'driver', colour: [255, 0, 0], mask: null },
      { id: '3', role: 'driver', colour: [0, 255, 0], mask: null },
    ])
    expect(told.pairs.map(({ without, affected }) => [without, affected[0].laterAlso])).toEqual([
      ['2', ['3']],
      ['3', []],
    ])
    // Without driver 3 the sphere is hit by 2 all the same: up to then both stories are one, to the rounding of places.
    const [, pair] = told.pairs
    const [sphere] = told.objects
    for (let t = 0; t < 12; t++)
      for (const axis of [0, 1]) {
        const moved = sphere.track[t]![axis] - sphere.track[0]![axis]
        const without = pair.truth!['0'][t]![axis] - pair.truth!['0'][0]![axis]
        expect(Math.abs(moved - without)).toBeLessThan(1)
      }
  })

  test('the other release of the same masks gives the same scene; scenes that it does not have are failures', async () => {
    const masks = sharedPath(...mini, 'processed_proposals')
    const again = await prepare({
      adapter: 'clevrer',
      dataset: sharedPath(...mini),
      protocol: 'clevrer-320x448',
      out: other,
      options: { masks, masksAt: '0,12' },
    })
    expect(again.clips).toBe(1)
    expect(again.failures).toHaveLength(7)
    const { scenes } = await readJson(join(other, 'prepare.json'), reportSchema)
    expect(scenes.video_14900).toEqual(scene(14900))
  })
})

function countColour(pixels: FrameArray, [red, green, blue]: readonly [number, number, number]): number[] {
  const { data, shape } = contiguous(pixels)
  const size = shape[1] * shape[2]
  return Array.from({ length: shape[0] }, (_, t) => {
    let count = 0
    for (let i = t * size; i < (t + 1) * size; i++)
      if (data[3 * i] === red && data[3 * i + 1] === green && data[3 * i + 2] === blue) count++
    return count
  })
}
