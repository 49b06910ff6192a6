import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { randomScene } from '@kinemetric/physics'
import { beforeAll, describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../test/shared.ts'
import { ended, kinemetric, type Outcome, refused, spawned, start, temporaryFolder } from './kinemetric.ts'
import { writeDataset, writeVideo } from './small-videos.ts'

const cwd = await temporaryFolder()
const manifest = join(cwd, 'prepared', 'manifest.jsonl')
const prepare = ['prepare', 'physics', 'dataset', '--protocol', 'physics-256x384', '--out', 'prepared']
const run = (out: string, method = 'static') => ['run', method, '--manifest', 'prepared/manifest.jsonl', '--out', out]
const score = (...args: string[]) => [
  'score',
  '--manifest',
  'prepared/manifest.jsonl',
  '--metrics',
  'psnr,ssim',
  ...args,
]

let prepared: Outcome
let ran: Outcome

beforeAll(async () => {
  await writeDataset(join(cwd, 'dataset'), ['ant', 'bee', 'cat'])
  prepared = await spawned([...prepare, '--json'], { cwd })
  ran = await spawned(run('generated'), { cwd })
})

describe('prepare, run, score', () => {
  test('prepare writes the manifest and run the clips; both say so on stdout', () => {
    expect(prepared.code).toBe(0)
    expect(JSON.parse(prepared.stdout)).toMatchObject({ clips: 3, kept: 0, failures: [] })
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^3 clips of Static/) })
  })

  test('preparing again keeps what is there', async () => {
    const before = await readFile(manifest, 'utf8')
    const { code, stdout } = await kinemetric(prepare, { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^3 of 3 clips \(3 were there\): prepared.manifest\.jsonl\n$/)
    expect(await readFile(manifest, 'utf8')).toBe(before)
  })

  test('a clip of the dataset that cannot be used is told, with code 1; the others are prepared', async () => {
    await cp(join(cwd, 'dataset'), join(cwd, 'dented'), { recursive: true })
    await writeFile(join(cwd, 'dented', 'bee', 'video.mkv'), 'dear diary')
    await writeVideo(join(cwd, 'dented', 'cat'), 'video', { frames: 5 })
    const args = ['prepare', 'physics', 'dented', '--protocol', 'physics-256x384', '--out', 'few', '--quiet']
    const { code, stdout, stderr } = await kinemetric(args, { cwd })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^1 of 3 clips \(0 were there\)/)
    expect(stderr).toMatch(/^failed: bee: not-a-video: /m)
    expect(stderr).toMatch(/^failed: cat: too-few-frames: .*14.*5/m)
  })

  test('a clip that lacks what the method needs fails, with code 1, and the record says so', async () => {
    const lines = (await readFile(manifest, 'utf8')).split('\n').filter((line) => line !== '')
    const scene = JSON.stringify(randomScene(1, 0))
    await writeFile(join(cwd, 'prepared', 'clips', 'ant', 'scene.json'), scene)
    const assets = { 'scene.json': { path: 'clips/ant/scene.json' } }
    const some = lines.map((line, index) => JSON.stringify({ ...JSON.parse(line), ...(index === 0 ? { assets } : {}) }))
    await writeFile(join(cwd, 'prepared', 'some.jsonl'), some.join('\n'))
    const args = ['run', 'driver-only', '--manifest', 'prepared/some.jsonl', '--out', 'some', '--json', '--quiet']
    const { code, stdout } = await kinemetric(args, { cwd })
    expect(code).toBe(1)
    const { failures }: { failures: { clip: string; message: string }[] } = JSON.parse(stdout)
    expect(failures.map(({ clip }) => clip)).toEqual(['bee', 'cat'])
    expect(failures[0].message).toContain('scene.json')
    const scored = await kinemetric(score('--generated', 'some', '--json', '--quiet'), { cwd })
    expect(scored.code).toBe(1)
    expect(JSON.parse(scored.stdout)).toMatchObject({
      method: { id: 'driver-only' },
      failures: [{ reason: 'generation-failed' }, { reason: 'generation-failed' }],
    })
  })

  test('a method that can do none of the clips is refused before it runs, and nothing is written', async () => {
    expect(await refused(run('none', 'driver-only'), { cwd })).toMatch(
      /driver-only: expected scene\.json beside .*found none in ant/,
    )
    expect(existsSync(join(cwd, 'none'))).toBe(false)
  })

  test('a folder that holds something else, or another run, is refused and left as it was', async () => {
    await mkdir(join(cwd, 'thesis'))
    await writeFile(join(cwd, 'thesis', 'thesis.txt'), 'precious')
    expect(await refused(run('thesis'), { cwd })).toMatch(/thesis: expected an empty folder/)
    expect(await readdir(join(cwd, 'thesis'))).toEqual(['thesis.txt'])
    expect(await refused(run('generated', 'blurred-reference'), { cwd })).toMatch(/the same method/)
  })

  test('manifests that cannot be trusted are refused', async () => {
    const [line] = (await readFile(manifest, 'utf8')).split('\n')
    const clip: { reference: { path: string; sha256: string } } = JSON.parse(line)
    const spoilt: [string, RegExp][] = [
      [JSON.stringify({ ...clip, colour: 'red' }), /colour/],
      [line.replaceAll('clips/ant/reference.mkv', '../ant.mkv'), /\.\./],
      [line.replaceAll('clips/ant/reference.mkv', '/etc/passwd'), /relative|\/etc\/passwd/],
      [`${line}\n${line}`, /ant/],
      ['dear diary', /line 1|:1/],
      ['', /empty|no clip|at least one/],
    ]
    for (const [text, message] of spoilt) {
      await writeFile(join(cwd, 'prepared', 'spoilt.jsonl'), text)
      const args = ['score', '--manifest', 'prepared/spoilt.jsonl', '--generated', 'generated', '--out', 'spoilt']
      expect(await refused(args, { cwd })).toMatch(message)
    }
    await writeFile(join(cwd, 'prepared', 'spoilt.jsonl'), line.replaceAll(clip.reference.sha256, '0'.repeat(64)))
    const args = ['score', '--manifest', 'prepared/spoilt.jsonl', '--generated', 'generated', '--out', 'spoilt']
    const { code, stdout } = await kinemetric([...args, '--metrics', 'psnr', '--json', '--quiet'], { cwd })
    expect(code).toBe(1)
    const { failures }: { failures: { clip: string; reason: string }[] } = JSON.parse(stdout)
    expect(failures.map(({ clip, reason }) => `${clip} ${reason}`).toSorted()).toEqual([
      'ant hash-mismatch',
      'bee no-reference',
      'cat no-reference',
    ])
  })

  test('motion metrics by the tracker that needs no weights', async () => {
    const args = score('--generated', 'generated', '--metrics', 'motion-fidelity', '--tracker', 'lucas-kanade')
    const { code, stdout } = await kinemetric([...args, '--out', 'motion', '--json', '--quiet'], { cwd })
    expect(code).toBe(0)
    const { scores }: { scores: { metric: string; signature: string }[] } = JSON.parse(stdout)
    expect(scores.find(({ metric }) => metric === 'motion-fidelity')?.signature).toContain('tracker:lucas-kanade')
  })

  test.runIf(process.env.KINEMETRIC_FULL && hasShared('data', 'interdyn-examples'))(
    'real clips, start to end',
    async () => {
      for (const name of ['243', '5085'])
        await cp(sharedPath('data', 'interdyn-examples', name), join(cwd, 'real', name), { recursive: true })
      const offsets = sharedPath('data', 'interdyn-object-mask-offsets.json')
      const args = ['prepare', 'interdyn-examples', 'real', '--protocol', 'interdyn-256x384', '--out', 'real-prepared']
      expect((await kinemetric([...args, '--offsets', offsets], { cwd })).code).toBe(0)
      const input = ['--manifest', 'real-prepared/manifest.jsonl']
      expect((await kinemetric(['run', 'static', ...input, '--out', 'real-static'], { cwd })).code).toBe(0)
      const { code, stdout } = await kinemetric(
        ['score', ...input, '--generated', 'real-static', '--out', 'real-out'],
        { cwd },
      )
      expect(code).toBe(0)
      expect(stdout).toMatch(/Static.*\s2\s+0\.678.*15\.76.*0\.355/)
    },
  )
})

