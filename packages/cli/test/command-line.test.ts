import { execFile } from 'node:child_process'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { describeMetric, findMetric, metricCatalogue } from '@kinemetric/metrics'
import { describe, expect, test } from 'vitest'
import { commandTable } from '../src/command-table.ts'
import { here } from './here.ts'
import { kinemetric, spawned, temporaryFolder } from './kinemetric.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const cwd = await temporaryFolder()

describe('the command itself', () => {
  test.skipIf(process.platform === 'win32')('is at hand in node_modules/.bin', async () => {
    const bin = join(root, 'node_modules', '.bin')
    const { stdout } = await promisify(execFile)(join(bin, 'kinemetric'), ['--version'], {
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
    })
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test.each([
    ['node_modules/kinemetric/packages/cli/bin', '`npx -p node@24 -p kinemetric kinemetric …` brings Node 24 along.'],
    ['site-packages/kinemetric/_app/node_modules/kinemetric/packages/cli/bin', 'Name a newer one in KINEMETRIC_NODE'],
    ['packages/cli/bin', '`pnpm exec kinemetric …` brings Node 24 along.'],
  ])('a Node that is too old is told, and what to type: %s', async (place, help) => {
    const folder = join(cwd, 'old-node', place)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await copyFile(join(import.meta.dirname, '..', 'bin', 'kinemetric.js'), join(folder, 'kinemetric.js'))
    const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })"
    const args = ['--import', `data:text/javascript,${older}`, join(folder, 'kinemetric.js'), '--help']
    await expect(promisify(execFile)(process.execPath, args)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`kinemetric needs Node 22.18 or newer; this is Node 20.1.0. ${help}`),
    })
  })

  test('help lists every command and the exit codes; each command has its own', async () => {
    const { code, stdout, stderr } = await spawned(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const { name } of commandTable) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'))
    expect(stdout).toMatch(/Exit codes: 0 done; 1 .*; 2 .*\n3 weights missing/)
    const score = await kinemetric(['score', '--help'])
    expect(score).toMatchObject({ code: 0, stderr: '' })
    expect(score.stdout).toContain('--manifest <file>')
    expect((await kinemetric(['help', 'score'])).stdout).toBe(score.stdout)
  })

  test('without a command, help is printed as an error', async () => {
    const { code, stdout, stderr } = await spawned([])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('Usage: kinemetric')
  })

  test.each([
    [['scroe'], /unknown command 'scroe'[\s\S]*Did you mean score\?/],
    [['score', '--generated', 'a', '--metrix', 'x'], /unknown option '--metrix'/],
    [['score'], /required option '--generated <\[id=\]folder>' not specified/],
    [['score', '--generated'], /argument missing/],
    [['score', '--generated', 'a', '--threads', 'many'], /expected a whole number from 1, found many/],
    [['score', '--generated', 'a', '--threads', '0'], /expected a whole number from 1, found 0/],
    [['score', '--generated', 'a', '--tracker', 'eyes'], /Allowed choices are auto/],
    [['score', '--generated', 'a'], /either --manifest <file> or --reference <folder>, found neither/],
    [['score', '--generated', 'a', '--reference', 'b', '--manifest', 'c'], /found both/],
    [['table'], /missing required argument 'results'/],
    [['table', 'r', '--format', 'html'], /Allowed choices are terminal, markdown, latex, csv, json/],
    [['table', 'r', '--format', 'csv', '--json'], /--json: expected no other --format .*found --format csv/],
    [['table', 'r', 's'], /too many arguments/],
    [['table', 'no-such-folder'], /no-such-folder: expected a folder of records/],
    [['report', 'build', 'no-such-folder', '--out', 'site'], /no-such-folder/],
    [['report', 'serve', 'no-such-folder'], /no-such-folder/],
    [['report', 'serve', 'r', '--port', '99999'], /expected a port from 0 to 65535, found 99999/],
    [['metrics', 'beauty'], /expected one of psnr, .*, found 'beauty'/],
    [
      ['run', 'nonesuch', '--manifest', 'm', '--out', 'o'],
      /expected one of the methods that come along \(.*dynamicrafter, .*seer, static.*nonesuch/,
    ],
    [['run', 'static', '--manifest', 'm', '--out', 'o', '--set', 'x'], /expected name=value, found x/],
    [['run', 'static', '--manifest', 'm', '--out', 'o', '--timeout', '-1'], /seconds above 0, found -1/],
    [['run', 'static', '--manifest', 'm', '--out', 'o'], /m: expected a manifest/],
    [['prepare', 'imagenet', '.', '--protocol', 'as-is', '--out', 'o'], /imagenet.*interdyn-examples/],
    [['prepare', 'folder', '.', '--protocol', 'as-was', '--out', 'o'], /as-was.*interdyn-256x384/],
    [['prepare', 'folder', 'no-such-folder', '--protocol', 'as-is', '--out', 'o'], /no-such-folder/],
    [['features', 'resnet', 'v', '--out', 'f.npy'], /network: expected inception, i3d, .*, found resnet/],
    [['features', 'i3d', 'v', '--out', 'f.npy', '--recipe', 'mine'], /mine[\s\S]*stylegan-v|stylegan-v[\s\S]*mine/],
    [['features', 'i3d', 'v', '--out', 'f.npy', '--checkpoint', 'c'], /--checkpoint c: expected --unverified/],
    [
      ['explain', 'psnr', '--reference', 'a', '--generated', 'b'],
      /--clip <id> with it, found none; psnr has a value of each clip: of sets are fid, kid, fvd, kvd/,
    ],
    [['track', 'v', '--out', 't.json'], /either --points <file> or --mask <file> or --for <metric>, found neither/],
    [['track', 'v', '--points', 'p', '--out', 't'], /v: expected a video file or a folder of images, found nothing/],
    [['weights', 'pull', 'resnet'], /resnet/],
    [['weights', 'pull', 'lpips-alex', 'lpips-vgg', '--url', 'http://x/'], /--url: expected one name/],
    [['weights', 'import', 'no-such-file'], /no-such-file/],
  ])('%j is refused with a message and code 2', async (args, message) => {
    // Within this process: a refusal needs none of its own, and there are many.
    const { code, stdout, stderr } = await here(args, cwd)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  test('KINEMETRIC_DEBUG shows where an error comes from', async () => {
    const args = ['table', 'no-such-folder']
    const script = join(import.meta.dirname, '..', 'bin', 'kinemetric.js')
    const env = { ...process.env, KINEMETRIC_DEBUG: '1' }
    await expect(promisify(execFile)(process.execPath, [script, ...args], { cwd, env })).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/\n\s+at /),
    })
  })

  test.skipIf(process.platform === 'win32')('a reader that closes the pipe early is no error', async () => {
    const script = join(import.meta.dirname, '..', 'bin', 'kinemetric.js')
    const shell = `"${process.execPath}" "${script}" metrics --json | head -c 10; echo "\${PIPESTATUS[0]}" >&2`
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', shell])
    expect(stdout).toHaveLength(10)
    expect(stderr).toBe('0\n')
  })
})

