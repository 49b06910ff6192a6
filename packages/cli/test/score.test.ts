import { chmod, cp, mkdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { recordSchema } from '@kinemetric/records'
import { writePngFolder } from '@kinemetric/video'
import { beforeAll, describe, expect, test } from 'vitest'
import { hasShared } from '../../../test/shared.ts'
import { kinemetric, refused, spawned, temporaryFolder } from './kinemetric.ts'
import { pattern, writeVideo } from './small-videos.ts'

interface Printed {
  scores: {
    metric: string
    recipe: string
    value: number
    n: number
    interval: { low: number; high: number; level: number; method: string } | null
    warnings?: string[]
    signature: string
  }[]
  failures: { clip: string; reason: string; message: string }[]
  protocol: { id: string }
  method: { id: string; name: string; trivial: boolean }
  provenance: { weights: { id: string }[] }
  clips: { total: number; scored: number; failed: number }
  table: string
  record: string
  run: unknown
  perClip: { metric: string; recipe: string; clips: { clip: string; value: number }[] }[]
}

const cwd = await temporaryFolder()
const refs = join(cwd, 'refs')
const gens = join(cwd, 'gens')

beforeAll(async () => {
  for (const [phase, name] of ['ant', 'bee', 'cat'].entries()) {
    await writeVideo(refs, name, { phase })
    await writeVideo(gens, name, { phase: phase + 0.2 })
  }
})

function scored(stdout: string): Printed {
  const printed: Printed = JSON.parse(stdout)
  return printed
}

describe('two folders, paired by name', () => {
  test('score --json prints the record and where the per-clip table is, and nothing else', async () => {
    const args = ['score', '--reference', 'refs', '--generated', 'gens', '--metrics', 'psnr,ssim', '--json', '--quiet']
    const { code, stdout, stderr } = await spawned([...args, '--name', 'A name', '--per-clip'], { cwd })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { table, record, run, perClip, ...rest } = scored(stdout)
    expect(recordSchema.parse(rest)).toEqual(JSON.parse(await readFile(join(cwd, record), 'utf8')))
    expect((await stat(join(cwd, table))).size).toBeGreaterThan(100)
    expect(run).toMatchObject({ clips: { scoredNow: 3 } })
    expect(perClip.map(({ metric, recipe, clips }) => [metric, recipe, clips.map(({ clip }) => clip)])).toEqual([
      ['psnr', 'frame-mean', ['ant', 'bee', 'cat']],
      ['ssim', 'gaussian-valid', ['ant', 'bee', 'cat']],
    ])
    for (const { metric, clips } of perClip) {
      const mean = clips.reduce((sum, { value }) => sum + value / clips.length, 0)
      expect(rest.scores.find((score) => score.metric === metric)?.value).toBeCloseTo(mean, 10)
    }
    expect(rest).toMatchObject({
      protocol: { id: 'as-is' },
      method: { id: 'gens', name: 'A name', trivial: false },
      clips: { total: 3, scored: 3, failed: 0 },
      failures: [],
    })
    expect(rest.scores.map(({ metric, recipe, n }) => [metric, recipe, n])).toEqual(
      expect.arrayContaining([
        ['psnr', 'frame-mean', 3],
        ['ssim', 'gaussian-valid', 3],
      ]),
    )
    for (const { interval, warnings, signature, metric } of rest.scores) {
      // Three clips are too few for an interval of their mean: the reason stands in its place.
      expect(interval).toBeNull()
      expect(warnings).toContain('no interval: n = 3: too few for an interval')
      expect(signature).toMatch(new RegExp(`^${metric}\\|recipe:.*\\|v:1$`))
    }
  })

  test('a record that is there is kept, byte for byte, unless --overwrite is given', async () => {
    const record = join(cwd, 'results', 'as-is', 'gens.json')
    const before = await readFile(record, 'utf8')
    const args = ['score', '--reference', 'refs', '--generated', 'gens', '--metrics', 'psnr']
    expect(await refused(args, { cwd })).toMatch(/gens\.json: .*already there[\s\S]*--overwrite/)
    expect(await readFile(record, 'utf8')).toBe(before)
    const { code, stdout } = await kinemetric([...args, '--overwrite'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/PSNR/)
    expect(stdout).toContain(join('results', 'as-is', 'gens.json'))
    expect(await readFile(record, 'utf8')).not.toBe(before)
  })

  test('every bad clip is a failure with its reason, the good one is scored, and the exit code is 1', async () => {
    const bad = join(cwd, 'bad')
    const all = join(cwd, 'all')
    await cp(refs, all, { recursive: true })
    await mkdir(bad)
    const names = ['truncated', 'empty', 'text', 'short', 'small', 'frameless', 'twice', 'missing']
    for (const name of names) await cp(join(refs, 'ant.mkv'), join(all, `${name}.mkv`))
    await cp(join(gens, 'ant.mkv'), join(bad, 'ant.mkv'))
    await cp(join(gens, 'ant.mkv'), join(bad, 'unknown.mkv'))
    await cp(join(gens, 'ant.mkv'), join(bad, 'truncated.mkv'))
    await truncate(join(bad, 'truncated.mkv'), 3000)
    await writeFile(join(bad, 'empty.mkv'), '')
    await writeFile(join(bad, 'text.mkv'), 'dear diary')
    await writeVideo(bad, 'short', { frames: 3 })
    await writeVideo(bad, 'small', { height: 24 })
    await mkdir(join(bad, 'frameless'))
    await cp(join(gens, 'ant.mkv'), join(bad, 'twice.mkv'))
    await writePngFolder(join(bad, 'twice'), { pixels: pattern(), fps: 6 })
    const args = ['score', '--reference', 'all', '--generated', 'bad', '--metrics', 'psnr,ssim', '--json', '--quiet']
    const { code, stdout, stderr } = await kinemetric(args, { cwd })
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    const { failures, scores, clips } = scored(stdout)
    expect(scores.every((score) => score.n === 1)).toBe(true)
    expect(clips.scored).toBe(1)
    const reasons = Object.fromEntries(failures.map(({ clip, reason }) => [clip, reason]))
    expect(reasons).toEqual({
      bee: 'missing-generated',
      cat: 'missing-generated',
      missing: 'missing-generated',
      unknown: 'no-reference',
      truncated: expect.stringMatching(/^(truncated|too-few-frames)$/),
      empty: 'empty',
      text: 'not-a-video',
      short: 'too-few-frames',
      small: 'wrong-size',
      frameless: expect.stringMatching(/^(empty|missing-generated)$/),
      twice: 'duplicate-generated',
    })
    for (const { message } of failures) expect(message).toMatch(/expected|found|cut|no /i)
  })

  test('the same on stderr for people, the table on stdout', async () => {
    const args = ['score', '--reference', 'all', '--generated', 'bad', '--metrics', 'psnr', '--overwrite', '--quiet']
    const { code, stdout, stderr } = await kinemetric(args, { cwd })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^failed: small: wrong-size: .*expected 48×64.*found 24×64/m)
    expect(stderr.trim().split('\n')).toHaveLength(12)
    expect(stdout).not.toMatch(/^failed:/m)
  })

  test('folders that cannot be used end the command with code 2', async () => {
    await mkdir(join(cwd, 'nothing'))
    expect(await refused(['score', '--reference', 'refs', '--generated', 'nowhere'], { cwd })).toMatch(
      /nowhere: expected/,
    )
    expect(await refused(['score', '--reference', 'nothing', '--generated', 'gens'], { cwd })).toMatch(/nothing/)
    const args = ['score', '--reference', 'refs', '--generated', 'gens', '--out', 'other', '--metrics', 'psnr']
    expect(await refused([...args, '--metrics', 'beauty'], { cwd })).toMatch(/beauty/)
    expect(await refused([...args, '--method', '../x'], { cwd })).toMatch(/expected an id of letters/)
    expect(await refused([...args, '--protocol', 'as-was'], { cwd })).toMatch(/as-was: expected one of the protocols/)
    await writeFile(join(cwd, 'file'), '')
    expect(await refused([...args.slice(0, 5), '--metrics', 'psnr', '--out', 'file'], { cwd })).toMatch(/file/)
    expect(await refused(['score', '--reference', 'file', '--generated', 'gens'], { cwd })).toMatch(
      /found a file where a folder was named; put it into a folder of its own/,
    )
  })

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'an unreadable folder is bad input',
    async () => {
      const closed = join(cwd, 'closed')
      await mkdir(closed, { mode: 0o000 })
      expect(await refused(['score', '--reference', 'refs', '--generated', 'closed'], { cwd })).toMatch(
        /closed: expected a readable/,
      )
      await chmod(closed, 0o700)
    },
  )

  test('several methods in one pass: --generated <id>=<folder>, a record each, --json in their order', async () => {
    const args = ['score', '--reference', 'refs', '--metrics', 'psnr', '--out', 'several', '--quiet']
    const both = [...args, '--generated', 'one=gens', '--generated', 'two=gens', '--json']
    const { stdout } = await kinemetric(both, { cwd })
    const found: { methods: { method: { id: string }; record: string }[] } = JSON.parse(stdout)
    expect(found.methods.map(({ method }) => method.id)).toEqual(['one', 'two'])
    const alone = await kinemetric([...args, '--out', 'alone', '--generated', 'one=gens', '--json'], { cwd })
    const record: { record: string } = JSON.parse(alone.stdout)
    expect(await readFile(join(cwd, record.record), 'utf8')).toBe(
      await readFile(join(cwd, found.methods[0].record), 'utf8'),
    )
    expect(await refused([...args, '--generated', 'one=gens', '--method', 'other'], { cwd })).toMatch(
      /--method: expected none beside --generated one=…/,
    )
    const named = [...args, '--generated', 'one=gens', '--generated', 'two=gens', '--name', 'Both']
    expect(await refused(named, { cwd })).toMatch(/--name: expected one --generated with it, found 2/)
    const same = [...args, '--generated', 'gens', '--generated', './gens', '--overwrite']
    expect(await refused(same, { cwd })).toMatch(/methods with different ids, found two called gens/)
  })

  test('missing weights are code 3: which, how large, under which licence, how to get them; nothing is left', async () => {
    const env = { KINEMETRIC_WEIGHTS: join(cwd, 'nothing') }
    const args = ['score', '--reference', 'refs', '--generated', 'gens', '--out', 'weightless', '--metrics']
    const { code, stdout, stderr } = await kinemetric([...args, 'lpips'], { cwd, env })
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/Size: .*B\. Licence: BSD[\s\S]*kinemetric weights pull (alexnet|lpips-alex)/)
    expect(stderr).toMatch(/Without it: --metrics all leaves out lpips/)
    expect(await refused([...args, 'fvd'], { cwd, env }, 3)).toMatch(/kinemetric weights pull i3d/)
  })

  test.skipIf(!hasShared('weights', 'lpips-v0.1-alex.pth'))('lpips alone is v0.1 with AlexNet', async () => {
    const args = ['score', '--reference', 'refs', '--generated', 'gens', '--metrics', 'lpips', '--json', '--quiet']
    const { code, stdout } = await kinemetric([...args, '--out', 'lpips'], { cwd })
    expect(code).toBe(0)
    const { scores, provenance } = scored(stdout)
    expect(scores).toMatchObject([{ metric: 'lpips', recipe: 'alex', n: 3 }])
    expect(scores[0].signature).toMatch(/net:alex\|version:0\.1/)
    expect(provenance.weights.map(({ id }) => id).toSorted()).toEqual(['alexnet', 'lpips-alex'])
  })
})

