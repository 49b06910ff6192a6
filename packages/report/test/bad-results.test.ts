import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mostMethods, type TableRow, writeLabels, writeRecord, writeTable } from '@kinemetric/records'
import { compareResults } from '@kinemetric/evaluation'
import { hashBytes } from '@kinemetric/files'
import { parseDataScript } from '../src/data-files/container.ts'
import { decodeProtocol, type ProtocolHead } from '../src/data-files/protocol-file.ts'
import { buildSite, type BuiltSite } from '../src/index.ts'
import { buildModel } from '../src/site-model/build-model.ts'
import { record, sha } from './fixtures.ts'

const work = mkdtempSync(join(tmpdir(), 'kinemetric-bad-results-test-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

interface Written {
  protocol: string
  clips?: readonly string[]
  version?: string
  hashes?: boolean
  table?: boolean
  name?: string
}

async function write(results: string, id: string, asked: Written): Promise<void> {
  const { protocol, clips = ['c0', 'c1', 'c2'], version = '0.1.0', hashes = true, table = true, name = id } = asked
  const folder = join(results, protocol)
  mkdirSync(folder, { recursive: true })
  const value = 20 + (Number(id.replace(/\D/g, '')) || 0) / 1000
  const entry = record({
    id,
    name,
    protocol,
    clips: clips.length,
    scores: [{ metric: 'psnr', value, n: clips.length }],
  })
  entry.provenance.code.version = version
  if (hashes) entry.clips.hashes = `${id}.hashes.jsonl`
  await writeRecord(join(folder, `${id}.json`), entry)
  const row = (clip: string, at: number): TableRow => ({
    clip,
    frame: -1,
    metric: 'psnr',
    recipe: 'frame-mean',
    value: value + at,
  })
  if (table) await writeTable(join(folder, `${id}.parquet`), clips.map(row))
  const lines = clips.map((clip) => ({ clip, generated: hashBytes(id + clip), reference: sha('b'), frames: 13 }))
  if (hashes)
    writeFileSync(join(folder, `${id}.hashes.jsonl`), lines.map((each) => `${JSON.stringify(each)}\n`).join(''))
}

/** Names and labels that would be markup, code, a path, another order of letters, or a page of their own. */
const hostile = [
  `<script>globalThis.ran = 1</script>`,
  `"quoted' & <b>bold</b>`,
  '\u202Edesrever\u202C and \u200Eleft',
  'x'.repeat(10_000),
  'two\nlines\tand a tab',
  '../../../../etc/passwd',
]
const clips = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5']

describe('a results folder of records with faults', () => {
  const results = join(work, 'results')
  const site = join(work, 'site')
  let built: BuiltSite
  const page = (path: string) => readFileSync(join(site, path), 'utf8')
  const text = (path: string) =>
    page(path)
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ')

  beforeAll(async () => {
    await write(results, 'full', { protocol: 'faults' })
    await write(results, 'no-hashes', { protocol: 'faults', hashes: false })
    await write(results, 'no-table', { protocol: 'faults', table: false })
    await write(results, 'later', { protocol: 'faults', version: '0.2.0' })
    await write(results, 'm1', { protocol: 'one-clip', clips: ['only'] })
    await write(results, 'm2', { protocol: 'one-clip', clips: ['only'] })
    for (const [at, name] of hostile.entries()) await write(results, `h${at}`, { protocol: 'hostile', clips, name })
    await writeLabels(
      join(results, 'hostile', 'labels.jsonl'),
      clips.map((clip, at) => ({ clip, label: hostile[at], class: hostile[5 - at], objects: [hostile[at]] })),
    )
    // What else lies there is none of ours.
    writeFileSync(join(results, 'faults', 'package.json'), '{"name":"else"}')
    writeFileSync(join(results, 'faults', 'damaged.json'), '{"schema":"kinemetric/record@1"')
    built = await buildSite(results, site, {
      comparisons: () => compareResults(results, { atOnce: true, cache: false }),
    })
  }, 300_000)

  test('is built, and what is left out is told', () => {
    expect(built.warnings.join('\n')).toMatch(/no-table\.json: its table of values is left out/)
    expect(built.warnings.join('\n')).toMatch(/damaged\.json/)
    expect(text('index.html')).toContain('no-table.json: its table of values is left out')
  })

  test('a record without hashes, or without values, is shown and not compared, with the reason', () => {
    const shown = text('faults/index.html')
    for (const id of ['full', 'no-hashes', 'no-table', 'later']) expect(shown).toContain(id)
    expect(shown).toMatch(/no-hashes is not ranked \([^)]*hash/)
    expect(shown).toMatch(/no-table is not ranked \([^)]*(table|values)/)
  })

  test('records of two versions say so', () => {
    const shown = text('faults/index.html')
    expect(shown).toContain('Measured by kinemetric 0.2.0, others here by another version.')
    expect(text('one-clip/index.html')).not.toContain('another version')
  })

  test('one clip cannot separate anything, and has no interval', () => {
    const shown = text('one-clip/index.html')
    expect(shown).toMatch(/n = 1 cannot separate/)
    expect(shown).not.toMatch(/\b(better|worse) by\b/)
  })

  test('hostile names and labels are text, in one line, cut, and lead nowhere', () => {
    const pages = globSync('**/*.html', { cwd: site })
    for (const path of pages) {
      const html = page(path)
      // In a quoted attribute a tag is none.
      const markup = html.replaceAll(/="[^"]*"/g, '')
      expect({ path, has: /<script>globalThis|<b>bold/.test(markup) }).toEqual({ path, has: false })
      // Marks that turn the order of letters around are written out.
      expect({ path, has: /[\u202A-\u202E\u200E\u200F\u2066-\u2069]/.test(html) }).toEqual({ path, has: false })
      expect({ path, long: /.{40}x{300}/.exec(html)?.[0].slice(0, 60) }).toEqual({ path, long: undefined })
    }
    expect(pages.every((path) => !path.includes('..'))).toBe(true)
    const script = parseDataScript(readFileSync(join(site, 'hostile', 'data', 'protocol.js'), 'utf8'))!
    const head: ProtocolHead = JSON.parse(JSON.stringify(script.head))
    const { labels, classes, objects } = decodeProtocol({
      head,
      bytes: gunzipSync(Buffer.from(script.packed, 'base64')),
    })
    expect(labels[3]).toBe(`${'x'.repeat(199)}…`)
    expect(classes).toHaveLength(6)
    expect(labels[4]).toBe('two lines and a tab')
    expect(objects[2]).not.toMatch(/\u202E/)
    expect([...labels, ...classes, ...objects].join('')).not.toMatch(/[\n\t\u202A-\u202E]/)
  })
})

test('a folder that holds something else is refused, and says what was looked for', async () => {
  const other = join(work, 'something-else')
  mkdirSync(join(other, 'src'), { recursive: true })
  writeFileSync(join(other, 'package.json'), '{"name":"else","schema":"https://json-schema.org"}')
  writeFileSync(join(other, 'src', 'movie.mp4'), 'no video')
  await expect(buildSite(other, join(work, 'nowhere'))).rejects.toMatchObject({
    code: 'no-records',
    message: expect.stringContaining('expected records (<protocol>/<method>.json), found none'),
  })
})

describe('very many methods', () => {
  const results = join(work, 'many')
  const methods = mostMethods + 50

  beforeAll(async () => {
    for (let at = 0; at < methods; at++) await write(results, `m${at}`, { protocol: 'many' })
  }, 300_000)

  test('are shown up to a hundred, the best in the first metric, and the pages say so', async () => {
    const { model } = await buildModel(results, join(work, 'scratch'), { media: 'none' })
    const [{ board, methodsLeftOut }] = model.protocols
    expect(board.rows).toHaveLength(mostMethods)
    const ids = new Set(board.rows.map(({ id }) => id))
    expect([ids.has('m149'), ids.has('m50'), ids.has('m49')]).toEqual([true, true, false])
    expect(methodsLeftOut).toContain('150 methods have records here, of which 100 are shown: those with the best PSNR')
    expect(methodsLeftOut).toContain('all pairs would be 11,175 a metric')
    expect(model.problems).toEqual([`many: ${methodsLeftOut}`])
  })

  test('are not compared all at once by who prints a table, and those that are named are', async () => {
    const warnings: string[] = []
    const onWarning = (message: string) => void warnings.push(message)
    expect(await compareResults(results, { atOnce: true, cache: false, onWarning })).toEqual([])
    expect(warnings).toEqual([expect.stringContaining('150 methods are too many to compare all of them')])
    const some = await compareResults(results, { atOnce: true, cache: false, methods: ['m1', 'm2'] })
    expect(some[0].columns[0].pairs).toHaveLength(1)
  })
})

test('of very many classes the largest are told apart', async () => {
  const results = join(work, 'classes')
  const ids = Array.from({ length: 700 }, (_, at) => `c${at}`)
  await write(results, 'a', { protocol: 'classes', clips: ids })
  await writeLabels(
    join(results, 'classes', 'labels.jsonl'),
    ids.map((clip, at) => ({ clip, class: at < 10 ? 'many' : `class ${at}` })),
  )
  const { model, data } = await buildModel(results, join(work, 'scratch-2'), { media: 'none' })
  const { classes, classOf } = data[0].data.clips
  expect(classes).toHaveLength(500)
  expect(classes[classOf[0]]).toBe('many')
  expect(classOf[699]).toBe(-1)
  expect(model.problems).toEqual([expect.stringContaining('of 691 classes of clips the 500 largest are told apart')])
})
