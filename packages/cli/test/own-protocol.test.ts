import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writePngFolder } from '@kinemetric/video'
import { beforeAll, expect, test } from 'vitest'
import { here } from './here.ts'
import { temporaryFolder } from './kinemetric.ts'
import { pattern, writeVideo } from './small-videos.ts'

// A protocol of one's own from its first line to a record, and clips that are held against nothing.
const cwd = await temporaryFolder()
const read = async (...path: string[]) => readFile(join(cwd, ...path), 'utf8')
const run = (...words: string[]) => here([...words, '--quiet'], cwd)
const manifest = ['--manifest', 'prepared/manifest.jsonl'] as const

interface Draft {
  id: string
  window: Record<string, unknown>
  geometry: Record<string, unknown>
  metrics: unknown[]
}

/** Writes the protocol with these changes to mine.json. */
async function write(changes: Partial<Draft>): Promise<void> {
  const { stdout } = await here(['protocol', 'init', '--id', 'mine'], cwd)
  const draft: Draft = JSON.parse(stdout)
  await writeFile(join(cwd, 'mine.json'), JSON.stringify({ ...draft, ...changes }))
}

const small = {
  window: { frames: 4, start: 0, fps: 3 },
  geometry: { size: [32, 48] },
  metrics: [{ metric: 'psnr', recipe: 'frame-mean' }],
}

beforeAll(async () => {
  await writeVideo(join(cwd, 'videos'), 'one', { frames: 9 })
  await writeVideo(join(cwd, 'videos'), 'two', { frames: 9, phase: 2 })
  await writeVideo(join(cwd, 'videos'), 'short', { frames: 3 })
  await write(small)
})

test('protocol init prints a protocol that protocol check takes; a wrong one is refused at its field', async () => {
  expect(await here(['protocol', 'check', 'mine.json'], cwd)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^mine@1: a protocol \(digest [0-9a-f]{12}\)\n$/),
  })
  await write({ ...small, metrics: [{ metric: 'pnsr', recipe: 'frame-mean' }] })
  expect(await here(['protocol', 'check', 'mine.json'], cwd)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/mine\.json: metrics\.0\.metric: expected one of psnr/),
  })
  await write({ ...small, window: { frames: 4, fps: 3, stride: 2 } })
  expect(await run('prepare', 'folder', 'videos', '--protocol', 'mine.json', '--out', 'no')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/mine\.json: window\.stride: expected either fps or stride, found both/),
  })
  await write(small)
})

test('a folder that was prepared otherwise is refused, with the option that helps and no other', async () => {
  const prepare = ['prepare', 'folder', 'videos', '--out', 'twice', '--protocol']
  expect((await run(...prepare, 'mine.json')).code).toBe(1)
  const { code, stderr } = await run(...prepare, 'as-is')
  expect(code).toBe(2)
  expect(stderr).toMatch(/twice: expected an empty folder or one prepared from .*--overwrite, which makes it anew\n$/)
})

test('clips are cut as it says, run and scored; what does not fit fails by name', async () => {
  const prepared = await run('prepare', 'folder', 'videos', '--protocol', 'mine.json', '--out', 'prepared')
  expect(prepared).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/short: .*too-few-frames: .*expected at least 7 frames \(4 at stride 2\), found 3/),
  })
  const [line] = (await read('prepared', 'manifest.jsonl')).split('\n')
  expect(JSON.parse(line)).toMatchObject({
    protocol: { id: 'mine', version: 1 },
    window: { start: 0, stride: 2, count: 4 },
    geometry: { target: [32, 48] },
  })
  expect(await run('run', 'static', ...manifest, '--out', 'gen')).toMatchObject({ code: 0 })
  const scored = await run('score', ...manifest, '--generated', 'gen', '--out', 'results')
  expect(scored).toMatchObject({ code: 0, stderr: '' })
  const record = JSON.parse(await read('results', 'mine', 'static.json'))
  expect(record).toMatchObject({ protocol: { id: 'mine', size: [32, 48], frames: 4 }, scores: [{ metric: 'psnr' }] })
})