describe('metrics and doctor', () => {
  test('metrics lists every recipe; one metric with every setting; as JSON', async () => {
    const { code, stdout, stderr } = await kinemetric(['metrics'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const metric of metricCatalogue) for (const recipe of metric.recipes) expect(stdout).toContain(recipe.id)
    const ssim = await kinemetric(['metrics', 'ssim'])
    expect(ssim.stdout).toMatch(/\* gaussian-valid/)
    expect(ssim.stdout).toMatch(/cite: /)
    const json = await kinemetric(['metrics', 'ssim', '--json'])
    expect(JSON.parse(json.stdout)).toEqual([describeMetric(findMetric('ssim'))])
  })

  test('doctor says what works, as JSON too', async () => {
    const json = await spawned(['doctor', '--json'], { cwd })
    expect(json).toMatchObject({ code: 0, stderr: '' })
    const findings: { what: string; ok: boolean; found: string }[] = JSON.parse(json.stdout)
    const ok = new Set(findings.filter((finding) => finding.ok).map((finding) => finding.what))
    expect(ok).toContain('Node')
    expect(ok).toContain('decoder node-av')
    expect(ok).toContain('provider cpu')
    expect(findings.map((finding) => finding.what)).toContain('weights i3d-torchscript')
    const linesOf = async (...words: string[]) => {
      const { stdout } = await kinemetric(['doctor', ...words], { cwd })
      return stdout.split('\n').filter((line) => /^(ok|missing) /.test(line))
    }
    expect(await linesOf('--all')).toHaveLength(findings.length)
    const away = findings.filter(({ what, ok: isHere }) => what.startsWith('weights ') && !isHere).length
    const lines = await linesOf()
    expect(lines).toHaveLength(findings.length - away + 1)
    expect(lines.at(-1)).toMatch(new RegExp(`^missing weights of ${away} kinds `))
  })

  test('a weight folder that is no folder is said to be missing', async () => {
    await writeFile(join(cwd, 'file'), '')
    const { stdout } = await kinemetric(['doctor', '--json'], { cwd, env: { KINEMETRIC_WEIGHTS: join(cwd, 'file') } })
    const findings: { what: string; ok: boolean; found: string }[] = JSON.parse(stdout)
    expect(findings.find((finding) => finding.found === join(cwd, 'file'))?.ok).toBe(false)
  })

  test('a cache that cannot be written to is said to be missing; one that can be made is not', async () => {
    await writeFile(join(cwd, 'no-folder'), '')
    const cacheOf = async (folder: string) => {
      const { stdout } = await kinemetric(['doctor', '--json'], { cwd, env: { KINEMETRIC_CACHE: join(cwd, folder) } })
      const findings: { what: string; ok: boolean; found: string }[] = JSON.parse(stdout)
      return findings.find(({ what }) => what === 'cache')
    }
    expect(await cacheOf('no-folder/a')).toMatchObject({
      ok: false,
      found: `${join(cwd, 'no-folder', 'a')} cannot be written to`,
    })
    expect(await cacheOf('new/a')).toMatchObject({ ok: true, found: join(cwd, 'new', 'a') })
  })
})
