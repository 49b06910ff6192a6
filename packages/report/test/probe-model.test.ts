import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProbeObjectRow, ProbePage, ProbePairRow, RecordMedia } from '@kinemetric/records'
import { afterAll, expect, test } from 'vitest'
import type { MediaCopy } from '../src/site-model/clip-media.ts'
import { probeModels } from '../src/site-model/probe-model.ts'
import { objectWords, pairWords } from '../src/site-model/probe-words.ts'
import type { VideoModel } from '../src/site-model/site-model.ts'
import { Slugs } from '../src/site-model/slug.ts'

const still = { moved: false, onset: null, onsetError: null, directionError: null, speedRatio: null, pathError: 1 }
const object: ProbeObjectRow = {
  object: '1',
  name: 'red cube',
  delta: 4,
  depth: 1,
  moved: true,
  onset: 5,
  truth: [[1, 2], null],
  generated: { ...still, moved: true, onset: 6, onsetError: 1 / 6, directionError: 12.4 },
  tracked: still,
  track: [
    [1.04, 2],
    [3, 4.06],
  ],
}
const pair: ProbePairRow = {
  without: '2',
  driver: '<b>stick</b>',
  object: '1',
  name: 'red cube',
  delta: 4,
  kind: 'affected',
  reach: 4,
  known: true,
  generated: { effect: 12.34, responds: true, earlyLeak: 0.2, rightDirection: true },
  tracked: { effect: 0, responds: false, earlyLeak: null, rightDirection: null },
  track: [[5, 6], null],
  truth: [
    [1, 2],
    [1, 2],
  ],
}

test('says of each object what should happen and what does', () => {
  const words = (changes: Partial<ProbeObjectRow>, fps: number | null = 6) =>
    objectWords({ ...object, ...changes }, fps)
  expect(words({})).toEqual({
    object: 'red cube',
    should: 'is reached by a driver; moves from frame 5',
    does: 'moves from frame 6 (0.17 s late), 12° off',
    right: true,
  })
  expect(words({ generated: { ...object.generated, directionError: 90 } }).right).toBe(false)
  expect(words({ depth: 2, generated: still })).toMatchObject({
    should: 'is reached 2 hits after a driver; moves from frame 5',
    does: 'stands still',
    right: false,
  })
  const quiet = { depth: null, moved: false, onset: null }
  expect(words({ ...quiet, generated: still })).toMatchObject({ does: 'stands still', right: true })
  expect(words({ ...quiet, generated: { ...still, moved: true, onset: 3 } })).toMatchObject({
    should: 'nothing reaches it; stands still',
    does: 'moves from frame 3',
    right: false,
  })
  expect(words({ depth: null }).right).toBeNull()
})

test('says of each object of a pair whether it should care, and whether it does', () => {
  expect(pairWords(pair)).toEqual({
    object: 'red cube',
    should: 'does otherwise from frame 4 on',
    does: 'does otherwise (12.3 px apart at most, the right way)',
    right: true,
  })
  const same = { ...pair.generated, responds: false, effect: 1, rightDirection: null }
  expect(pairWords({ ...pair, known: false, generated: same })).toMatchObject({
    should: 'does otherwise from frame 4 on (goes on as before, as far as anybody knows)',
    does: 'does the same (1.0 px apart at most)',
    right: false,
  })
  expect(pairWords({ ...pair, kind: 'unaffected', reach: null })).toMatchObject({
    should: 'does the same',
    right: false,
  })
  expect(pairWords({ ...pair, kind: 'also' }).right).toBeNull()
})

const folder = await mkdtemp(join(tmpdir(), 'kinemetric-probe-model-'))
afterAll(() => rm(folder, { recursive: true, force: true }))
const page: ProbePage = {
  schema: 'kinemetric/probe@1',
  size: [48, 64],
  fps: 6,
  objects: [object],
  pairs: [pair],
  missingPairs: [],
}

function video(role: VideoModel['role'], name: string): VideoModel {
  return {
    role,
    name,
    series: role === 'generated' ? 1 : 0,
    trivial: false,
    src: `${role}.mp4`,
    facts: null,
    tracks: null,
  }
}

async function models(media: RecordMedia['clips'][number]) {
  const record = { media: { clips: [media] } }
  const method = { loaded: { record, folder, name: 'm.json' }, name: 'M', slug: 'm', series: 1, trivial: false }
  const copies: MediaCopy[] = []
  const problems: string[] = []
  const found = await probeModels([method], {
    protocolSlug: 'p',
    slugOf: (clip) => clip,
    videosOf: () => [video('reference', 'Reference'), video('control', 'Control'), video('generated', 'M')],
    pairSlugs: new Slugs(['index']),
    copies,
    problems,
  })
  return { ...found, copies, problems }
}

test('a pair has a page with its videos side by side; files outside of the record and odd ones are left out and told', async () => {
  await mkdir(join(folder, 'media'))
  await writeFile(join(folder, 'media', 'a.probe.json'), JSON.stringify(page))
  await writeFile(join(folder, 'media', 'b.mp4'), 'x')
  const own = [{ without: '2', generated: 'media/b.mp4', control: 'media/b.mp4' }]
  const { byClip, pages, copies, problems } = await models({ clip: 'a', probe: 'media/a.probe.json', pairs: own })
  expect(problems).toEqual([])
  expect(byClip.get('a')?.methods[0].words[0].does).toBe('moves from frame 6 (0.17 s late), 12° off')
  expect(pages).toHaveLength(1)
  expect(pages[0]).toMatchObject({ slug: 'a-without-2', driver: '<b>stick</b>', frames: 2, clip: 'a' })
  expect(pages[0].videos.map(({ name, side }) => [name, side])).toEqual([
    ['Reference', 'with'],
    ['Control', 'with'],
    ['Control without <b>stick</b>', 'without'],
    ['M', 'with'],
    ['M without <b>stick</b>', 'without'],
  ])
  expect(pages[0].videos.at(-1)?.tracks).toEqual({ width: 64, height: 48, points: [[5, 6, 0, 0]], visible: ['10'] })
  expect(copies.map(({ to }) => to)).toEqual([
    'p/media/pairs/control/a-without-2.mp4',
    'p/media/pairs/method-m/a-without-2.mp4',
  ])

  await writeFile(join(folder, 'media', 'odd.probe.json'), JSON.stringify({ ...page, size: 'large' }))
  await symlink('/etc/hostname', join(folder, 'media', 'out.mp4')).catch(() => undefined)
  expect((await models({ clip: 'a', probe: 'media/odd.probe.json' })).problems[0]).toContain(
    "probes of clip 'a' are left out",
  )
  expect((await models({ clip: 'a', probe: '../a.probe.json' })).problems).toHaveLength(1)
  const outside = await models({
    clip: 'a',
    probe: 'media/a.probe.json',
    pairs: [{ without: '2', generated: 'media/out.mp4' }],
  })
  expect(outside.copies).toEqual([])
  expect(outside.problems[0]).toContain('without <b>stick</b> is left out')
})
