import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { readComparisons, readTable, writeRecord } from '@kinemetric/records'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BuiltSite, buildSite } from '../src/index.ts'
import { fixtureMethods, writeFixtureResults } from './fixture-results.ts'
import { claim, record } from './fixtures.ts'
import { siteInputs } from '../src/site-build/site-inputs.ts'
import { forbiddenWords } from './forbidden-words.ts'

const work = mkdtempSync(join(tmpdir(), 'kinemetric-site-test-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

const packageFolder = join(import.meta.dirname, '..')
const listing = () =>
  readdirSync(packageFolder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('node_modules'))
    .sort()

const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}\${7*7}`

describe('a site', () => {
  const results = join(work, 'results')
  const outDir = join(work, 'site')
  let site: BuiltSite
  let pages: { path: string; text: string }[]
  let before: string[]

  beforeAll(async () => {
    await writeFixtureResults(results, { clips: 3, videos: false })
    await writeHostile(results)
    await writeWithPaths(results)
    writeFileSync(join(results, 'interdyn-256x384', 'broken.json'), '{"schema":"kinemetric/record@1"')
    mkdirSync(join(results, 'claims'))
    writeFileSync(
      join(results, 'claims', 'paper.json'),
      JSON.stringify(claim('interdyn', { psnr: 19.04 }, 'interdyn-256x384', 'InterDyn')),
    )
    before = listing()
    site = await buildSite(results, outDir, { title: 'A & B <report>', base: 'https://example.org/report' })
    pages = globSync('**/*.html', { cwd: outDir }).map((path) => ({
      path,
      text: readFileSync(join(outDir, path), 'utf8'),
    }))
  }, 300_000)

  test('has a page for each protocol, method and clip, and counts them', () => {
    const paths = pages.map(({ path }) => path)
    expect(paths).toHaveLength(site.pages)
    expect(paths).toEqual(
      expect.arrayContaining([
        'index.html',
        'interdyn-256x384/index.html',
        'interdyn-256x384/provenance.html',
        'interdyn-256x384/clips.html',
        'interdyn-256x384/clip.html',
        'interdyn-256x384/methods/alpha.html',
        'hostile/index.html',
        'paths/index.html',
      ]),
    )
    expect(existsSync(site.index)).toBe(true)
  })

  test('has only relative links, each to a file that is there', () => {
    const links = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\s(href|src)="([^"]*)"/g)].map(([, attribute, value]) => ({ path, attribute, value })),
    )
    const outside = links.filter(({ value }) => /^(?:\/|[a-z]+:)/i.test(value) && value !== 'data:,')
    expect(outside.filter(({ attribute, value }) => attribute !== 'href' || !value.startsWith('https://'))).toEqual([])
    const inside = links.filter((link) => !outside.includes(link) && !/^(?:#|data:)/.test(link.value))
    expect(inside.length).toBeGreaterThan(100)
    const target = ({ path, value }: (typeof links)[number]) => normalize(join(dirname(path), value.split(/[?#]/)[0]))
    expect(inside.filter((link) => !existsSync(join(outDir, target(link))))).toEqual([])
  })

  test('links to fragments that are there', () => {
    const missing = pages.flatMap(({ path, text }) => {
      const ids = new Set([...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id))
      const used = text.matchAll(/\s(?:href="#|aria-labelledby="|aria-describedby=")([^"]+)"/g)
      return [...used].filter(([, id]) => !ids.has(id)).map(([, id]) => `${path}: #${id}`)
    })
    expect(missing).toEqual([])
  })

  test('repeats no id in a page', () => {
    const repeated = pages.filter(({ text }) => {
      const ids = [...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
      return new Set(ids).size !== ids.length
    })
    expect(repeated.map(({ path }) => path)).toEqual([])
  })

  test('shows what a hostile record says as text', () => {
    const shown = pages.filter(({ text }) => text.includes('alert(1)'))
    expect(shown.length).toBeGreaterThan(4)
    // Within quotes an attribute's `<` starts nothing; its `"` are escaped, or this would not cut where it does.
    const markup = shown.map(({ text }) => text.replace(/="[^"]*"/g, '=""')).join('\n')
    expect(markup).not.toContain('<script>alert')
    expect(markup).not.toContain('<img')
    expect(shown.map(({ text }) => text).join('\n')).not.toMatch(/(?:href|src)="javascript:/)
    expect(pages.find(({ path }) => path === 'index.html')!.text).toContain('A &amp; B &lt;report&gt;')
  })

  test('leaves out media outside the record folder, and what is no video, and says so', () => {
    const said = site.warnings.join('\n')
    expect(said).toMatch(/^interdyn-256x384\/broken\.json: /m)
    // A published page should not tell where on whose disk it was made.
    expect(said).not.toContain(work)
    expect(said).toMatch(/clip 'c1' is left out \(.*leads out of it\)/)
    expect(said).toMatch(
      /clip 'c2' is left out \(javascript:alert\(1\)\.mp4: expected a file below the record's folder, found nothing/,
    )
    expect(said).toMatch(/clip 'c3' is left out \(media\/page\.html: expected a file ending in \.mp4/)
    expect(said).toMatch(/clip 'c4' is left out \(media\/missing\.mp4: expected a file .*, found nothing\)/)
    expect(globSync('hostile/media/**/*.*', { cwd: outDir })).toEqual([])
    expect(pages.find(({ path }) => path === 'index.html')!.text).toContain('Left out')
  })

  test('has every table to download, and the records as they are', async () => {
    const folder = join(outDir, 'interdyn-256x384', 'downloads')
    expect(readdirSync(folder).sort()).toEqual(
      ['alpha', 'beta', 'static']
        .flatMap((id) => [`${id}.json`, `${id}.parquet`])
        .concat(['csv', 'json', 'md', 'tex'].map((extension) => `leaderboard.${extension}`))
        .concat('clips.csv')
        .sort(),
    )
    expect(readFileSync(join(folder, 'alpha.json'), 'utf8')).toBe(
      readFileSync(join(results, 'interdyn-256x384', 'alpha.json'), 'utf8'),
    )
    expect(await readTable(join(folder, 'alpha.parquet'))).toHaveLength(3 * (3 * 13 + 1))
    expect(JSON.parse(readFileSync(join(folder, 'leaderboard.json'), 'utf8')).protocols[0].claims).toHaveLength(1)
  })

  test('charts are SVG with colours from CSS, and nothing else draws', () => {
    const text = pages.find(({ path }) => path === 'interdyn-256x384/methods/alpha.html')!.text
    const charts = [...text.matchAll(/<svg[^>]*class="chart"[^>]*>.*?<\/svg>/gs)].map(([svg]) => svg)
    expect(charts.length).toBeGreaterThan(3)
    for (const svg of charts) {
      expect(svg).toContain('role="img"')
      expect(svg).toMatch(/aria-label="[^"]+"/)
      expect(svg).toContain('var(--series-1)')
      expect(svg).not.toMatch(/(?:fill|stroke)="(?:#|rgb|black|white)/)
    }
    // What is brushed and hovered is a canvas: there alone.
    const drawing = pages.filter((page) => page.text.includes('<canvas')).map(({ path }) => path)
    expect(drawing.filter((path) => !/\/clips?\.html$/.test(path))).toEqual([])
  })

  test('has the canonical address of its base', () => {
    const textOf = new Map(pages.map(({ path, text }) => [path, text]))
    expect(textOf.get('index.html')).toContain('<link rel="canonical" href="https://example.org/report/">')
    expect(textOf.get('interdyn-256x384/provenance.html')).toContain(
      'href="https://example.org/report/interdyn-256x384/provenance.html"',
    )
  })

  test('says no more than its numbers do', () => {
    // The hostile protocol's own texts are not ours.
    const said = pages
      .filter(({ path }) => !path.startsWith('hostile/') && path !== 'index.html')
      .flatMap(({ path, text }) => {
        const shown = text.replace(/<(?:script|style)\b.*?<\/(?:script|style)>/gs, ' ').replace(/<[^>]*>/g, ' ')
        return forbiddenWords(shown).map((words) => `${path}: ${words}`)
      })
    expect(said).toEqual([])
  })

  test('has no folder of a machine on a page or in a download, whoever wrote it', () => {
    const files = globSync('**/*.{html,json,csv,tex,md,js,css}', { cwd: outDir })
    const texts = [
      ...files.map((path) => `${path}\n${readFileSync(join(outDir, path), 'utf8')}`),
      site.warnings.join('\n'),
    ]
    for (const text of texts) {
      const [path] = text.split('\n', 1)
      const found = ['secret', homedir(), work, results, process.cwd()].filter((folder) => text.includes(folder))
      expect({ path, found }).toEqual({ path, found: [] })
    }
    const all = texts.join('\n')
    // What tells what happened stays.
    expect(all).toContain('…/clip.mp4')
    expect(all).toContain('https://example.org/a/b')
    expect(JSON.parse(readFileSync(join(outDir, 'paths', 'downloads', 'pathy.json'), 'utf8'))).toMatchObject({
      warnings: ['read …/clip.mp4', '…/x.mp4', 'weights=…/a.onnx'],
    })
  })

  test('writes nothing into this package', () => expect(listing()).toEqual(before))

  test('is left as it is by a build that is aborted, and replaced as a whole by the next, beside another at the same time', async () => {
    const old = join(outDir, 'interdyn-256x384', 'old.html')
    const hidden = () => readdirSync(work).filter((name) => name.startsWith('.'))
    writeFileSync(old, '')
    const controller = new AbortController()
    const aborted = buildSite(results, outDir, {
      signal: controller.signal,
      onProgress: (line) => line.startsWith('writing') && controller.abort(new Error('enough')),
    })
    await expect(aborted).rejects.toThrow('enough')
    expect(existsSync(old)).toBe(true)
    expect(hidden()).toEqual([])
    const other = { results: join(work, 'other'), out: join(work, 'other-site') }
    await writeFixtureResults(other.results, { clips: 2, videos: false })
    const [again, another] = await Promise.all([
      buildSite(results, outDir, { title: 'this one' }),
      buildSite(other.results, other.out, { title: 'the other' }),
    ])
    expect(existsSync(old)).toBe(false)
    expect(hidden()).toEqual([])
    expect(again.pages).toBe(site.pages)
    for (const [out, clips] of [
      [outDir, 3],
      [other.out, 2],
    ] as const)
      expect(readFileSync(join(out, 'interdyn-256x384/data/protocol.js'), 'utf8')).toContain(`"clips":${clips + 1},`)
    expect(another.pages).toBeLessThan(again.pages)
    expect(readFileSync(join(outDir, 'index.html'), 'utf8')).toContain('this one')
    expect(readFileSync(join(other.out, 'index.html'), 'utf8')).toContain('the other')
  }, 300_000)
})

test('a site whose records, code and wishes are what they were is not built again', async () => {
  const results = join(work, 'unchanged')
  const out = join(work, 'unchanged-site')
  await writeFixtureResults(results, { clips: 2, videos: false })
  const first = await buildSite(results, out)
  const index = join(out, 'index.html')
  writeFileSync(index, 'looked at')
  const second = await buildSite(results, out)
  expect([first.unchanged, second.unchanged, second.pages, readFileSync(index, 'utf8')]).toEqual([
    false,
    true,
    first.pages,
    'looked at',
  ])
  // A wish and a record change what a site is made of, each by itself; so does a page that is gone.
  const inputs = async (title: string) => (await siteInputs([results], { title }))?.all
  const before = await inputs('A')
  expect(before).toMatch(/^[0-9a-f]{64}$/)
  expect([await inputs('A'), (await inputs('B')) === before]).toEqual([before, false])
  await writeRecord(join(results, 'interdyn-256x384', 'gamma.json'), record({ id: 'gamma', scores: [] }))
  expect((await inputs('A')) === before).toBe(false)
  rmSync(index)
  expect((await buildSite(results, out, { title: 'Another' })).unchanged).toBe(false)
  expect(existsSync(index)).toBe(true)
  expect((await buildSite(results, out, { title: 'Another' })).unchanged).toBe(true)
}, 300_000)

test('comparisons that are written while a site is built do not have it built again', async () => {
  const results = join(work, 'compared-now')
  const out = join(work, 'compared-now-site')
  await writeFixtureResults(results, { clips: 2, videos: false })
  const path = join(results, 'interdyn-256x384', 'comparisons.json')
  const text = readFileSync(path, 'utf8')
  rmSync(path)
  const comparisons = async () => {
    writeFileSync(path, text)
    return [await readComparisons(path)]
  }
  expect((await buildSite(results, out, { comparisons })).unchanged).toBe(false)
  expect((await buildSite(results, out, { comparisons })).unchanged).toBe(true)
  // Others, written by who compared more, are another site.
  writeFileSync(path, `${text} `)
  expect((await buildSite(results, out, { comparisons })).unchanged).toBe(false)
}, 300_000)

/** Of the mark before a method's name on its page. */
function seriesShown(path: string): number {
  return Number(/<h1.*?var\(--series-(\d+)\)/s.exec(readFileSync(path, 'utf8'))?.[1])
}

test('methods keep their colours when one joins', async () => {
  const results = join(work, 'colours')
  const out = join(work, 'colours-site')
  const [still, alpha, beta] = fixtureMethods
  const numbers = async () => {
    await buildSite(results, out)
    const folder = join(out, 'interdyn-256x384', 'methods')
    const ids = readdirSync(folder).filter((name) => name !== 'index.html')
    return Object.fromEntries(ids.map((name) => [name.replace('.html', ''), seriesShown(join(folder, name))]))
  }
  await writeFixtureResults(results, { clips: 2, videos: false, methods: [still, beta] })
  expect(await numbers()).toEqual({ beta: 1, static: 2 })
  await writeFixtureResults(results, { clips: 2, videos: false, methods: [still, alpha, beta] })
  expect(await numbers()).toEqual({ beta: 1, static: 2, alpha: 3 })
  rmSync(out, { recursive: true })
  expect(await numbers()).toEqual({ alpha: 1, beta: 2, static: 3 })
}, 300_000)

describe('bad input', () => {
  test('a folder with other files is not replaced', async () => {
    const results = join(work, 'bad')
    await writeFixtureResults(results, { clips: 1, videos: false })
    await expect(buildSite(results, results)).rejects.toThrow(
      /expected a new or empty folder, or an earlier site, .*found other files/,
    )
    expect(existsSync(join(results, 'interdyn-256x384', 'alpha.json'))).toBe(true)
  })

  test('no folder, a file and no records are told apart', async () => {
    const empty = join(work, 'empty')
    mkdirSync(empty)
    writeFileSync(join(empty, 'a.json'), '{}')
    await expect(buildSite(join(work, 'nowhere'), join(work, 'x'))).rejects.toThrow(
      /nowhere: expected a folder of records, found nothing/,
    )
    await expect(buildSite(join(empty, 'a.json'), join(work, 'x'))).rejects.toThrow(/found a file/)
    await expect(buildSite(empty, join(work, 'x'))).rejects.toMatchObject({ code: 'no-records' })
    expect(existsSync(join(work, 'x'))).toBe(false)
  })
})

async function writeHostile(results: string): Promise<void> {
  const folder = join(results, 'hostile')
  mkdirSync(join(folder, 'media'), { recursive: true })
  writeFileSync(join(work, 'outside.mp4'), 'secret')
  symlinkSync(join(work, 'outside.mp4'), join(folder, 'media', 'link.mp4'))
  writeFileSync(join(folder, 'media', 'page.html'), '<script>alert(1)</script>')
  const entry = record({
    id: 'evil',
    name: hostile,
    protocol: 'hostile',
    scores: [
      { metric: `m${hostile}`, value: 1, unit: hostile, warnings: [hostile], signature: `m|recipe:${hostile}|v:1` },
      { metric: 'fvd', value: 2, details: { extrapolation: { ns: [5, 10], values: [3, 2], intercept: 1 } } },
    ],
    failures: [{ clip: hostile, reason: hostile, message: hostile }],
    warnings: [hostile],
  })
  entry.protocol.title = hostile
  entry.clips.table = null
  entry.method.paper = { title: hostile, url: 'javascript:alert(1)' }
  entry.method.config = { note: hostile }
  entry.media = {
    clips: [
      { clip: 'c1', label: hostile, generated: 'media/link.mp4' },
      { clip: 'c2', reference: 'javascript:alert(1).mp4' },
      { clip: 'c3', control: 'media/page.html' },
      { clip: 'c4', generated: 'media/missing.mp4', tracks: 'media/none.json' },
    ],
  }
  await writeRecord(join(folder, 'evil.json'), entry)
}

/** A record full of folders of a machine, beside a table that is none. */
async function writeWithPaths(results: string): Promise<void> {
  const folder = join(results, 'paths')
  mkdirSync(folder)
  const secret = ['/home/ada lovelace/secret-project', '/mnt/secret-disk/runs', 'C:\\Users\\secret', homedir(), results]
  const said = secret.map((root) => `expected ${root}/clips/a.mp4, found nothing`).join('; ')
  const entry = record({
    id: 'pathy',
    protocol: 'paths',
    scores: [{ metric: 'psnr', value: 1, warnings: [`score ${secret[1]}/w.json`] }],
    warnings: [`read ${secret[1]}/clip.mp4`, 'file:///srv/secret/x.mp4', 'weights=/opt/secret/models/a.onnx'],
    failures: [{ clip: 'c1', reason: 'unreadable', message: said.replace(secret[0], '/home/ada/secret-project') }],
  })
  entry.method.config = {
    out: `${secret[1]}/out`,
    args: ['--data', `${secret[2]}\\data`],
    site: 'https://example.org/a/b',
  }
  await writeRecord(join(folder, 'pathy.json'), entry)
  writeFileSync(join(folder, 'pathy.parquet'), 'no table')
}
