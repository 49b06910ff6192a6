// What is seen is in the address: a state that is opened from its address, copied as a link and opened elsewhere gives the same picture.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { hasFfmpeg } from '../fixture-results.ts'
import { hasChromium } from './chromium.ts'
import { named } from './clip/player-checks.ts'
import { useSite } from './open-site.ts'
import { protocol, smallSite } from './small-site.ts'

const isFull = process.env.KINEMETRIC_FULL === '1'
if (!isFull) console.warn('skipped: 58 of 60 states (KINEMETRIC_FULL=1 opens all)')

const board = [
  '',
  '?cols=motion',
  '?cols=distribution',
  '?cols=all',
  '?view=ranks',
  '?view=matrix',
  '?k=lpips&view=matrix',
  '?sort=ssim',
  '?sort=-psnr',
  '?sort=method',
  '?cols=all&sort=-lpips&view=ranks',
  '?k=ssim',
  '?cols=motion&view=ranks',
  '?cols=all&sort=-method',
]
const compare = [
  '?a=alpha&b=beta',
  '?a=beta&b=alpha',
  '?a=static&b=alpha',
  '?a=alpha&b=static',
  '?k=ssim&a=beta&b=static',
  '?k=lpips&a=beta&b=alpha',
  '?k=lpips&a=static&b=beta',
  '?k=motion-fidelity&a=alpha&b=beta',
]
const clips = [
  '',
  '?o=ab',
  '?o=ba',
  '?o=fail',
  '?o=apart',
  '?k=lpips&o=none',
  '?k=lpips&a=beta&b=alpha&o=ab',
  '?a=static&b=beta&by=0.5&o=ba',
  '?by=1',
  '?lo=-1&hi=2',
  '?q=clip-1',
  '?q="hits+2"',
  '?f=lpips.alpha:0.2..',
  '?f=ssim.beta:..0.9',
  '?x=lpips.alpha&y=lpips.beta',
  '?k=ssim&a=alpha&b=static&q=boxes&o=a',
  '?k=motion-fidelity&o=b&x=psnr.beta&y=ssim.beta',
  '?q=nothing-has-this',
]
const clip = [
  '?c=clip-02&t=9',
  '?c=clip-03',
  '?m=beta&c=clip-02&t=3&v=wipe&w=20',
  '?c=clip-02&t=7&v=difference&g=2',
  '?c=clip-04&t=12&v=onion',
  '?m=control,static&c=clip-03&t=13&z=4@10,90&on=control',
  '?c=clip-02&t=7&v=difference&z=2@60,40',
  '?c=clip-05&t=6&l=4-9&s=0.5',
  '?c=clip-02&t=8&on=tracks',
  '?m=static,alpha,beta&c=clip-06&t=5&on=tracks,points',
  '?k=lpips&c=clip-02&t=2',
  '?m=alpha&c=clip-07&t=11&z=2@0,100',
  '?k=psnr&a=beta&b=static&q=clip-1&o=ab&c=clip-11&t=4',
  '?o=apart&c=clip-09&t=1',
  '?c=clip-12&t=13&s=2',
]
const embed = ['?cols=motion', '?cols=image&view=ranks', '?a=alpha&b=beta', '?sort=-psnr', '?m=beta&c=clip-02&t=9']

const states = [
  ...board.map((query) => `index.html${query}`),
  ...compare.map((query) => `compare.html${query}`),
  ...clips.map((query) => `clips.html${query}`),
  ...clip.map((query) => `clip.html${query}`),
  ...embed.map((query) => `embed.html${query}`),
]

/** Until all that the address asks for is on screen. */
async function settled(page: Page, query: string): Promise<void> {
  const path = new URL(page.url()).pathname
  if (path.endsWith('/compare.html') || (path.endsWith('/embed.html') && query.includes('a=')))
    await page.locator('table.compare').waitFor()
  if (path.endsWith('/clips.html')) await page.waitForSelector('html[data-ready]')
  if (query.includes('c=clip-')) await named(page, `frame ${/[?&]t=(\d+)/.exec(query)?.[1] ?? 0} of 13`)
  if (query.includes('tracks')) await page.locator('canvas.overlay').nth(1).waitFor()
  if (/[?&](o|q)=/.test(query) && path.endsWith('/clip.html'))
    await page.locator('.note', { hasText: 'in the chosen list' }).waitFor()
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(250)
}

describe.skipIf(!hasChromium() || !hasFfmpeg())('an address is what is seen', () => {
  const site = useSite(() => smallSite('plain'))

  test('the list has sixty states of five pages', () => {
    expect(new Set(states).size).toBe(60)
  })

  test.each(isFull ? states : ['clips.html?k=lpips&a=beta&b=alpha&o=ab', 'embed.html?m=beta&c=clip-02&t=9'])(
    '%s',
    async (state) => {
      const [path, query = ''] = state.split(/(?=\?)/)
      const first = await site.open(`${protocol}/${state}`, { permissions: ['clipboard-read', 'clipboard-write'] })
      await settled(first, query)
      const picture = await first.screenshot()
      // Read back.
      expect(decodeURIComponent(new URL(first.url()).search)).toBe(query)
      expect(await first.locator('.notice:visible').allTextContents()).toEqual([])
      const link = path === 'embed.html' ? first.url() : await copied(first, path)
      // A context of its own, which knows nothing of the first.
      const second = await site.open(link.replace(site.address, ''))
      await settled(second, query)
      const again = await second.screenshot()
      expect(await second.locator('.notice:visible').allTextContents()).toEqual([])
      expect(again.equals(picture)).toBe(true)
    },
  )

  test.each(['index.html', 'compare.html', 'clips.html', 'clip.html', 'embed.html'])(
    '%s tells what a link names that is not here, and that it was made from other results',
    async (path) => {
      const query = path === 'clip.html' ? '?k=fid&c=clip-02&r=00000000&colour=red' : '?k=fid&r=00000000&colour=red'
      const page = await site.open(`${protocol}/${path}${query}`)
      const notices = page.locator('.notice:visible')
      await notices.first().waitFor()
      const told = (await notices.allTextContents()).join('\n')
      for (const words of ['‘fid’', '‘colour’', 'other results (00000000; here']) expect(told).toContain(words)
    },
  )
})

/** The link that the page's own button copies; it names the results. */
async function copied(page: Page, path: string): Promise<string> {
  if (path === 'clips.html') await page.getByText('Copy list').click()
  await page.locator('[data-copy=link]:visible, [data-page=link]').first().click()
  await page.locator('[data-said]:visible', { hasText: 'Copied: link' }).first().waitFor()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(new URL(link).searchParams.get('r')).toMatch(/^[0-9a-f]{8}$/)
  return link
}
