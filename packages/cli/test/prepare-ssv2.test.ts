import { readdir } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { hasShared } from '../../../test/shared.ts'
import { layMini } from '../../benchmark/test/datasets/ssv2/mini.ts'
import { kinemetric, refused, temporaryFolder } from './kinemetric.ts'

const cwd = await temporaryFolder()

describe.skipIf(!hasShared('data', 'ssv2-mini'))('kinemetric prepare ssv2', () => {
  let prepare: string[]

  beforeAll(async () => {
    const { videos, labels, boxes } = await layMini(cwd)
    const parts = boxes.flatMap((path) => ['--boxes', path])
    prepare = ['prepare', 'ssv2', '--videos', videos, '--labels', labels, ...parts, '--protocol', 'ssv2-256x256']
  })

  test('a plan is one JSON for scripts, with every option by its flag, and nothing is cut', async () => {
    const flags = [
      '--min-size',
      'none',
      '--visible-frames',
      'all',
      '--window',
      'random',
      '--seed',
      '42',
      '--out',
      'out',
    ]
    const { code, stdout } = await kinemetric([...prepare, ...flags, '--plan', '--json', '--quiet'], { cwd })
    expect(code).toBe(0)
    const plan = JSON.parse(stdout)
    expect(plan).toMatchObject({
      options: { minSize: 'none', visibleFrames: 'all', window: 'random', seed: 42 },
      paper: 11_229,
      removed: { 243: 'not-visible', 900001: 'class-pretending' },
      kept: { 900006: { frames: 60, validStarts: 13 } },
    })
    expect(plan.funnel[0]).toEqual({ stage: 'rows', removed: 0, left: 41 })
    expect(await readdir(cwd)).not.toContain('out')
  })

  test('for people it is a line a rule, the paper’s count, and what the copy lacks', async () => {
    const { code, stdout, stderr } = await kinemetric([...prepare, '--plan', '--quiet'], { cwd })
    expect(code).toBe(0)
    const lines = stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' ').trim())
    expect(lines.slice(0, 2)).toEqual(['rows 0 removed 41 left', 'class-pretending 1 removed 40 left 2.4 %'])
    expect(lines).toContain('paper 11,229')
    expect(lines).toContain('missing of the split: 2 (3201, 74225)')
    expect(lines.find((line) => line.startsWith('sam2.1-large'))).toMatch(
      /TFLOP, 1\d s at the published rate of an A100$/,
    )
    expect(lines.at(-2)).toBe('30 clips would be cut')
    expect(stderr).toContain('warning: 900099: video-without-row')
  })

  test('weights of masks that are missing, a folder that is none of its, and no place for the clips are refused', async () => {
    const refused = async (...flags: string[]) => {
      const { code, stderr } = await kinemetric([...prepare, '--quiet', ...flags], { cwd })
      return `${code} ${stderr}`
    }
    expect(await refused('--out', 'out')).toMatch(/^3 error: SAM 2\.1 large is needed/)
    expect(await refused()).toMatch(/^2 error: --out: expected a folder for the clips, or --plan/)
    expect(await refused('--window', 'middle', '--plan')).toMatch(/^2 error: ssv2: .*window/)
    const { code } = await kinemetric(['prepare', 'ssv2', 'folder', ...prepare.slice(2), '--plan'], { cwd })
    expect(code).toBe(2)
  })
})

test.each([
  [['folder', 'videos', '--model', 'sam2.1-tiny'], /--model: expected .*which draws masks, found folder/],
  [['folder', 'videos', '--mask-mode', 'box-propagate'], /--mask-mode: expected/],
  [
    ['ssv2', '--videos', 'v', '--labels', 'l', '--boxes', 'b', '--control', 'box', '--config', 'c'],
    /found --control box/,
  ],
])('prepare %j says something of masks that nobody draws, and is refused', async (words, message) => {
  expect(await refused(['prepare', ...words, '--protocol', 'ssv2-256x384', '--out', 'out'], {})).toMatch(message)
})
