import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { filesBelow } from '@kinemetric/files'
import { beforeAll, describe, expect, test } from 'vitest'
import { shellWords } from '../../../test/shell-words.ts'
import { kinemetric, refused, temporaryFolder } from './kinemetric.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const cwd = await temporaryFolder()

beforeAll(() => cp(join(root, 'results'), join(cwd, 'results'), { recursive: true }))

/** The lines of a document's first block of commands. */
async function firstCommands(document: string): Promise<string[][]> {
  const [, block = ''] = /```\n(npx kinemetric [\s\S]*?)```/.exec(await readFile(join(root, document), 'utf8')) ?? []
  return block
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => shellWords(line.replace('npx kinemetric ', '')))
}

describe('the commands of docs/publish.md', () => {
  test('run as they stand there', async () => {
    const commands = await firstCommands('docs/publish.md')
    expect(commands.map(([name]) => name)).toEqual(['publish', 'verify', 'verify'])
    for (const command of commands) {
      const { code, stdout, stderr } = await kinemetric(command, { cwd })
      expect(code, stderr).toBe(0)
      expect(stdout).toMatch(/checks? held/)
    }
    expect(await readdir(join(cwd, 'bundle'))).toEqual([
      'CITATION.cff',
      'LICENCES.md',
      'README.md',
      'SHA256SUMS',
      'bundle.json',
      'citations.bib',
      'results',
      'site',
    ])
  }, 120_000)

  test('make no picture, video or label of data that may not be passed on', async () => {
    const names = (await filesBelow(join(cwd, 'bundle'))).map(({ path }) => path)
    expect(names.filter((path) => /\.(mp4|webm|webp|jpe?g|labels\.jsonl)$/.test(path))).toEqual([])
    const card = await readFile(join(cwd, 'bundle', 'README.md'), 'utf8')
    expect(card).toContain('license: "cc-by-4.0"\n')
    expect(card).toContain('path: "results/physics-256x384/driver-only.parquet"\n')
    expect(await readFile(join(cwd, 'bundle', 'LICENCES.md'), 'utf8')).toContain('may not be passed on')
    expect(await readFile(join(cwd, 'bundle', 'CITATION.cff'), 'utf8')).toContain('  - name: "Ada Lovelace"\n')
  })
})

test('a byte that was changed is told by its file, with exit code 1, and as JSON', async () => {
  const path = join(cwd, 'bundle', 'site', 'index.html')
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('<', '(<'))
  const told = await kinemetric(['verify', 'bundle', '--quiet'], { cwd })
  expect(told).toMatchObject({ code: 1, stdout: expect.stringContaining('WRONG  site/index.html: checksum: expected') })
  const { stdout } = await kinemetric(['verify', 'bundle', '--quiet', '--json'], { cwd })
  expect(JSON.parse(stdout)).toMatchObject({ records: 5, wrong: [{ file: 'site/index.html', what: 'checksum' }] })
  await writeFile(path, text)
})

test('what cannot be published says why and what helps', async () => {
  expect(await refused(['publish', 'nowhere', '--out', 'new'], { cwd })).toContain('nowhere')
  expect(await refused(['publish', 'results', '--out', 'results/new', '--no-site'], { cwd })).toContain(
    'expected a folder outside the results',
  )
  const path = join(cwd, 'edited', 'physics-256x384', 'static.json')
  await cp(join(cwd, 'results'), join(cwd, 'edited'), { recursive: true })
  await writeFile(path, (await readFile(path, 'utf8')).replace(/"value": 27/, '"value": 37'))
  expect(await refused(['publish', 'edited', '--out', 'new', '--no-site', '--quiet'], { cwd })).toContain(
    'cannot be published: 2 checks fail, the first: physics-256x384/static',
  )
  await rm(join(cwd, 'edited'), { recursive: true })
})
