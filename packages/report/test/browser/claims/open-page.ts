import type { BrowserContextOptions, Page } from 'playwright-core'
import type { UsedSite } from '../open-site.ts'

/** Every combination in the full run; otherwise what is left of them finds most of what there is to find. */
export const isFull = process.env.KINEMETRIC_FULL === '1'

/** Opens a page and waits until its scripts have made what they make. */
export async function openPage(site: UsedSite, path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await site.open(path, options)
  if (options.javaScriptEnabled !== false) await standing(page)
  return page
}

/** Until a page's scripts have made what they make. */
export async function standing(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const name = location.pathname.split('/').at(-1)
    if (name === 'compare.html') return document.querySelector('table.compare') !== null
    if (name === 'clips.html') return document.documentElement.dataset.ready !== undefined
    if (name !== 'clip.html' && !location.pathname.includes('/pairs/')) return true
    const player = document.querySelector<HTMLElement>('[data-player]')
    return player?.dataset.frame !== undefined && player.querySelector('figure[data-covered]') === null
  })
}
