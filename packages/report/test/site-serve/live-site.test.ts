import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { buildSite, type ServeOptions, serveSite, type SiteServer } from '../../src/index.ts'
import type { LiveStatus } from '../../src/site-serve/live-status.ts'
import { writeFixtureResults } from '../fixture-results.ts'

const work = mkdtempSync(join(tmpdir(), 'kinemetric-live-test-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

let server: SiteServer | undefined
const told: string[] = []
const open = async (results: string, options: ServeOptions = {}): Promise<SiteServer> => {
  told.length = 0
  server = await serveSite(results, { port: 0, every: 50, onProgress: (line) => void told.push(line), ...options })
  return server
}
afterEach(async () => {
  await server?.close()
  server = undefined
})

const textOf = async (path: string) => (await fetch(`${server!.url}${path}`)).text()
const status = async (): Promise<LiveStatus> => JSON.parse(await textOf('kinemetric-live.json'))
const until = (test: (status: LiveStatus) => boolean) =>
  expect.poll(async () => test(await status()), { timeout: 120_000, interval: 50 }).toBe(true)

describe('a results folder that is served', () => {
  test('may be empty, fills, is kept over what is broken and over what is away, and follows what changes', async () => {
    const results = join(work, 'results')
    mkdirSync(results)
    await open(results)
    expect(await textOf('')).toContain('No results here yet.')
    const first = await status()
    expect(first).toEqual({ build: expect.stringMatching(/^[0-9a-f]{8}$/), state: 'shown', problem: '', runs: [] })

    await writeFixtureResults(results, { clips: 2, videos: false })
    await until(({ build }) => build !== first.build)
    expect(await textOf('interdyn-256x384/')).toContain('Alpha')
    const page = await textOf('interdyn-256x384/clips.html')
    const filled = await status()
    expect(filled.state).toBe('shown')
    // A page's data come from its own build, also when another one stands.
    const data = new RegExp(`data-files="\\.\\./(build-${filled.build}\\.kinemetric/interdyn-256x384/data/)"`).exec(
      page,
    )
    expect(data).not.toBeNull()
    const ofBuild = await textOf(`${data![1]}protocol.js`)
    expect(ofBuild).toMatch(/^kinemetricData\("protocol"/)

    renameSync(results, `${results}-away`)
    await until(({ state }) => state === 'failed')
    const failed = await status()
    expect(failed.build).toBe(filled.build)
    expect(failed.problem).toMatch(/expected a folder of records/)
    expect(failed.problem).not.toContain(work)
    expect(told.join('\n')).toContain('the earlier one stays')
    expect(await textOf('interdyn-256x384/')).toContain('Alpha')

    renameSync(`${results}-away`, results)
    rmSync(join(results, 'interdyn-256x384', 'alpha.json'))
    await until(({ state, build }) => state === 'shown' && build !== filled.build)
    expect(await textOf('interdyn-256x384/')).not.toContain('Alpha')
    expect((await status()).problem).toBe('')
    expect(await textOf(`${data![1]}protocol.js`)).toBe(ofBuild)
  }, 300_000)

  test('tells of runs, and is not built again for what they write before they are done', async () => {
    const results = join(work, 'running')
    await writeFixtureResults(results, { clips: 2, videos: false })
    let measured = 3
    let isAtWork = true
    await open(results, {
      runs: () =>
        Promise.resolve([
          { protocol: 'p', method: 'm', name: 'M', measured, failed: 1, total: 29, areClips: true, isAtWork },
        ]),
    })
    const first = await status()
    expect(first.runs).toEqual(['M: 3 of 29 clips measured, 1 of them failed'])
    measured = 4
    writeFileSync(join(results, 'interdyn-256x384', '.m.journal.jsonl'), '{}\n')
    await until(({ runs }) => runs[0].startsWith('M: 4 of'))
    const media = join(results, 'interdyn-256x384', 'media', 'm')
    mkdirSync(media, { recursive: true })
    for (const clip of ['a', 'b', 'c']) {
      writeFileSync(join(media, `${clip}.mp4`), 'preview')
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    expect(await status()).toMatchObject({ build: first.build, state: 'shown' })
    expect(told.filter((line) => line.startsWith('the results changed'))).toEqual([])

    // What a run that was stopped leaves is looked at as anything else.
    isAtWork = false
    await until(({ build, state }) => build !== first.build && state === 'shown')
  }, 300_000)

  test('who comes by another name is told nothing, and nothing is written but what was asked for', async () => {
    const results = join(work, 'guarded')
    await writeFixtureResults(results, { clips: 2, videos: false })
    const before = globSync('**/*', { cwd: results }).sort()
    const { url } = await open(results)
    const answer = await fetch(`${url}kinemetric-live.json`, { method: 'POST' })
    expect(answer.status).toBe(405)
    expect(await textOf('kinemetric-live.json/x')).toBe('404\n')
    expect(await textOf('build-00000000.kinemetric/index.html')).toBe('404\n')
    expect(await textOf(`build-${(await status()).build}.kinemetric/../../../etc/passwd`)).toBe('404\n')
    expect(globSync('**/*', { cwd: results }).sort()).toEqual(before)
  }, 300_000)
})

test('a site to publish, and one that is not watched, ask nothing', async () => {
  const results = join(work, 'published')
  await writeFixtureResults(results, { clips: 2, videos: false })
  await buildSite(results, join(work, 'site'))
  await open(results, { watch: false })
  expect((await fetch(`${server!.url}kinemetric-live.json`)).status).toBe(404)
  for (const path of globSync('**/*.{html,js,css}', { cwd: join(work, 'site') })) {
    const text = readFileSync(join(work, 'site', path), 'utf8')
    expect(text).not.toMatch(/kinemetric-live|data-build|assets\/live/)
    expect(await textOf(path)).toBe(text)
  }
  expect(existsSync(join(work, 'site', 'assets', 'live'))).toBe(false)
}, 300_000)
