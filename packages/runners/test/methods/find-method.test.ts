import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findMethod } from '../../src/index.ts'

const folder = await mkdtemp(join(tmpdir(), 'kinemetric-methods-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

const program = {
  id: 'mine',
  version: '1',
  displayName: 'Mine',
  licences: ['MIT'],
  kind: 'process',
  command: ['run-mine'],
  capabilities: { control: 'mask' },
  output: { alignment: 'frame' },
  determinism: 'seeded',
  implementationStatus: 'working',
}
async function written(name: string, spec: unknown): Promise<string> {
  const path = join(folder, name)
  await mkdir(path)
  await writeFile(join(path, 'method.json'), typeof spec === 'string' ? spec : JSON.stringify(spec))
  return path
}

test('a method is found by its folder, by its file, or by its name in baselines', async () => {
  const path = await written('mine', program)
  expect(await findMethod(path)).toMatchObject({ folder: path, native: undefined, spec: { id: 'mine', defaults: {} } })
  expect((await findMethod(join(path, 'method.json'))).spec).toEqual((await findMethod(path)).spec)
  expect((await findMethod('static')).native?.id).toBe('static')
})

test('the example of docs/process-methods.md is a method', async () => {
  const page = await readFile(join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'process-methods.md'), 'utf8')
  const [, example = ''] = /## A whole one[\s\S]*?```json\n([\s\S]*?)```/.exec(page) ?? []
  expect((await findMethod(await written('documented', example))).spec).toMatchObject({ id: 'mine', kind: 'process' })
})

test('a program of one’s own cannot take the id of a method that comes along', async () => {
  for (const id of ['interdyn', 'seer', 'static'])
    await expect(findMethod(await written(`as-${id}`, { ...program, id }))).rejects.toMatchObject({
      code: 'bad-spec',
      found: id,
      message: /an id of its own/,
    })
  expect((await findMethod('seer')).spec.id).toBe('seer')
})

test('an unknown method names those there are', async () => {
  await expect(findMethod('nonesuch')).rejects.toMatchObject({
    code: 'unknown-method',
    expected: /blurred-reference, .*interdyn, .*seer, static/,
    found: 'nonesuch',
  })
  const native = await written('native', { ...program, kind: 'native' })
  await expect(findMethod(native)).rejects.toMatchObject({ code: 'unknown-method', found: 'mine' })
})

test('a method.json of an earlier version is read, without the fields that nothing reads', async () => {
  const former = await written('former', {
    ...program,
    upstream: { repo: 'https://example.org/mine' },
    envRecipe: { type: 'conda', text: 'dependencies: []' },
    weights: [{ id: 'w', licence: 'MIT' }],
    presets: { fast: { steps: 10 }, note: 'a word' },
    paper: { title: 'Mine', claims: { psnr: 20 } },
    capabilities: { control: 'mask', image: true, fps: 8, batch: 2 },
    output: { frames: 14, resolution: [256, 384], includesInputFrame: true, alignment: 'frame' },
  })
  const presets = { fast: { settings: { steps: 10 } } }
  const today = await written('today', { ...program, paper: { title: 'Mine' }, presets })
  expect((await findMethod(former)).spec).toEqual((await findMethod(today)).spec)
})

test.each([
  ['no-json', 'dear diary', /expected JSON/],
  ['misspelt', { ...program, capabilites: {} }, /Unrecognized key.*capabilites/],
  ['no-command', { ...program, command: [] }, /expected a process method to name its program in `command`, found none/],
  [
    'min-over-max',
    { ...program, settings: { steps: { type: 'integer', min: 5, max: 2, default: 9, doc: 'Steps.' } } },
    /settings\.steps\.min: expected at most max \(2\), found 5/,
  ],
  [
    'default-outside',
    { ...program, settings: { steps: { type: 'integer', min: 1, max: 2, default: 9, doc: 'Steps.' } } },
    /settings\.steps\.default: expected what lies between min and max, found 9/,
  ],
  [
    'half-default',
    { ...program, settings: { steps: { type: 'integer', default: 1.5, doc: 'Steps.' } } },
    /settings\.steps\.default: expected a whole number, found 1\.5/,
  ],
  [
    'no-choice',
    { ...program, settings: { dtype: { type: 'text', choices: ['a'], default: 'b', doc: 'Numbers.' } } },
    /settings\.dtype\.default: expected one of choices, found b/,
  ],
  [
    'frames-min-over-max',
    { ...program, capabilities: { control: 'mask', frames: { min: 5, max: 2 } } },
    /capabilities\.frames\.min: expected at most max \(2\), found 5/,
  ],
  [
    'dishonest',
    { ...program, capabilities: { control: 'none', reference: true } },
    /expected `trivial` of what is given the reference/,
  ],
  [
    'program-with-reference',
    { ...program, trivial: true, capabilities: { control: 'none', reference: true } },
    /`capabilities\.reference` false of mine, found true/,
  ],
  [
    'blind-oracle',
    { ...program, id: 'blurred-reference', kind: 'native' },
    /`capabilities\.reference` true of blurred-reference, found false/,
  ],
])('%s: a bad method.json is told', async (name, spec, message) => {
  await expect(findMethod(await written(name, spec))).rejects.toMatchObject({ code: 'bad-spec', message })
})
