import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writePngFolder } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { here } from './here.ts'
import { temporaryFolder } from './kinemetric.ts'
import { discMask, pattern, writeVideo } from './small-videos.ts'

// Clips of one's own, as they are, under names as people give them, with a control signal that was drawn by hand.
const cwd = await temporaryFolder()
const clips = {
  'fidget spinner (1)': { frames: 5, height: 48, width: 64 },
  'ключ – größer': { frames: 7, height: 50, width: 66 },
}
const names = Object.keys(clips).sort()
const run = async (...words: string[]) => {
  const { code, stdout, stderr } = await here(words, cwd)
  expect(stderr).toBe('')
  return { code, stdout }
}

test('clips as they are go from a folder to a record under their own names', async () => {
  const [first, second] = Object.entries(clips)
  await writeVideo(join(cwd, 'my clips'), first[0], first[1])
  await writePngFolder(join(cwd, 'my clips', second[0]), { pixels: pattern(second[1]), fps: undefined })
  await run('prepare', 'folder', 'my clips', '--protocol', 'as-is', '--out', 'pre pared', '--quiet')
  const manifest = join(cwd, 'pre pared', 'manifest.jsonl')
  const lines: { id: string; geometry: { target: number[] }; window: { count: number } }[] = (
    await readFile(manifest, 'utf8')
  )
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.map(({ id }) => id).sort()).toEqual(names)
  const shapes = lines.map(({ id, geometry, window }) => [id, { frames: window.count, ...sizeOf(geometry.target) }])
  expect(Object.fromEntries(shapes)).toEqual(clips)

  const byHand = lines.map((line, i) => ({
    ...line,
    control: { type: 'mask', dir: `hand drawn/${i}`, count: line.window.count },
  }))
  await mkdir(join(cwd, 'pre pared', 'hand drawn'))
  for (const [i, { id }] of lines.entries()) {
    const pixels = discMask(Object.entries(clips).find(([name]) => name === id)?.[1])
    await writePngFolder(join(cwd, 'pre pared', 'hand drawn', String(i)), { pixels, fps: undefined })
  }
  await writeFile(manifest, byHand.map((line) => JSON.stringify(line)).join('\n'))

  await run('run', 'mask-warp', '--manifest', 'pre pared/manifest.jsonl', '--out', 'gen', '--samples', '2', '--quiet')
  for (const [id, { frames }] of Object.entries(clips)) {
    expect((await readdir(join(cwd, 'gen', id))).sort()).toEqual(['s0', 's1'])
    const pictures = Array.from({ length: frames }, (_, t) => `frame_000${t}.png`)
    expect((await readdir(join(cwd, 'gen', id, 's1'))).sort()).toEqual([...pictures, 'item.json'])
  }
  const score = ['score', '--manifest', 'pre pared/manifest.jsonl', '--generated', 'gen', '--out', 'results']
  await run(...score, '--metrics', 'psnr', '--quiet')
  expect(await readFile(join(cwd, 'results', 'as-is', 'mask-warp.json'), 'utf8')).toContain('"mask-warp"')
})

test('labels of one’s own stand beside the record; one class of all clips has its scores, of several samples too', async () => {
  await writeFile(
    join(cwd, 'mine.csv'),
    `video,template,take\n${names.map((name) => `${name}.mp4,A [thing],1\n`).join('')}`,
  )
  const score = [
    'score',
    '--manifest',
    'pre pared/manifest.jsonl',
    '--generated',
    'gen',
    '--out',
    'labelled',
    '--quiet',
  ]
  const metrics = ['psnr', 'psnr:pooled', 'psnr:frame-mean+best-of-2', 'ssim']
  await run(...score, '--metrics', metrics.join(','), '--labels', 'mine.csv')
  const labels = await readFile(join(cwd, 'labelled', 'as-is', 'labels.jsonl'), 'utf8')
  expect(
    labels
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(names.map((clip) => ({ clip, class: 'A [thing]' })))
  const { stdout } = await run('table', 'labelled', '--by', 'class', '--json')
  const { scores } = JSON.parse(await readFile(join(cwd, 'labelled', 'as-is', 'mask-warp.json'), 'utf8'))
  const [{ columns, classes, refused }] = JSON.parse(stdout).protocols
  expect({ classes, refused }).toEqual({ classes: [{ name: 'A [thing]', clips: 2 }], refused: [] })
  expect(columns).toHaveLength(metrics.length)
  for (const { metric, recipe, value, n } of scores) {
    const own = columns.find(
      (each: { metric: string; recipe: string }) => each.metric === metric && each.recipe === recipe,
    )
    expect(own.methods[0].classes).toEqual([expect.objectContaining({ value, n })])
  }
})

const sizeOf = ([height, width]: number[]) => ({ height, width })

test('methods test: lines and exit code for people, JSON for scripts', { timeout: 120_000 }, async () => {
  const { code, stdout } = await run('methods', 'test', 'static', '--folder', 'kept')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^pass {2}frames .*\n/)
  expect(stdout).toMatch(/\nStatic \(frame 0 repeated\): 9 of 9 checks hold \(1 do not apply\)\n$/)
  expect((await readdir(join(cwd, 'kept'))).sort()).toEqual(['clips', 'runs'])
  const full = await here(['methods', 'test', 'static', '--folder', 'kept'], cwd)
  expect(full).toMatchObject({ code: 2, stderr: expect.stringContaining('expected an empty folder, found 2 entries') })

  const spec = {
    id: 'idle',
    version: '1',
    displayName: 'Idle',
    licences: ['MIT'],
    kind: 'process',
    command: [process.execPath, '-e', ''],
    capabilities: { control: 'none' },
    output: { alignment: 'frame' },
    determinism: 'seeded',
    implementationStatus: 'working',
  }
  await mkdir(join(cwd, 'idle'))
  await writeFile(join(cwd, 'idle', 'method.json'), JSON.stringify(spec))
  const idle = await run('methods', 'test', 'idle/method.json', '--json')
  expect(idle.code).toBe(1)
  expect(JSON.parse(idle.stdout)).toMatchObject({
    method: 'idle',
    passed: false,
    checks: expect.arrayContaining([
      expect.objectContaining({ id: 'frames', verdict: 'fail', said: expect.stringContaining('expected item.json') }),
      expect.objectContaining({ id: 'resume', verdict: 'skip' }),
    ]),
  })
})
