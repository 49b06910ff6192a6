import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProbePage } from '@kinemetric/records'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasFfmpeg, writeFixtureResults } from '../fixture-results.ts'
import { hasChromium } from './chromium.ts'
import { OpenSite } from './open-site.ts'

const still = { moved: false, onset: null, onsetError: null, directionError: null, speedRatio: null, pathError: 1 }
const track = Array.from({ length: 14 }, (_, frame): [number, number] => [20 + 12 * frame, 60])
const notes: ProbePage = {
  schema: 'kinemetric/probe@1',
  size: [128, 192],
  fps: 7,
  objects: [
    {
      object: '1',
      name: 'red cube',
      delta: 4,
      depth: 1,
      moved: true,
      onset: 5,
      truth: track,
      generated: { ...still, moved: true, onset: 6 },
      tracked: still,
      track,
    },
  ],
  pairs: [
    {
      without: '2',
      driver: 'blue rod',
      object: '1',
      name: 'red cube',
      delta: 4,
      kind: 'affected',
      reach: 4,
      known: true,
      generated: { effect: 12.34, responds: true, earlyLeak: 0.2, rightDirection: true },
      tracked: { effect: 0, responds: false, earlyLeak: null, rightDirection: null },
      track,
      truth: track,
    },
  ],
  missingPairs: [],
}

describe.skipIf(!hasChromium() || !hasFfmpeg())('the page of a pair', () => {
  let site: OpenSite

  beforeAll(async () => {
    const work = mkdtempSync(join(tmpdir(), 'kinemetric-pair-test-'))
    await writeFixtureResults(join(work, 'results'), { clips: 2 })
    const folder = join(work, 'results', 'interdyn-256x384')
    const media = join(folder, 'media')
    writeFileSync(join(media, 'alpha', 'clip-02.probe.json'), JSON.stringify(notes))
    copyFileSync(join(media, 'static', 'clip-02.mp4'), join(media, 'alpha', 'clip-02-without-2.mp4'))
    const record = JSON.parse(readFileSync(join(folder, 'alpha.json'), 'utf8'))
    Object.assign(record.media.clips[1], {
      probe: 'media/alpha/clip-02.probe.json',
      pairs: [{ without: '2', generated: 'media/alpha/clip-02-without-2.mp4' }],
    })
    writeFileSync(join(folder, 'alpha.json'), JSON.stringify(record))
    site = await OpenSite.of(work)
  }, 300_000)
  afterAll(() => site.close())
  afterEach(async () => {
    const problems = await site.problems()
    if (problems.length > 0) throw new Error(problems.join('\n'))
  })

  test('has both conditions in lockstep, laid over each other when asked', async () => {
    const page = await site.open('interdyn-256x384/pairs/clip-02-without-2.html?t=9')
    await page.waitForFunction(() => document.querySelector('[data-player] output')?.textContent === 'frame 9 of 13')
    expect(await page.locator('figcaption .name').allTextContents()).toEqual([
      'Reference',
      'Control',
      'Alpha',
      'Alpha without blue rod',
    ])
    await page.keyboard.press('w')
    expect(await page.locator('.pair-names span').allTextContents()).toEqual(['Alpha', 'Alpha without blue rod'])
    await page.keyboard.press('t')
    await page.locator('[data-side=m1] .overlay').waitFor()
    expect(await page.locator('[data-side=m1-without] .overlay').getAttribute('data-frame')).toBe('9')
    await page.keyboard.press('ArrowRight')
    await page.waitForFunction(() => document.querySelector('[data-player] output')?.textContent === 'frame 10 of 13')
    expect(new URL(page.url()).search).toBe('?t=10&v=wipe&on=tracks')
    expect(await page.locator('.lede a').getAttribute('href')).toBe('../clip.html?c=clip-02')
  })

  test('fits a phone, with what should change in words', async () => {
    const page = await site.open('interdyn-256x384/pairs/clip-02-without-2.html', {
      viewport: { width: 390, height: 844 },
    })
    await page.locator('[data-player]').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    expect(await page.locator('table').textContent()).toContain('does otherwise')
  })
})