describe('tables and the site', () => {
  test.each([
    ['terminal', '──'],
    ['markdown', '| --: |'],
    ['latex', '\\toprule'],
    ['csv', 'protocol,'],
    ['json', '"kinemetric/table@2"'],
  ])('table --format %s', async (format, mark) => {
    const { code, stdout, stderr } = await kinemetric(['table', 'results', '--format', format, '--no-claims'], { cwd })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.toLowerCase()).toContain('psnr')
    expect(stdout).toContain('gens')
    expect(stdout).toContain(mark)
  })

  test('a record that does not fit is left out, said on stderr, and the rest is shown', async () => {
    await cp(join(cwd, 'results'), join(cwd, 'spoilt'), { recursive: true })
    await writeFile(join(cwd, 'spoilt', 'as-is', 'other.json'), '{"schema":"kinemetric/record@1"')
    const { code, stdout, stderr } = await kinemetric(['table', 'spoilt', '--format', 'csv'], { cwd })
    expect(code).toBe(1)
    expect(stderr).toMatch(/left out: .*other\.json/)
    expect(stdout).toContain('gens')
    await rm(join(cwd, 'spoilt'), { recursive: true })
  })

  test.runIf(process.env.KINEMETRIC_FULL)('report build makes a site', async () => {
    const { code, stdout } = await kinemetric(['report', 'build', 'results', '--out', 'site', '--json', '--quiet'], {
      cwd,
    })
    expect(code).toBe(0)
    const site: { pages: number; index: string } = JSON.parse(stdout)
    expect(site.pages).toBeGreaterThan(3)
    expect(await readFile(join(cwd, 'site', basename(site.index)), 'utf8')).toContain('gens')
  })
})
