import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { frameArray, type FrameArray, writeLossless, writePngFolder } from '@kinemetric/video'
import { expect, onTestFinished, test } from 'vitest'
import { rateWarning } from '../src/clips/side-warning.ts'
import { evaluate } from '../src/evaluate.ts'

/** Frames [3, 16, 20, 3] that differ by seed. */
function frames(seed: number): FrameArray {
  const data = Uint8Array.from({ length: 3 * 16 * 20 * 3 }, (_, i) => (i * 37 + seed * 101 + (i >> 4)) % 256)
  return frameArray(data, 3, 16, 20)
}

async function sides(): Promise<{ reference: string; generated: string; out: string }> {
  const root = await mkdtemp(join(tmpdir(), 'kinemetric-pairing-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const [reference, generated] = ['reference', 'generated'].map((name) => join(root, name))
  for (const folder of [reference, generated]) await mkdir(folder)
  return { reference, generated, out: join(root, 'results') }
}

const score = ({ reference, generated, out }: Awaited<ReturnType<typeof sides>>) =>
  evaluate({ reference: { folder: reference }, generated, out, metrics: ['psnr'], cache: false })

test('one name in two Unicode forms is one clip: files, folders of frames, run samples', async () => {
  const given = await sides()
  const { reference, generated } = given
  // Ångström, Tiếng Việt, が: composed on one side and decomposed on the other, either way round.
  for (const [seed, name] of ['Ångström', 'Tiếng', 'が'].entries())
    await writeLossless(join(reference, `${name.normalize(seed === 1 ? 'NFD' : 'NFC')}.mkv`), {
      pixels: frames(seed),
      fps: 6,
    })
  await writeLossless(join(generated, `${'Ångström'.normalize('NFD')}.mkv`), { pixels: frames(0), fps: 6 })
  await writePngFolder(join(generated, 'Tiếng'.normalize('NFC')), { pixels: frames(1), fps: undefined })
  const sample = join(generated, 'が'.normalize('NFD'), 's0')
  await writePngFolder(sample, { pixels: frames(2), fps: undefined })
  await writeFile(join(sample, 'item.json'), '{"status":"ok"}')
  const { record } = await score(given)
  expect(record.clips).toMatchObject({ total: 3, scored: 3, failed: 0 })
  expect(record.failures).toEqual([])
  expect(record.scores[0].value).toBe(100)
})

test('two files whose names differ in their form alone are no clip: which is meant cannot be told', async () => {
  const given = await sides()
  for (const form of ['NFC', 'NFD'])
    await writeLossless(join(given.reference, `${'é'.normalize(form)}.mkv`), { pixels: frames(0), fps: 6 })
  for (const folder of [given.reference, given.generated])
    await writeLossless(join(folder, 'a.mkv'), { pixels: frames(1), fps: 6 })
  const { record } = await score(given)
  expect(record.failures).toMatchObject([{ clip: 'é', reason: 'duplicate-reference' }])
})

test('videos further down are passed over by name, and pictures beside videos; never in silence', async () => {
  const given = await sides()
  for (const folder of [given.reference, given.generated]) {
    await writeLossless(join(folder, 'a.mkv'), { pixels: frames(0), fps: 6 })
    await mkdir(join(folder, 'deep', 'er', 'est'), { recursive: true })
    await writeLossless(join(folder, 'deep', 'er', 'b.mkv'), { pixels: frames(1), fps: 6 })
    await mkdir(join(folder, 'notes'))
    await writeFile(join(folder, 'notes', 'readme.txt'), 'nothing to see')
    await writeFile(join(folder, 'poster.png'), 'x')
  }
  const { record } = await score(given)
  expect(record.warnings).toEqual(
    ['reference', 'generated'].flatMap((side) => [
      expect.stringMatching(`^${side} folder: 1 subfolders passed over: deep \\(`),
      expect.stringMatching(`^${side} folder: 1 single images passed over: poster.png \\(`),
    ]),
  )
})

test('folders of single images are scored, each image a clip of one frame', async () => {
  const given = await sides()
  await writePngFolder(given.reference, { pixels: frames(0), fps: undefined })
  await writePngFolder(given.generated, { pixels: frames(0), fps: undefined })
  const { record } = await score(given)
  expect(record.clips).toMatchObject({ total: 3, scored: 3 })
  expect(record.scores[0].value).toBe(100)
  expect(record.warnings).toContain('reference folder: 3 single images, each taken for a clip of one frame')
})

test('other rates on the two sides are told once, with the number of clips and five names', async () => {
  const given = await sides()
  for (let i = 0; i < 7; i++) {
    await writeLossless(join(given.reference, `c${i}.mkv`), { pixels: frames(i), fps: 12 })
    await writeLossless(join(given.generated, `c${i}.mkv`), { pixels: frames(i), fps: 24 })
  }
  const { record } = await score(given)
  expect(record.warnings).toEqual([
    '7 clips (c0, c1, c2, c3, c4 and 2 more): generated: 24 frames a second, 12 in the reference; frames are paired one by one all the same (c0)',
  ])
})

test('30 and 29.97 are one rate, and none is no other one', () => {
  expect(rateWarning(30, 30000 / 1001)).toBeUndefined()
  expect(rateWarning(undefined, 12)).toBeUndefined()
  expect(rateWarning(12, null)).toBeUndefined()
  expect(rateWarning(25, 24)).toMatchObject({ code: 'frame-rate' })
})

test('no failure of a record names a folder of this machine', async () => {
  const given = await sides()
  for (const name of ['a', 'b', 'c'])
    await writeLossless(join(given.reference, `${name}.mkv`), { pixels: frames(0), fps: 6 })
  await mkdir(join(given.generated, 'a', 's0'), { recursive: true })
  await mkdir(join(given.generated, 'b', 's0'), { recursive: true })
  await writeFile(join(given.generated, 'b', 's0', 'item.json'), '{"status":"failed"}')
  await writeFile(join(given.generated, 'c.mkv'), 'no video')
  await writeLossless(join(given.generated, 'other.mkv'), { pixels: frames(0), fps: 6 })
  const { record } = await score(given)
  expect(record.failures.map(({ clip }) => clip).sort()).toEqual(['a', 'b', 'c', 'other'])
  expect(JSON.stringify(record)).not.toContain(given.generated)
  expect(JSON.stringify(record)).not.toContain(given.reference)
})

/** Frames [2, 10, 40, 3] of one level. */
function small(level: number): FrameArray {
  return frameArray(new Uint8Array(2 * 10 * 40 * 3).fill(level), 2, 10, 40)
}

test('frames too small for the window of one metric are measured by the others', async () => {
  const given = await sides()
  await writeLossless(join(given.reference, 'a.mkv'), { pixels: small(100), fps: 6 })
  await writeLossless(join(given.generated, 'a.mkv'), { pixels: small(110), fps: 6 })
  const { reference, generated, out } = given
  const metrics = ['psnr', 'ssim', 'ssim:uniform-7', 'ms-ssim']
  const { record } = await evaluate({ reference: { folder: reference }, generated, out, metrics, cache: false })
  const value = (recipe: string) => record.scores.find((score) => score.recipe === recipe)?.value
  // Ten levels everywhere: 20 log10(255 / 10), and of SSIM the term of the means alone.
  expect(value('frame-mean')).toBeCloseTo(20 * Math.log10(25.5), 10)
  const c1 = (0.01 * 255) ** 2
  expect(value('uniform-7')).toBeCloseTo((2 * 100 * 110 + c1) / (100 ** 2 + 110 ** 2 + c1), 10)
  expect(record.failures).toEqual([
    {
      clip: 'a',
      reason: 'metric-failed',
      message: expect.stringMatching(/^ssim: expected frames of at least 11x11 .* window .*, found 10x40$/),
    },
    { clip: 'a', reason: 'metric-failed', message: expect.stringMatching(/^ms-ssim: .*found 10x40$/) },
  ])
})