const record = (out: string) => readFile(join(cwd, out, 'physics-256x384', 'static.json'), 'utf8')

/** Starts a command and sends it a signal when it first says that a clip is done. */
async function stopped(args: readonly string[], signal: NodeJS.Signals) {
  const child = start(args, { cwd })
  child.stderr!.on('data', (text: Buffer) => {
    if (/: 1\/\d/.test(text.toString())) child.kill(signal)
  })
  return ended(child)
}

const scoreOneThread = (out: string) => score('--generated', 'generated', '--out', out, '--threads', '1')

describe('interrupted', () => {
  test.skipIf(process.platform === 'win32')(
    'SIGINT and SIGKILL while scoring: the same command ends with the same bytes',
    async () => {
      expect((await kinemetric(scoreOneThread('whole'), { cwd })).code).toBe(0)
      const interrupted = await stopped(scoreOneThread('halves'), 'SIGINT')
      expect(interrupted).toMatchObject({ code: 2, stdout: '' })
      expect(interrupted.stderr).toMatch(/SIGINT: stopping; what is done is kept/)
      await expect(record('halves')).rejects.toThrow(/ENOENT/)
      const killed = await stopped(scoreOneThread('killed'), 'SIGKILL')
      expect(killed.code).toBeNull()
      for (const out of ['halves', 'killed']) {
        const resumed = await kinemetric([...scoreOneThread(out), '--json'], { cwd })
        expect(resumed.code).toBe(0)
        expect(resumed.stderr).toMatch(/going on: of 3 clips [12] (was|were) scored before/)
        expect(await record(out)).toBe(await record('whole'))
        expect(await readdir(join(cwd, out, 'physics-256x384'))).toEqual(
          await readdir(join(cwd, 'whole', 'physics-256x384')),
        )
      }
    },
  )

  test.skipIf(process.platform === 'win32')(
    'SIGINT while running a method: complete clips are kept, the rest is made',
    async () => {
      // More clips than there are workers, so that some are left: one clip under many names.
      const [line] = (await readFile(manifest, 'utf8')).split('\n')
      const names = Array.from({ length: 9 }, (_, i) => `clip-${i}`)
      const many = names.map((id) => JSON.stringify({ ...JSON.parse(line), id }))
      await writeFile(join(cwd, 'prepared', 'many.jsonl'), `${many.join('\n')}\n`)
      const args = ['run', 'static', '--manifest', 'prepared/many.jsonl', '--out', 'stopped']
      const interrupted = await stopped(args, 'SIGINT')
      expect(interrupted.code).toBe(2)
      const { code, stdout } = await kinemetric(args, { cwd })
      expect(code).toBe(0)
      expect(stdout).toMatch(/9 clips of .* \([1-8] (?:was|were) there\)/)
      const frames = async (out: string, id: string) => readFile(join(cwd, out, id, 's0', 'frame_0013.png'))
      const ant = await frames('generated', 'ant')
      for (const id of names) expect(Buffer.compare(await frames('stopped', id), ant)).toBe(0)
    },
  )

  test.skipIf(process.platform === 'win32')(
    'two at once in one folder: the second is refused, the first undisturbed',
    async () => {
      const args = score('--generated', 'generated', '--out', 'crowded')
      const first = start(args, { cwd })
      const outcome = ended(first)
      await once(first.stderr!, 'data')
      first.kill('SIGSTOP')
      expect(await refused(args, { cwd })).toMatch(/expected no other run here, found process \d+/)
      first.kill('SIGCONT')
      expect((await outcome).code).toBe(0)
      await rm(join(cwd, 'crowded'), { recursive: true })
    },
  )
})
