// What `buildSite` writes is what Astro builds of the same pages: kinemetric renders them without Astro's own build, so that an installed package need not carry it.
import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TopLevelSpec } from 'vega-lite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openVega, type Vega } from '../src/charts/open-vega.ts'
import { buildSite } from '../src/index.ts'
import { openShell, writtenShell } from '../src/site-build/open-shell.ts'
import type { SiteAsset, SiteRenderer } from '../src/site-build/site-renderer.ts'
import { buildModel } from '../src/site-model/build-model.ts'
import type { SiteModel } from '../src/site-model/site-model.ts'
import { bundled } from '../site/make-shell.ts'
import { writeShell } from '../site/write-shell.ts'
import { writeFixtureResults } from './fixture-results.ts'
import { claim } from './fixtures.ts'

const work = mkdtempSync(join(tmpdir(), 'kinemetric-pages-test-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

const title = 'A & B <report>'

/** Pages by their paths. */
async function rendered({ renderPages }: SiteRenderer, model: SiteModel): Promise<Record<string, string>> {
  const pages: Record<string, string> = {}
  const count = await renderPages(model, async ({ path, html }) => void (pages[path] = html))
  expect(Object.keys(pages)).toHaveLength(count)
  return pages
}

async function smallModel(name: string, live?: string): Promise<SiteModel> {
  const results = join(work, name)
  await writeFixtureResults(results, { clips: 3, videos: false })
  writeFileSync(join(results, 'claims.json'), JSON.stringify(claim('interdyn', { psnr: 19.04 })))
  const scratch = join(work, `${name}-scratch`)
  mkdirSync(scratch)
  const { model } = await buildModel(results, scratch, { title, base: 'https://example.org/report', live })
  return JSON.parse(JSON.stringify(model))
}

function textsBelow(folder: string, pattern: string): Record<string, string> {
  return Object.fromEntries(
    globSync(pattern, { cwd: folder }).map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  )
}

function assetTexts(assets: readonly SiteAsset[]): Record<string, string> {
  return Object.fromEntries(assets.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]))
}

test('pages are byte for byte those that Astro builds', async () => {
  const model = await smallModel('compared')
  const modelFile = join(work, 'model.json')
  writeFileSync(modelFile, JSON.stringify(model))
  const folder = join(work, 'astro')
  mkdirSync(folder)
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'build-by-astro.mjs'), modelFile, folder],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production', ASTRO_TELEMETRY_DISABLED: '1' } },
  )
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const byAstro = textsBelow(join(folder, 'pages'), '**/*.html')
  expect(Object.keys(byAstro).length).toBeGreaterThan(10)
  expect(await rendered(await openShell(), model)).toEqual(byAstro)
}, 120_000)

test('every page of the site is rendered', async () => {
  const pages = globSync('**/*.astro', { cwd: join(import.meta.dirname, '..', 'site', 'src', 'pages') })
  const renderer = readFileSync(join(import.meta.dirname, '..', 'site', 'src', 'renderer.ts'), 'utf8')
  expect(pages.filter((page) => !renderer.includes(`'./pages/${page}'`))).toEqual([])
})

describe('what a release carries', () => {
  // A folder without node_modules above it.
  const folder = join(work, 'site-renderer')

  beforeAll(() => writeShell(folder))

  test.each(['src/renderer.ts', '../src/charts/vega.ts'])('imports nothing but Node: %s', async (entry) => {
    const { imports, module } = await bundled(entry)
    expect(imports.length).toBeGreaterThan(0)
    expect(imports.filter((name) => !builtinModules.includes(name.replace(/^node:/, '')))).toEqual([])
    expect(module.includes(process.cwd())).toBe(false)
  })

  test('renders the pages and has all that they link', async () => {
    const [model, carried, own] = [await smallModel('carried'), await writtenShell(folder), await openShell()]
    const pages = await rendered(carried, model)
    expect(pages).toEqual(await rendered(own, model))
    expect(assetTexts(carried.assets)).toEqual(assetTexts(own.assets))
    const linked = new Set(
      Object.values(pages).flatMap((html) =>
        [...html.matchAll(/(?:src|href)="(?:\.\.\/)*(assets\/[^"]+)"/g)].map(([, to]) => to),
      ),
    )
    expect(linked.size).toBeGreaterThan(5)
    expect([...linked].filter((to) => !carried.assets.some(({ path }) => path === to))).toEqual([])
  })

  test('draws the same charts', async () => {
    const spec: TopLevelSpec = {
      data: { values: [1, 4, 9].map((y, x) => ({ x, y })) },
      mark: 'line',
      encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } },
    }
    const carried: Vega = await import(pathToFileURL(join(folder, 'charts.mjs')).href)
    const drawings = [carried, await openVega()].map(({ View, parse, compile }) =>
      new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG(),
    )
    const [one, two] = await Promise.all(drawings)
    expect(one).toContain('<path')
    expect(one).toBe(two)
  })

  test('names the licences of what others wrote of it', () => {
    const licences = readFileSync(join(folder, 'LICENCES.txt'), 'utf8')
    for (const name of ['astro', 'vega', 'vega-lite', 'zod']) expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'))
  })

  test('is the same bytes each time it is written', async () => {
    const again = join(work, 'again')
    await writeShell(again)
    expect(textsBelow(again, '**/*.*')).toEqual(textsBelow(folder, '**/*.*'))
  })
})

test('two sites at once have each their own pages', async () => {
  const shell = await openShell()
  const [one, two] = [await smallModel('one'), { ...(await smallModel('two')), title: 'The other' }]
  const [first, second] = await Promise.all([rendered(shell, one), rendered(shell, two)])
  expect(Object.values(first).filter((html) => html.includes('The other'))).toEqual([])
  expect(Object.values(second).filter((html) => !html.includes('The other'))).toEqual([])
})

test('a site that cannot be written ends with what kept it', async () => {
  const shell = await openShell()
  const model = await smallModel('failing')
  await expect(shell.renderPages(model, () => Promise.reject(new Error('full')))).rejects.toThrow('full')
  // The next is not held up by it.
  expect(Object.keys(await rendered(shell, model))).toContain('index.html')
})

test('only a site that is served while it grows has the script that asks how far that is', async () => {
  const results = join(work, 'plain')
  await writeFixtureResults(results, { clips: 2, videos: false })
  const [plain, live] = [join(work, 'plain-site'), join(work, 'live-site')]
  await buildSite(results, plain)
  await buildSite(results, live, { live: 'b1' })
  const [none, both] = [plain, live].map((site) => globSync('assets/live/*.*', { cwd: site }).sort())
  expect([none, both]).toEqual([[], ['assets/live/live.css', 'assets/live/live.js']])
})
