import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { frameArray, writePreview } from '@kinemetric/video'
import { beforeAll, describe, expect, test } from 'vitest'
import { findProtocol, planPreparation, prepare, type Preparation, type Protocol } from '../../../src/index.ts'
import { changed } from '../../small-benchmark.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { annotationOf, type DrawnBody, entering, frames, proposalsOf, resting } from './small-scene.ts'

const bodies: DrawnBody[] = [
  { color: 'red', at: resting(150, 100) },
  { color: 'blue', at: entering(20, 100) },
]
/** The blue cube comes in at frame 30 and is at 130 from frame 62.5 on, where it touches the red one. */
const collisions = [[62, 0, 1]] as const

const folder = await temporaryFolder()
const out = await temporaryFolder()
const archives = await temporaryFolder()
const alone = await temporaryFolder()

async function writeVideo(path: string, count: number): Promise<void> {
  const size = 320 * 480 * 3
  const data = new Uint8Array(count * size)
  for (let i = 0; i < data.length; i++) data[i] = (i >> 9) & 127
  await writePreview(path, { pixels: frameArray(data, count, 320, 480), fps: 25 })
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

async function scene(number: number, change: { annotation?: unknown; masks?: unknown; video?: number }) {
  const { annotation = annotationOf(number, bodies, collisions), masks = proposalsOf(number, bodies) } = change
  if (annotation !== null) await writeFile(join(folder, 'a', `annotation_${number}.json`), text(annotation))
  if (masks !== null) await writeFile(join(folder, 'derender_proposals', `proposal_${number}.json`), text(masks))
  if (change.video !== 0) await writeVideo(join(folder, `video_${number}.mp4`), change.video ?? frames)
}

describe('one broken file is one clip', () => {
  let result: Preparation

  beforeAll(async () => {
    await mkdir(join(folder, 'a'))
    await mkdir(join(folder, 'derender_proposals'))
    await scene(1, {})
    await scene(2, { annotation: '{"scene_index": 2, "object_prop', video: 0 })
    await scene(3, { video: 127 })
    await scene(4, { masks: null, video: 0 })
    await scene(5, { video: 0 })
    const annotation = annotationOf(6, bodies, collisions)
    annotation.motion_trajectory.pop()
    await scene(6, { annotation, video: 0 })
    const masks = proposalsOf(7, bodies, (frame, found) =>
      found.map((each) => ({ ...each, mask: { ...each.mask, counts: frame === 30 ? '0' : each.mask.counts } })),
    )
    await scene(7, { masks, annotation: annotationOf(7, bodies, collisions) })
    const other = proposalsOf(8, bodies, (_, found) =>
      found.map((each) => ({ ...each, mask: { ...each.mask, size: [240, 640] } })),
    )
    await scene(8, { masks: other })
    await scene(9, { annotation: annotationOf(9, [...bodies, bodies[0]], []), video: 0 })
    await scene(10, { annotation: annotationOf(10, bodies, [[50, 0, 7]]), video: 0 })
    await scene(11, { masks: proposalsOf(12, bodies), annotation: annotationOf(11, bodies, collisions) })
    result = await prepare({
      adapter: 'clevrer',
      dataset: folder,
      protocol: 'clevrer-320x448',
      out,
      options: { start: 'first' },
    })
  }, 180_000)

  test.each([
    ['video_00002', 'JSON'],
    ['video_00003', 'video_3.mp4: expected 128 frames'],
    ['video_00004', 'file of masks (derender_proposals)'],
    ['video_00005', 'one video'],
    ['video_00006', '128 frames, each once'],
    ['video_00007', 'proposal_7.json: expected runs of 153600 pixels'],
    ['video_00008', '240×640'],
    ['video_00009', 'with red rubber cube'],
    ['video_00010', 'one of object 7'],
  ])('%s: %s', (clip, message) => {
    expect(result.failures).toContainEqual(expect.objectContaining({ clip, message: expect.stringContaining(message) }))
  })

  test('the others are clips; masks that say they are of another video are told of', () => {
    expect(result.failures).toHaveLength(9)
    expect(result.clips).toBe(2)
    expect(result.warnings).toContainEqual({ clip: 'video_00011', message: expect.stringContaining('of 12') })
  })
})

function prepared(
  dataset: string,
  options = {},
  protocol: string | Protocol = 'clevrer-320x448',
): Promise<Preparation> {
  return prepare({ adapter: 'clevrer', dataset, protocol, out: join(dataset, 'out'), options })
}

describe('folders that are no CLEVRER', () => {
  test('archives are named', async () => {
    await writeFile(join(archives, 'video_validation.zip'), '')
    await expect(prepared(archives)).rejects.toMatchObject({
      code: 'bad-dataset',
      expected: expect.stringContaining('annotation_00000.json'),
      found: expect.stringContaining('video_validation.zip'),
    })
  })

  test('annotations without masks; masks that are in no such folder; a protocol that takes every frame', async () => {
    await writeFile(join(alone, 'annotation_00001.json'), JSON.stringify(annotationOf(1, bodies, collisions)))
    await expect(prepared(alone)).rejects.toMatchObject({
      code: 'bad-dataset',
      expected: expect.stringContaining('masks'),
    })
    await expect(prepared(alone, { masks: 'nowhere' })).rejects.toMatchObject({ code: 'bad-option', found: 'nowhere' })
    await expect(prepared(alone, {}, 'as-is')).rejects.toMatchObject({ code: 'bad-protocol' })
  })

  test.each([
    [{ masksAt: '0,x' }, '--masks-at: expected a whole number from 0 to 127, found "x"'],
    [{ masksAt: '0,128' }, '--masks-at: expected a whole number from 0 to 127, found "128"'],
    [{ collisionInWindow: 'yes' }, '--collision-in-window: expected true or false, found "yes"'],
    [{ seed: '-1' }, '--seed: expected a whole number from 0, found "-1"'],
    [{ seed: '' }, '--seed: expected a whole number from 0, found ""'],
    [{ stride: '-3' }, '--stride: expected a whole number from 1 to 128, found "-3"'],
  ])('an option with another value is refused with those that it has: %j', async (options, found) => {
    await expect(prepared(alone, options)).rejects.toMatchObject({ code: 'bad-option', found })
  })

  const { window: usual } = findProtocol('clevrer-320x448').identity

  test.each([
    [{ frames: 14, start: 0, fps: null, resample: 'whole' }, 'window.resample whole'],
    [{ ...usual, fps: 6, resample: 'nearest' }, 'window.resample nearest'],
    [{ ...usual, start: 3 }, 'window.start 3'],
  ] as const)(
    'a protocol that would take other frames than the windows’ is refused, planned or prepared: %j',
    async (window, found) => {
      const protocol = changed(findProtocol('clevrer-320x448'), { id: 'mine', window })
      const refused = {
        code: 'bad-protocol',
        where: 'mine',
        expected: /^windows from frame 0 on, not resampled/,
        found,
      }
      await expect(prepared(alone, {}, protocol)).rejects.toMatchObject(refused)
      const plan = planPreparation({ adapter: 'clevrer', dataset: alone, protocol })
      await expect(plan).rejects.toMatchObject(refused)
    },
  )
})
