import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { nearestName } from '../src/shell/nearest-name.ts'
import { kinemetric, refused, temporaryFolder } from './kinemetric.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const cwd = await temporaryFolder()
const below = join(cwd, 'deep', 'below')
const home = { HOME: join(cwd, 'nobody') }

const write = (settings: unknown, folder = cwd) =>
  writeFile(join(folder, 'kinemetric.json'), typeof settings === 'string' ? settings : JSON.stringify(settings))
const table = (args: string[] = [], env = {}) =>
  kinemetric(['table', 'results', ...args], { cwd, env: { ...home, ...env } })

beforeAll(async () => {
  await mkdir(below, { recursive: true })
  await mkdir(join(cwd, '.git'))
  await cp(join(root, 'results'), join(cwd, 'results'), { recursive: true })
})

describe('a file of settings', () => {
  test('says what is always passed, and the command says that it did', async () => {
    await write({ table: { format: 'csv', claims: false } })
    const { stdout, stderr } = await table()
    expect(stdout).toMatch(/^protocol,protocol_version,/)
    expect(stderr).toBe(`note: ${join(cwd, 'kinemetric.json')}: --format csv --no-claims\n`)
  })

  test('goes behind the command line, and behind the environment', async () => {
    await write({ table: { format: 'csv' }, score: { cache: 'features' } })
    expect((await table(['--format', 'latex'])).stdout).toContain('\\begin{table')
    const { stdout } = await kinemetric(['config', '--json'], { cwd, env: { ...home, KINEMETRIC_CACHE: '/elsewhere' } })
    expect(JSON.parse(stdout)).toMatchObject({
      file: join(cwd, 'kinemetric.json'),
      settings: [
        { command: 'table', option: '--format csv', holds: true },
        { command: 'score', option: '--cache features', holds: false, instead: 'KINEMETRIC_CACHE' },
      ],
    })
  })

  test('is found above, up to the repository’s root, and paths are from its folder', async () => {
    await write({ cite: { json: true }, cache: { cache: 'kept' } })
    const { stdout, stderr } = await kinemetric(['cache'], { cwd: below, env: home })
    expect(stderr).toContain('--cache kept')
    expect(stdout + stderr).toContain(join(cwd, 'kept'))
    const bare = join(cwd, 'deep', 'repository')
    await mkdir(join(bare, '.git'), { recursive: true })
    expect((await kinemetric(['config'], { cwd: bare, env: home })).stdout).toContain(
      'no kinemetric.json here or above',
    )
  })

  test('is another where one is named, and none where that is empty', async () => {
    await write({ table: { format: 'csv' } })
    await write({ table: { format: 'markdown' } }, below)
    const named = join(below, 'kinemetric.json')
    const first = await kinemetric(['--config', named, 'table', 'results'], { cwd, env: home })
    expect(first.stdout).toMatch(/^### /)
    expect((await table([], { KINEMETRIC_CONFIG: named })).stdout).toMatch(/^### /)
    expect((await table([], { KINEMETRIC_CONFIG: '' })).stderr).toBe('')
    expect(await refused(['--config', 'nowhere.json', 'table', 'results'], { cwd, env: home })).toContain(
      'nowhere.json: expected a file',
    )
  })

  test.each([
    [
      'a command with a typo',
      { tabel: {} },
      'tabel: expected a command of kinemetric, found none of that name; did you mean table?',
    ],
    [
      'an option with a typo',
      { table: { fromat: 'csv' } },
      'table: fromat: expected an option of kinemetric table, found none of that name; did you mean format?',
    ],
    [
      'a value that is none',
      { table: { format: 'word' } },
      'table: format: expected one of terminal, markdown, latex, csv, json, found "word"',
    ],
    ['a number that is none', { score: { jobs: 'many' } }, 'score: jobs: expected a whole number from 1, found "many"'],
    ['a flag with a text', { table: { json: 'yes' } }, 'table: json: expected true or false, found "yes"'],
    ['a value with a flag', { table: { format: true } }, 'table: format: expected a value, found true'],
    [
      'what a file may not decide',
      { score: { overwrite: true } },
      'expected a setting that may hold always, found one by which what is there is replaced; say --overwrite each time',
    ],
    ['an option that is no object', { table: 3 }, 'table: expected an object of options, found a number'],
    ['a list at its top', [], 'expected an object of commands, found a list'],
    ['no JSON', '{', 'expected JSON, found something else'],
  ])('with %s is refused by its place', async (_, settings, words) => {
    await write(settings)
    const name =
      typeof settings === 'object' && 'score' in settings
        ? ['score', '--generated', 'a', '--out', 'b']
        : ['table', 'results']
    expect(await refused(name, { cwd, env: home })).toContain(words)
    expect(await refused(['config'], { cwd, env: home })).toContain(words)
  })

  test('is not looked at where only help is asked for', async () => {
    await write('{')
    expect((await kinemetric(['table', '--help'], { cwd, env: home })).code).toBe(0)
    await write({})
  })
})

test('passwords of proxies are not printed', async () => {
  const { stdout } = await kinemetric(['config'], { cwd, env: { ...home, HTTPS_PROXY: 'http://me:secret@proxy:8080' } })
  expect(stdout).toContain('HTTPS_PROXY=set')
  expect(stdout).not.toContain('secret')
})

test('no arguments say where to begin', async () => {
  expect(await refused([], { cwd, env: home })).toContain('kinemetric score --reference')
  expect(await refused(['scroe'], { cwd, env: home })).toContain('Did you mean score?')
})

test.each([
  ['on a pipe none', {}, false],
  ['forced', { FORCE_COLOR: '1' }, true],
  ['forced off', { FORCE_COLOR: '0' }, false],
  ['not wanted', { NO_COLOR: '1' }, false],
])('colours: %s', async (_, env, expected) => {
  const { terminalStyle } = await import('../src/output/terminal.ts')
  const before = { ...process.env }
  try {
    for (const name of ['FORCE_COLOR', 'NO_COLOR']) delete process.env[name]
    Object.assign(process.env, env)
    expect(terminalStyle().color ?? false).toBe(expected)
  } finally {
    for (const name of ['FORCE_COLOR', 'NO_COLOR']) delete process.env[name]
    Object.assign(process.env, before)
  }
})

test('the nearest name is one with few letters changed', () => {
  expect(nearestName('fromat', ['format', 'sort', 'metrics'])).toBe('did you mean format?')
  expect(nearestName('metirc', ['format', 'metrics'])).toBe('did you mean metrics?')
  expect(nearestName('colour', ['format', 'sort'])).toBe('known are format, sort')
  expect(nearestName('x', [])).toBeUndefined()
})
