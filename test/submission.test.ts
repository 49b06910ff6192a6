import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { submissionFaults } from '../scripts/submission.ts'
import { temporaryFolder } from './temporary-folder.ts'

const root = join(import.meta.dirname, '..')
const work = await temporaryFolder('submission-')
const checkout = join(work, 'submission')
const protocol = join(checkout, 'results', 'physics-256x384')

function bash(script: string, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script], {
    cwd: work,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  return { status, said: stdout + stderr }
}

const git = (...args: string[]): string => {
  const { status, stdout, stderr } = spawnSync('git', ['-C', checkout, ...args], { encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  return stdout.trim()
}

function commit(): void {
  git('add', '-A')
  git('-c', 'user.name=A', '-c', 'user.email=a@example.org', 'commit', '-q', '-m', 'what is submitted')
}

/** The commands of the workflow's own steps, by their names; those of actions are what the test has done. */
function steps(): Map<string, string> {
  const text = readFileSync(join(root, '.github', 'workflows', 'submission.yml'), 'utf8')
  return new Map([...text.matchAll(/- name: (.+)\n\s+run: (.+)\n/g)].map(([, name, run]) => [name, run]))
}

/** Runs the workflow's steps as they stand there, but for setting up: until one fails. */
function workflow(): { status: number | null; said: string } {
  const base = git('rev-parse', 'main')
  let said = ''
  for (const [name, run] of steps()) {
    if (name === 'set up') continue
    const outcome = bash(run, { BASE: base })
    said += outcome.said
    if (outcome.status !== 0) return { status: outcome.status, said }
  }
  return { status: 0, said }
}

const own = ['static.json', 'static.parquet', 'static.hashes.jsonl']

beforeEach(() => {
  rmSync(checkout, { recursive: true, force: true })
  rmSync(join(work, 'base'), { force: true })
  symlinkSync(root, join(work, 'base'))
  mkdirSync(checkout, { recursive: true })
  cpSync(join(root, 'results'), join(checkout, 'results'), { recursive: true })
  for (const name of [...own, 'comparisons.json']) rmSync(join(protocol, name))
  git('init', '-q', '-b', 'main')
  commit()
  git('switch', '-q', '-c', 'theirs')
  for (const name of [...own, 'comparisons.json'])
    cpSync(join(root, 'results', 'physics-256x384', name), join(protocol, name))
})

test('the workflow sets up, looks and verifies, with the code of the base', () => {
  expect([...steps().keys()]).toEqual(['set up', 'look at what is submitted', 'verify'])
  for (const run of steps().values()) expect(run).toMatch(/^node base\//)
})

test('a method with its values, and comparisons made anew, passes', () => {
  commit()
  const { status, said } = workflow()
  expect(said).toContain('a submission of records')
  expect(said).toMatch(/5 records: \d+ checks held, 0 wrong/)
  expect(status).toBe(0)
})

test('a record that says other than its values does not', () => {
  const path = join(protocol, 'static.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"value": 27\.1/, '"value": 37.1'))
  commit()
  const { status, said } = workflow()
  expect(said).toContain('WRONG  physics-256x384/static: value of psnr:frame-mean')
  expect(status).toBe(1)
})

describe('is refused before anything reads it', () => {
  const refusals: [string, () => void, string][] = [
    ['a video', () => writeFileSync(join(protocol, 'static.mp4'), 'film'), 'no other file belongs to a submission'],
    [
      'a video in a folder of media',
      () => {
        mkdirSync(join(protocol, 'media'))
        writeFileSync(join(protocol, 'media', 'a.webm'), 'film')
      },
      'no other file belongs to a submission',
    ],
    ['an executable', () => chmodSync(join(protocol, 'static.json'), 0o755), 'found mode 100755'],
    [
      'a link',
      () => {
        rmSync(join(protocol, 'static.json'))
        symlinkSync('/etc/passwd', join(protocol, 'static.json'))
      },
      'found mode 120000',
    ],
    [
      'a file outside of results',
      () => writeFileSync(join(checkout, 'package.json'), '{}'),
      '"package.json": expected results/',
    ],
    [
      'a record of somebody else',
      () => writeFileSync(join(protocol, 'driver-only.json'), '{}'),
      'changes no file of others',
    ],
    [
      'values beside a record of somebody else',
      () => writeFileSync(join(protocol, 'driver-only.run.json'), '{}'),
      'which is there already',
    ],
    [
      'the removal of somebody else’s',
      () => rmSync(join(protocol, 'driver-only.json')),
      'a submission adds its own files',
    ],
    [
      'values without a record',
      () => writeFileSync(join(protocol, 'other.parquet'), 'PAR1'),
      'expected results/physics-256x384/other.json beside it',
    ],
    [
      'a file of 65 MiB',
      () => writeFileSync(join(protocol, 'static.parquet'), Buffer.alloc(65 * 2 ** 20)),
      'of at most 67108864 a file',
    ],
    ['a name with a line break', () => writeFileSync(join(protocol, 'a\nb.json'), '{}'), String.raw`a\nb.json`],
  ]
  test.each(refusals)('%s', (_, change, words) => {
    change()
    commit()
    expect(submissionFaults(checkout, 'main').join('\n')).toContain(words)
  })

  test('so that nothing is verified', () => {
    writeFileSync(join(protocol, 'static.mp4'), 'film')
    commit()
    const { status, said } = workflow()
    expect(said).toContain('1 thing is in the way')
    expect(said).not.toContain('checks held')
    expect(status).toBe(1)
  })
})
