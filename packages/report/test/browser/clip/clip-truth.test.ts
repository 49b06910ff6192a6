// What a clip's page says where its videos are not what the record says: of another length, unreadable, away, or in a browser that tells no frames.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { hasFfmpeg, writeFixtureResults } from '../../fixture-results.ts'
import { hasChromium } from '../chromium.ts'
import { OpenSite, useSite } from '../open-site.ts'
import { makeStampedVideo } from '../stamped-video.ts'
import { misplaced, named } from './player-checks.ts'

const possible = hasChromium() && hasFfmpeg()
const protocol = 'interdyn-256x384'
const sides = ['reference', 'control', 'static', 'alpha', 'beta']

/** Frames of each side's video of clip-01, where the record says 14: all are short. */
const short = [9, 12, 9, 7, 9]

function status(page: Page): Promise<string | null> {
  return page.locator('[data-scrub]').getAttribute('aria-valuetext')
}

function atFrame(page: Page, frame: number): Promise<unknown> {
  return page.waitForFunction(
    (wanted) => document.querySelector<HTMLElement>('[data-player]')!.dataset.frame === String(wanted),
    frame,
  )
}

async function oddSite(): Promise<OpenSite> {
  const work = mkdtempSync(join(tmpdir(), 'kinemetric-truth-test-'))
  await writeFixtureResults(join(work, 'results'), { clips: 4 })
  const video = (side: string, clip: string) => join(work, 'results', protocol, 'media', side, `${clip}.mp4`)
  for (const [at, side] of sides.entries()) makeStampedVideo(video(side, 'clip-01'), short[at], at)
  makeStampedVideo(video('beta', 'clip-03'), 20, 4)
  const site = await OpenSite.of(work, {}, 'plain')
  // Damaged after the site was built, and taken away.
  writeFileSync(join(site.folder, protocol, 'media', 'clip-04', 'beta.mp4'), 'no video at all')
  rmSync(join(site.folder, protocol, 'media', 'clip-04', 'static.mp4'))
  return site
}

describe.skipIf(!possible)('a clip whose videos are not as the record says', () => {
  const site = useSite(oddSite)

  function open(query: string, options?: Parameters<typeof site.open>[1]): Promise<Page> {
    return site.open(`${protocol}/clip.html${query}`, options)
  }

  test.each(['http', 'file'])('where every video is too short no later frame is named, over %s', async (way) => {
    const home = way === 'file' ? site.fileAddress : ''
    const page = await site.open(`${home}${protocol}/clip.html?c=clip-01&t=6&m=control,static,alpha,beta`)
    await named(page, 'frame 6 of 13')
    expect(await page.locator('figcaption .tag').allTextContents()).toEqual([
      '9 frames, the clip has 14',
      '12 frames, the clip has 14',
      'trivial',
      '9 frames, the clip has 14',
      '7 frames, the clip has 14',
      '9 frames, the clip has 14',
    ])
    await page.locator('[data-scrub]').fill('10')
    await atFrame(page, 10)
    // One video has it still: the frame is named, and the others are covered.
    expect(await status(page)).toContain('frame 10 of 13')
    expect(await page.locator('figure[data-covered]').count()).toBe(4)
    expect(await page.locator('[data-skips]').textContent()).toBe('')
    for (const frame of [12, 13]) {
      await page.locator('[data-scrub]').fill(String(frame))
      await atFrame(page, frame)
      expect(await page.locator('[data-player] output').textContent()).toBe(`frame ${frame} (no picture)`)
      expect(await status(page)).toMatch(
        new RegExp(`^frame ${frame} \\(no picture\\), every video shown ends before this frame, the longest has 12`),
      )
      expect(await page.locator('[data-skips]').textContent()).toBe(
        'Every video shown ends before this frame, the longest has 12.',
      )
      expect(await page.locator('figure[data-covered]').count()).toBe(5)
      expect(await page.locator('[data-side=alpha] .cover').textContent()).toBe(
        'This video ends at frame 6: it has 7 of 14 frames.',
      )
    }
    // While playing to the end, and back at a frame that they have.
    await page.keyboard.press('Home')
    await named(page, 'frame 0 of 13')
    expect(await page.locator('[data-skips]').textContent()).toBe('')
  })

  test('a longer video shows the clip’s frames, and its length is said', async () => {
    const page = await open('?c=clip-03&t=9')
    await named(page, 'frame 9 of 13')
    expect(await page.locator('figure[data-side=beta] .tag').textContent()).toBe('20 frames, the clip has 14')
    await page.keyboard.press('End')
    await named(page, 'frame 13 of 13')
    expect(await page.locator('figure[data-side=beta]').getAttribute('data-shown')).toBe('13')
  })

  test('a file that is no video, and one that is not there, are told apart', async () => {
    const page = await site.newPage()
    // The missing one is an error of the server by intention.
    await page.route('**/clip-04/static.mp4', (route) => route.fulfill({ status: 404, body: '' }))
    const failed: string[] = []
    page.removeAllListeners('response')
    page.removeAllListeners('console')
    page.on('console', (message) => failed.push(message.text()))
    await page.goto(`${site.address}${protocol}/clip.html?c=clip-04&t=9&m=control,static,beta`)
    await page.locator('[data-side=beta] .cover', { hasText: 'This video cannot be read here.' }).waitFor()
    await page.locator('[data-side=static] .cover', { hasText: 'This video is missing here.' }).waitFor()
    await atFrame(page, 9)
    expect(await status(page)).toContain('frame 9 of 13')
    expect(await page.locator('figure:not([data-covered]) .name').allTextContents()).toEqual(['Reference', 'Control'])
    expect(failed.every((text) => text.includes('404'))).toBe(true)
  })

  test('a browser that does not tell its frames is not believed: the frame is asked, and it is the one on screen', async () => {
    const page = await site.newPage()
    await page.addInitScript(() => {
      Reflect.deleteProperty(HTMLVideoElement.prototype, 'requestVideoFrameCallback')
    })
    await page.goto(`${site.address}${protocol}/clip.html?c=clip-02&t=9`)
    await named(page, 'frame 9 (asked)')
    expect(await misplaced(page, 9)).toEqual([])
    await page.keyboard.press('ArrowRight')
    await named(page, 'frame 10 (asked)')
    await page.waitForTimeout(200)
    expect(await misplaced(page, 10)).toEqual([])
    expect(await page.getByText('of 13').count()).toBe(0)
  })

  test('a browser that refuses storage shows everything, and keeps choices for the page', async () => {
    const page = await site.newPage()
    await page.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(globalThis, name, {
          get() {
            throw new DOMException('refused', 'SecurityError')
          },
        })
    })
    await page.goto(`${site.address}${protocol}/clip.html?c=clip-02&t=9`)
    await named(page, 'frame 9 of 13')
    await page.locator('[data-theme-toggle]').click()
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toMatch(/^(dark|light)$/)
    await page.keyboard.press('?')
    await page.getByRole('dialog').getByRole('checkbox').uncheck()
    await page.keyboard.press('Escape')
    await page.keyboard.press('End')
    await page.waitForTimeout(200)
    expect(await status(page)).toContain('frame 9 of 13')
    await page.goto(`${site.address}${protocol}/clips.html`)
    await page.locator('.clip-row').first().waitFor()
  })
})
