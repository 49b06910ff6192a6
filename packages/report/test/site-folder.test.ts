import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { checkApart, checkTarget, replaceSite } from '../src/site-build/site-folder.ts'

const work = mkdtempSync(join(tmpdir(), 'kinemetric-folder-test-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

let number = 0
let target = ''
let home = ''
beforeEach(() => {
  home = join(work, String(number++))
  mkdirSync(home)
  target = join(home, 'site')
})

const write = (text: string) =>
  replaceSite(target, async (folder) => {
    writeFileSync(join(folder, 'index.html'), text)
    return { pages: 1 }
  })
const shown = () => readFileSync(join(target, 'index.html'), 'utf8')

test('a site is replaced as a whole, and nothing else is left', async () => {
  await write('one')
  await write('two')
  expect(shown()).toBe('two')
  expect(readdirSync(home)).toEqual(['site'])
  expect(JSON.parse(readFileSync(join(target, 'kinemetric-site.json'), 'utf8'))).toEqual({
    schema: 'kinemetric/site@1',
    pages: 1,
    names: ['index.html', 'kinemetric-site.json'],
  })
})

test('a build that fails leaves the old site', async () => {
  await write('one')
  await expect(replaceSite(target, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(shown()).toBe('one')
  expect(readdirSync(home)).toEqual(['site'])
})

const build = () => join(home, '.site.kinemetric-build')
const marked = () => writeFileSync(join(build(), 'kinemetric-build.json'), '')

describe('what was killed', () => {
  // The steps of a build, each as it leaves the folder when nothing comes after it.
  const moments: [string, () => void][] = [
    ['before its marker', () => mkdirSync(build())],
    ['while it wrote', () => (mkdirSync(join(build(), 'next'), { recursive: true }), marked())],
    [
      'between the two renames',
      () => {
        mkdirSync(build())
        marked()
        renameSync(target, join(build(), 'previous'))
      },
    ],
  ]

  test.each(moments)('%s is tidied up by the next build', async (_, leave) => {
    await write('one')
    leave()
    await write('two')
    expect(shown()).toBe('two')
    expect(readdirSync(home)).toEqual(['site'])
  })

  test('between the two renames is put back even where the next build fails', async () => {
    await write('one')
    moments[2][1]()
    await expect(replaceSite(target, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(shown()).toBe('one')
  })

  test('a real kill leaves the old site, and its lock is taken over', async () => {
    await write('one')
    const source = join(import.meta.dirname, '..', 'src', 'site-build', 'site-folder.ts')
    const script = `import { replaceSite } from ${JSON.stringify(source)}
await replaceSite(${JSON.stringify(target)}, async () => { console.log('here'); await new Promise((resolve) => setTimeout(resolve, 60000)) })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    await expect(write('two')).rejects.toMatchObject({ code: 'locked' })
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    expect(shown()).toBe('one')
    await write('two')
    expect(shown()).toBe('two')
    expect(readdirSync(home)).toEqual(['site'])
  })
})

describe('a folder that is not ours', () => {
  const refused = { code: 'bad-output', kind: 'conflict' }

  test('is not replaced: other files, a marker of something else, a file', async () => {
    mkdirSync(target)
    writeFileSync(join(target, 'thesis.tex'), '')
    await expect(write('two')).rejects.toMatchObject(refused)
    writeFileSync(join(target, 'kinemetric-site.json'), '{"schema":"other"}')
    await expect(write('two')).rejects.toMatchObject(refused)
    expect(existsSync(join(target, 'thesis.tex'))).toBe(true)
  })

  test('among the results is none to build into, by a link neither, also where it is not there yet', async () => {
    const results = join(home, 'results')
    mkdirSync(join(results, 'p'), { recursive: true })
    symlinkSync(results, join(home, 'link'))
    for (const folder of ['results/site', 'results/p/a/b', 'link/site'])
      await expect(checkApart(join(home, folder), [undefined, results])).rejects.toMatchObject(refused)
    for (const folder of ['site', 'results-site', 'a/b/site'])
      await checkApart(join(home, folder), [undefined, results])
  })

  test('is not replaced where somebody put their own beside a site', async () => {
    await write('one')
    mkdirSync(join(target, '.git'))
    await expect(write('two')).rejects.toThrow(/found other files \(\.git\)/)
    expect(shown()).toBe('one')
  })

  test('is not removed where it has the name of an unfinished build', async () => {
    const taken = join(home, '.site.kinemetric-build')
    mkdirSync(taken)
    writeFileSync(join(taken, 'mine.txt'), '')
    await expect(write('one')).rejects.toMatchObject(refused)
    expect(existsSync(join(taken, 'mine.txt'))).toBe(true)
  })

  test('a site of a version that listed no names is replaced, unless hidden files lie in it', async () => {
    mkdirSync(target)
    writeFileSync(join(target, 'kinemetric-site.json'), '{"schema":"kinemetric/site@1","pages":1}')
    writeFileSync(join(target, 'index.html'), 'old')
    await checkTarget(target)
    writeFileSync(join(target, '.nojekyll'), '')
    await expect(checkTarget(target)).rejects.toMatchObject(refused)
    rmSync(join(target, '.nojekyll'))
    await write('new')
    expect(shown()).toBe('new')
  })
})
