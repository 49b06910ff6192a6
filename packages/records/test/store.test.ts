import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readRecord, readRecords, recordPaths, writeRecord } from '../src/index.ts'
import { exampleRecord } from './example-record.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinemetric-records-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a record comes back as it was written, and the same record gives the same bytes', async () => {
  const record = exampleRecord()
  const paths = recordPaths(folder, record.protocol.id, record.method.id)
  await writeRecord(paths.record, record)
  expect(await readRecord(paths.record)).toEqual(record)
  const first = await readFile(paths.record)
  await writeRecord(paths.record, await readRecord(paths.record), { overwrite: true })
  expect(await readFile(paths.record)).toEqual(first)
  expect(await readdir(paths.folder)).toEqual(['static.json'])
})

test('an existing record is refused unless overwriting is asked for, and stays as it was', async () => {
  const path = join(folder, 'static.json')
  await writeRecord(path, exampleRecord())
  const other = { ...exampleRecord(), failures: [] }
  await expect(writeRecord(path, other)).rejects.toMatchObject({ kind: 'conflict', code: 'exists' })
  expect((await readRecord(path)).failures).toHaveLength(1)
  await writeRecord(path, other, { overwrite: true })
  expect((await readRecord(path)).failures).toHaveLength(0)
  expect(await readdir(folder)).toEqual(['static.json'])
})

test('a record with an unknown field, a NaN or an absolute table path is refused before anything is written', async () => {
  const path = join(folder, 'static.json')
  await expect(writeRecord(path, Object.assign(exampleRecord(), { extra: 1 }))).rejects.toThrow(
    /Unrecognized key.*extra/,
  )
  const nan = exampleRecord()
  nan.scores[0].value = Number.NaN
  await expect(writeRecord(path, nan)).rejects.toThrow(/scores\.0\.value/)
  const escaping = exampleRecord()
  escaping.clips.table = '../elsewhere.parquet'
  await expect(writeRecord(path, escaping)).rejects.toThrow(/relative path without/)
  expect(await readdir(folder)).toEqual([])
})

test('readRecords finds records and claims at any depth and reports invalid files without stopping', async () => {
  await writeRecord(recordPaths(folder, 'interdyn-256x384', 'static').record, exampleRecord())
  await writeFile(join(folder, 'broken.json'), '{"schema": ')
  await writeFile(join(folder, 'wrong.json'), '{"schema":"kinemetric/record@1"}')
  await writeFile(join(folder, 'other.json'), '{"some":"thing"}')
  const baselines = join(folder, 'baselines')
  await mkdir(join(baselines, 'interdyn'), { recursive: true })
  const claims = {
    schema: 'kinemetric/claims@1',
    kind: 'claim',
    method: { id: 'interdyn', name: 'InterDyn' },
    protocol: 'interdyn-256x384',
    source: { title: 'InterDyn', arxiv: '2412.11785', table: '1' },
    values: [{ metric: 'ssim', value: 0.68 }],
  }
  await writeFile(join(baselines, 'interdyn', 'paper.json'), JSON.stringify(claims))
  const found = await readRecords(folder)
  expect(found.records.map((item) => item.record.method.id)).toEqual(['static'])
  expect(found.claims.map((item) => item.claims.method.id)).toEqual(['interdyn'])
  expect(found.problems.map((item) => item.code)).toEqual(['not-json', 'invalid'])
  await expect(readRecords(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'not-found' })
})
