import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { promisify } from 'node:util'
import { assert, property, string } from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { cliError } from '../src/output/cli-error.ts'
import { describeError } from '../src/output/describe-error.ts'
import { printFailures } from '../src/output/print-failures.ts'
import { inOneLine, visible } from '../src/output/visible.ts'
import { spawned, temporaryFolder } from './kinemetric.ts'
import { pattern, writeVideo } from './small-videos.ts'
import { writePngFolder } from '@kinemetric/video'

const cwd = await temporaryFolder()
const script = join(import.meta.dirname, '..', 'bin', 'kinemetric.js')
const bell = String.fromCharCode(7)
const escape = String.fromCharCode(27)
const csi = String.fromCharCode(0x9b)

describe('what is printed', () => {
  test('no character that steers a terminal, whatever the text', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/(?![\t\n]|\r\n)[\p{Cc}\u202A-\u202E\u2066-\u2069\u2028\u2029]/u)
        expect(inOneLine(text)).not.toMatch(/[\n\t]/)
        expect(JSON.parse(visible(JSON.stringify(text)))).toBe(text)
      }),
      { seed: 1 },
    )
  })

  test('is the text itself where nothing steers, in every script', () => {
    const text = '視 café ‘x’ → 0.5 ± 0.1\ta\nb\r\n👩‍🔬'
    expect(visible(text)).toBe(text)
  })

  test('colours pass where they are ours, and nothing else does', () => {
    const text = `${escape}[1;31mred${escape}[0m ${escape}[2J${escape}]0;title${bell}${csi}2J`
    expect(visible(text, true)).toBe(String.raw`${escape}[1;31mred${escape}[0m \u001b[2J\u001b]0;title\u0007\u009b2J`)
    expect(visible(text)).not.toContain(escape)
  })

  test('only one file of the command writes', () => {
    const root = join(import.meta.dirname, '..', 'src')
    const writers = globSync('**/*.ts', { cwd: root })
      .filter((path) => /console\.|std(out|err)\.write|writeSync/.test(readFileSync(join(root, path), 'utf8')))
      .map((path) => path.replaceAll(sep, '/'))
    expect(writers).toEqual(['output/print.ts'])
  })
})

test('advice names options of the command that ended, and no other', () => {
  const error = cliError('bad-option', 'x', { expected: 'a', found: 'b' })
  const others = Object.assign(error, { code: 'other-inputs' })
  expect(describeError(others, ['--out', '--restart'])).toMatch(/\n\(--restart forgets that unfinished run\)$/)
  expect(describeError(others, ['--out', '--overwrite'])).toBe(others.message)
  const there = Object.assign(cliError('bad-option', 'x', { expected: 'a', found: 'b' }), { code: 'record-exists' })
  expect(describeError(there, ['--out', '--overwrite', '--method'])).toMatch(/--out and --method choose another place/)
  expect(describeError(there, ['--out', '--overwrite'])).toMatch(/\n\(--overwrite replaces it; --out chooses another/)
})

test('what an error says of its cause is not said again, and what it does not is', () => {
  const cause = cliError('bad-option', '/a/journal', { expected: 'a', found: 'b', then: 'go on' })
  const error = cliError('bad-option', '/a/shard', { expected: 'a', found: 'b', then: 'do it again' }, { cause })
  expect(describeError(error)).toBe('/a/shard: expected a, found b; do it again')
  const other = cliError('bad-option', '/a/shard', { expected: 'a', found: 'c' }, { cause })
  expect(describeError(other)).toBe('/a/shard: expected a, found c\n  because: /a/journal: expected a, found b; go on')
})

describe('many clips of one trouble', () => {
  test('are said once, with their number and five names', () => {
    const said: string[] = []
    const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
    const clips = Array.from({ length: 8679 }, (_, i) => `c${i}`)
    try {
      printFailures(
        [
          ...clips.map((clip) => ({ clip, reason: 'missing-generated', message: 'found none' })),
          ...clips.slice(0, 7).map((clip) => ({ clip, reason: 'wrong-size', message: `${clip}.mkv: found 3×3` })),
          { clip: 'x', reason: 'empty', message: `a\n${escape}[2Jfailed: y` },
        ],
        'results/gens.json',
      )
    } finally {
      spy.mockRestore()
    }
    expect(said).toEqual([
      'failed: 8679 clips: missing-generated: found none: c0, c1, c2, c3, c4 and 8674 more (results/gens.json lists them)\n',
      ...clips.slice(0, 5).map((clip) => `failed: ${clip}: wrong-size: ${clip}.mkv: found 3×3\n`),
      'failed: and 2 more clips: wrong-size (results/gens.json lists them)\n',
      String.raw`failed: x: empty: a\n\u001b[2Jfailed: y` + '\n',
    ])
  })
})

/** Runs `kinemetric <command>` in a shell and says its exit code behind. */
async function shell(command: string) {
  const env = { ...process.env, K: `"${process.execPath}" "${script}"` }
  return promisify(execFile)('bash', ['-c', `eval "$K ${command}"; echo "exit $?"`], { env, cwd })
}

describe.skipIf(process.platform !== 'linux')('standard output that cannot be written', () => {
  test('is an error and says so: a list that is cut is not taken for the whole', async () => {
    const { stdout, stderr } = await shell('metrics --json > /dev/full')
    expect(stdout).toBe('exit 2\n')
    expect(stderr).toMatch(/^error: standard output: cannot be written \(no space left on device\)\n/)
    expect((await shell('--help > /dev/full')).stdout).toBe('exit 2\n')
    expect((await shell('metrics > /dev/full 2> /dev/full')).stdout).toBe('exit 2\n')
  })

  test('a file of a limited size is written as far as it goes, and that is an error', async () => {
    const { stdout } = await shell('metrics --json > part.json')
    expect(stdout).toBe('exit 0\n')
    const env = { ...process.env, K: `"${process.execPath}" "${script}"` }
    const limited = `trap '' XFSZ; ulimit -f 1; eval "$K metrics --json > cut.json"; echo "exit $?"`
    const cut = await promisify(execFile)('bash', ['-c', limited], { env, cwd })
    expect(cut.stdout).toBe('exit 2\n')
    expect(cut.stderr).toContain('standard output: cannot be written')
  })
})

test("a record's words and a sample's message do not reach the terminal raw", async () => {
  await writeVideo(join(cwd, 'refs'), 'a')
  await mkdir(join(cwd, 'gens', 'a', 's0'), { recursive: true })
  await writePngFolder(join(cwd, 'gens', 'a', 's0'), { pixels: pattern(), fps: undefined })
  const message = `${escape}]0;x${bell}${escape}[2J\nall clips scored`
  await writeFile(join(cwd, 'gens', 'a', 's0', 'item.json'), JSON.stringify({ status: 'failed', error: { message } }))
  // `spawned` itself refuses an escape in what was printed.
  const { code, stderr } = await spawned(
    ['score', '--reference', 'refs', '--generated', 'gens', '--metrics', 'psnr', '--quiet'],
    { cwd },
  )
  expect(code).toBe(1)
  expect(stderr).toContain(String.raw`the method says failed: \u001b]0;x\u0007\u001b[2J\nall clips scored`)
  expect(stderr).not.toMatch(/^all clips scored/m)
})
