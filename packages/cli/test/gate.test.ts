import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { generateClips, scoreClips, writeGateResults } from './gate-results.ts'
import { kinemetric, refused, temporaryFolder } from './kinemetric.ts'

const cwd = await temporaryFolder()

beforeAll(() => writeGateResults(cwd, ['again', 'nearly', 'worse']))

const sides = (candidate: string) => ['gate', '--baseline', 'r/before', '--candidate', `r/${candidate}`, '--quiet']
const margins = ['--margin', 'psnr=0.5', '--margin', 'ssim=0.01']

async function gate(candidate: string, args: readonly string[], code: number) {
  const found = await kinemetric([...sides(candidate), ...args, '--json'], { cwd })
  expect(found.code, found.stderr).toBe(code)
  return JSON.parse(found.stdout)
}

test('frames that are identical pass without a test', async () => {
  const found = await gate('again', margins, 0)
  expect(found).toMatchObject({ verdict: 'pass', passed: true, clips: { common: 8, changedFrames: 0 } })
  expect(found.metrics.map(({ verdict, test: by }: { verdict: string; test: string }) => [verdict, by])).toEqual([
    ['pass', 'identical'],
    ['pass', 'identical'],
  ])
})

test('a little noise within the margin passes, and is told to be within it', async () => {
  const found = await gate('nearly', margins, 0)
  expect(found).toMatchObject({ verdict: 'pass', clips: { changedFrames: 8 } })
  expect(found.metrics[0]).toMatchObject({ metric: 'psnr', verdict: 'pass', equivalent: true, wide: true })
})

test('what is worse by more than the margin fails with 10, on one screen', async () => {
  expect(await gate('worse', margins, 10)).toMatchObject({ verdict: 'fail', passed: false })
  const { code, stdout } = await kinemetric([...sides('worse'), ...margins], { cwd })
  expect(code).toBe(10)
  expect(stdout).toMatch(/^gate: fail\n/)
  expect(stdout).toMatch(/PSNR \(frame-mean\) .* fail\n/)
  expect(stdout.split('\n').length).toBeLessThan(40)
})

test('without margins and rules it is refused, with what to type', async () => {
  const said = await refused(sides('worse'), { cwd })
  expect(said).toMatch(/--margin psnr=/)
  expect(said).toMatch(/kinemetric gate calibrate/)
})

test.each([
  ['psnr=NaN', /expected a number above 0 for psnr.*found NaN/],
  ['psnr=-0.1', /expected a number above 0 for psnr.*found -0\.1/],
  ['psnr=0', /expected a number above 0/],
  ['psnr=', /found nothing/],
  ['0.1', /expected metric=number/],
  ['pnsr=0.1', /did you mean psnr\?/],
  ['psnr:luma=0.1', /found psnr:luma/],
])('the margin %s is refused', async (margin, message) => {
  expect(await refused([...sides('worse'), '--margin', margin], { cwd })).toMatch(message)
})

test('rules decide with margins or alone', async () => {
  expect(await gate('worse', ['--rules', 'ssim > 0.5 and psnr > baseline.psnr - 20'], 0)).toMatchObject({
    verdict: 'pass',
    rules: [{ holds: true }],
  })
  await writeFile(join(cwd, 'rules.txt'), '\uFEFF# a floor\r\nssim > 0.1\r\npsnr > baseline.psnr - 0.2 # no worse\n')
  const found = await gate('worse', ['--rules-file', 'rules.txt'], 10)
  expect(found.rules.map(({ holds }: { holds: boolean }) => holds)).toEqual([true, false])
  expect(await refused([...sides('worse'), '--rules', 'sim > 0.5'], { cwd })).toMatch(/did you mean ssim\?/)
})

test('a record that was edited by hand decides nothing', async () => {
  await generateClips(cwd, 'edited', (clip) => 0.5 + 0.02 * clip)
  await scoreClips(cwd, 'edited')
  const path = join(cwd, 'r/edited/as-is/edited.json')
  const record = JSON.parse(await readFile(path, 'utf8'))
  record.scores[0].value += 5
  await writeFile(path, `${JSON.stringify(record, null, 2)}\n`)
  const said = await refused([...sides('edited'), ...margins], { cwd })
  expect(said).toMatch(/expected a record that says what the files beside it give/)
  expect(said).toMatch(/kinemetric verify/)
})

test.each<[string, (folder: string) => Promise<void>, RegExp]>([
  [
    'is empty',
    () => Promise.resolve(),
    /expected a record, or a results folder with one, found none; kinemetric score/,
  ],
  [
    'has several methods',
    (folder) => cp(join(cwd, 'r/nearly'), folder, { recursive: true }),
    /found before under as-is, nearly under as-is; choose with --method, or name the record itself/,
  ],
  [
    'has a record of a later version',
    (folder) => changed(join(folder, 'as-is/before.json'), (text) => text.replace('record@1', 'record@2')),
    /expected a record of this version's format \(kinemetric\/record@1\), found kinemetric\/record@2; update kinemetric/,
  ],
  [
    'has a record whose table was cut',
    (folder) => changed(join(folder, 'as-is/before.parquet'), (text) => text.slice(0, 100)),
    /before\.parquet: expected a Parquet table/,
  ],
  [
    'has a record without its table',
    (folder) => rm(join(folder, 'as-is/before.parquet')),
    /its table of values is not there/,
  ],
  [
    'has hashes of other frames',
    (folder) =>
      changed(join(folder, 'as-is/before.hashes.jsonl'), (text) => text.replaceAll('"reference":"', '"reference":"0')),
    /kinemetric verify .* tells all; score it again to gate it/,
  ],
])('a baseline whose folder %s is refused', async (name, spoil, message) => {
  const folder = join(cwd, 'spoilt', name.replaceAll(' ', '-'))
  await mkdir(folder, { recursive: true })
  if (name !== 'is empty') await cp(join(cwd, 'r/before'), folder, { recursive: true })
  await spoil(folder)
  const said = await refused(['gate', '--baseline', folder, '--candidate', 'r/nearly', '--quiet', ...margins], { cwd })
  expect(said).toMatch(message)
})

async function changed(path: string, change: (text: string) => string): Promise<void> {
  await writeFile(path, change(await readFile(path, 'latin1')), 'latin1')
}

test('a method of several is chosen by its name', async () => {
  const both = join(cwd, 'both')
  for (const side of ['before', 'nearly']) await cp(join(cwd, 'r', side), both, { recursive: true })
  const { code } = await kinemetric(
    ['gate', '--baseline', both, '--candidate', 'r/before', '--method', 'before', '--quiet', ...margins],
    { cwd },
  )
  expect(code).toBe(0)
  const itself = ['gate', '--baseline', both, '--candidate', `${both}/as-is/before.json`, '--method', 'before']
  expect(await refused([...itself, ...margins, '--quiet'], { cwd })).toMatch(/found the baseline itself/)
})