test('other metrics need no other clips, and another window is no longer these', async () => {
  await write({ ...small, metrics: [{ metric: 'ssim', recipe: 'gaussian-valid' }] })
  const again = await run('prepare', 'folder', 'videos', '--protocol', 'mine.json', '--out', 'prepared')
  expect(again.stdout).toMatch(/2 of \d clips \(2 were there\)/)
  const given = ['--protocol', 'mine.json', '--overwrite'] as const
  const scored = await run('score', ...manifest, '--generated', 'gen', '--out', 'results', ...given)
  expect(scored.code).toBe(0)
  expect(JSON.parse(await read('results', 'mine', 'static.json'))).toMatchObject({ scores: [{ metric: 'ssim' }] })
  await write({ ...small, window: { frames: 3, fps: 3 } })
  expect(await run('score', ...manifest, '--generated', 'gen', '--out', 'results', ...given)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/as protocol\.json beside it has it, found another window or size/),
  })
  expect(await run('prepare', 'folder', 'videos', '--protocol', 'mine.json', '--out', 'prepared')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('under mine'),
  })
})

test('prompts are run, and what needs a reference fails by name, in the record too', async () => {
  await write(small)
  await writePngFolder(join(cwd, 'pictures'), { pixels: pattern({ frames: 2 }), fps: undefined })
  await writeFile(join(cwd, 'captions.csv'), 'name,caption\nframe_0000,a wave\nframe_0001,"a wave, later"\n')
  const words = ['--protocol', 'mine.json', '--prompts', '--captions', 'captions.csv', '--out', 'prompts'] as const
  expect(await run('prepare', 'folder', 'pictures', ...words)).toMatchObject({ code: 0, stderr: '' })
  const of = ['--manifest', 'prompts/manifest.jsonl'] as const
  expect(await run('run', 'static', ...of, '--out', 'made')).toMatchObject({ code: 0 })
  expect(await run('run', 'blurred-reference', ...of, '--out', 'none')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/expected a clip with a reference.*found a prompt, which has none/),
  })
  const scored = await run('score', ...of, '--generated', 'made', '--out', 'blind')
  expect(scored.code).toBe(1)
  expect(scored.stderr).toMatch(/2 of 2 clips are prompts: what needs a reference has no value for them/)
  expect(JSON.parse(await read('blind', 'mine', 'static.json'))).toMatchObject({
    clips: { total: 2, scored: 0, failed: 2 },
    failures: [
      { clip: 'frame_0000', reason: 'missing-reference', message: expect.stringContaining('found a prompt') },
      { clip: 'frame_0001', reason: 'missing-reference' },
    ],
    warnings: [expect.stringContaining('prompts')],
  })
})

test('frames of folders are taken at the rate that is said of them, or what was assumed stands in the record', async () => {
  await write(small)
  await writePngFolder(join(cwd, 'frames', 'one'), { pixels: pattern({ frames: 9 }), fps: undefined })
  const words = ['prepare', 'folder', 'frames', '--protocol', 'mine.json'] as const
  const assumed = /1 of 1 clips are folders of frames, and nothing says their rate: .* protocol's 3 a second/
  const silent = await run(...words, '--out', 'assumed')
  expect(silent).toMatchObject({ code: 0, stderr: expect.stringMatching(assumed) })
  expect(await read('assumed', 'prepare.json')).toMatch(assumed)
  expect(await run(...words, '--fps', '6', '--out', 'said')).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(await read('said', 'manifest.jsonl'))).toMatchObject({ source: { fps: 6 }, window: { stride: 2 } })
  const told = expect.stringMatching(
    /^manifest: 1 of 1 clips .* say no rate: their frames were taken as at the protocol's 3 a/,
  )
  for (const [folder, warnings] of [
    ['assumed', [told]],
    ['said', []],
  ] as const) {
    const of = ['--manifest', `${folder}/manifest.jsonl`] as const
    await run('run', 'static', ...of, '--out', `${folder} made`)
    expect((await run('score', ...of, '--generated', `${folder} made`, '--out', `${folder} scores`)).code).toBe(0)
    const record = JSON.parse(await read(`${folder} scores`, 'mine', 'static.json'))
    expect(record.warnings ?? []).toEqual(warnings)
  }
  // References that are a folder, without a preparation.
  const direct = [
    '--reference',
    'frames',
    '--protocol',
    'mine.json',
    '--generated',
    'assumed made',
    '--out',
    'direct',
  ] as const
  expect(await run('score', ...direct)).toMatchObject({ code: 0, stderr: expect.stringMatching(assumed) })
})

test('a name that no protocol can have is refused before a protocol is printed', async () => {
  expect(await here(['protocol', 'init', '--id', 'a b/c'], cwd)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/--id: expected a name of small letters, .*, found "a b\/c"/),
  })
})
