import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { writeFivePairs } from './five-pairs.ts'
import { kinemetric, refused, temporaryFolder } from './kinemetric.ts'

const cwd = await temporaryFolder()

interface Difference {
  same: boolean
  fields: { field: string; a: string | null; b: string | null }[]
  clips: { both: number; onlyA: string[]; onlyB: string[]; reference: string[]; generated: string[] } | null
  scores: {
    metric: string
    value: { a: number | null; b: number | null }
    signature: { field: string }[]
    clips?: { both: number; changed: number; largest?: { clip: string } }
  }[]
  causes: string[]
  warnings: string[]
}

const recordOf = (out: string) => `${out}/as-is/gens.json`

async function score(out: string, ...args: string[]): Promise<string> {
  const given = ['score', '--reference', 'refs', '--generated', 'gens', '--out', out, '--quiet', ...args]
  expect((await kinemetric(given, { cwd })).code).toBe(0)
  return recordOf(out)
}

async function diff(a: string, b: string, code = 0): Promise<Difference> {
  const found = await kinemetric(['diff', a, b, '--json', '--exit-code'], { cwd })
  expect(found.code).toBe(code)
  return JSON.parse(found.stdout)
}

beforeAll(async () => {
  await writeFivePairs(cwd)
  await score('one', '--metrics', 'psnr,ssim')
})

test('a record and what another run made of the same is the same, with no cause', async () => {
  await score('again', '--metrics', 'psnr,ssim')
  const found = await diff(recordOf('one'), recordOf('again'))
  expect(found).toMatchObject({ same: true, fields: [], causes: [], warnings: [] })
  expect(found.clips).toEqual({ both: 5, onlyA: [], onlyB: [], reference: [], generated: [] })
  // A folder stands for the one record that it holds.
  expect(await diff('one', 'again')).toMatchObject({ same: true, a: { path: recordOf('one') } })
})

test('another recipe is told by the fields of its signature', async () => {
  await score('recipe', '--metrics', 'psnr,ssim:uniform-7')
  const { scores, causes, same } = await diff(recordOf('one'), recordOf('recipe'), 1)
  expect(same).toBe(false)
  const ssim = scores.find(({ metric }) => metric === 'ssim')!
  expect(ssim.signature.map(({ field }) => field)).toContain('recipe')
  expect(scores.find(({ metric }) => metric === 'psnr')!.signature).toEqual([])
  expect(causes[0]).toMatch(/signatures differ \(SSIM\)/)
})

test('fewer clips, and a clip with other frames, are told by name', async () => {
  await cp(join(cwd, 'gens'), join(cwd, 'before'), { recursive: true })
  await cp(join(cwd, 'refs', 'cat.mkv'), join(cwd, 'gens', 'cat.mkv'), { force: true })
  await score('frames', '--metrics', 'psnr,ssim', '--clips', 'ant,cat,dog')
  await rm(join(cwd, 'gens'), { recursive: true })
  await cp(join(cwd, 'before'), join(cwd, 'gens'), { recursive: true })
  const { clips, scores, causes } = await diff(recordOf('one'), recordOf('frames'), 1)
  expect(clips).toEqual({ both: 3, onlyA: ['bee', 'eel'], onlyB: [], reference: [], generated: ['cat'] })
  expect(scores[0].clips).toMatchObject({ both: 3, changed: 1, largest: { clip: 'cat' } })
  expect(causes.join('\n')).toMatch(/3 in both, 2 in A alone[\s\S]*other generated frames in 1 of 3/)
  const { stdout } = await kinemetric(['diff', recordOf('one'), recordOf('frames')], { cwd })
  expect(stdout).toMatch(/1 of 3 differ, most cat/)
})

test('what made them is told by name, and a number alone that was changed by hand has no cause in the records', async () => {
  const text = await readFile(join(cwd, recordOf('one')), 'utf8')
  const record = JSON.parse(text)
  record.provenance.decoder.version = '9.9'
  await writeFile(join(cwd, 'decoder.json'), JSON.stringify(record))
  await cp(join(cwd, 'one', 'as-is', 'gens.parquet'), join(cwd, 'gens.parquet'))
  await cp(join(cwd, 'one', 'as-is', 'gens.hashes.jsonl'), join(cwd, 'gens.hashes.jsonl'))
  expect((await diff(recordOf('one'), 'decoder.json')).fields.map(({ field }) => field)).toEqual(['decoder'])
  const changed = JSON.parse(text)
  changed.scores[0].value += 1
  await writeFile(join(cwd, 'changed.json'), JSON.stringify(changed))
  expect((await diff(recordOf('one'), 'changed.json', 1)).causes.join()).toMatch(/nothing that the records say/)
})

test('a record without its table is held by what it says itself; what is no record is refused', async () => {
  await cp(join(cwd, recordOf('one')), join(cwd, 'alone', 'gens.json'))
  const found = await diff(recordOf('one'), 'alone/gens.json')
  expect(found.clips).toBeNull()
  expect(found.warnings.join()).toMatch(/its table of values is not there/)
  await writeFile(join(cwd, 'other.json'), '{"schema": "something"}')
  expect(await refused(['diff', recordOf('one'), 'other.json'], { cwd })).toMatch(/other\.json/)
  expect(await refused(['diff', recordOf('one'), 'absent.json'], { cwd })).toMatch(/absent\.json/)
})
