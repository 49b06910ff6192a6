import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { gatePage } from '../../src/index.ts'
import { gatedMetric, gateResult } from '../gate/gate-fixture.ts'
import { axeViolations } from './axe.ts'
import { hasChromium, sharedChromium } from './chromium.ts'
import { contrastProblems, structureProblems } from './page-checks.ts'

const long = `a-name-${'of-very-many-letters-'.repeat(8)}<img src=x onerror="globalThis.ran=1">`

async function opened<T>(
  width: number,
  scheme: 'light' | 'dark',
  html: string,
  ask: (page: Page) => Promise<T>,
): Promise<T> {
  const context = await (
    await sharedChromium()
  ).newContext({ viewport: { width, height: 900 }, bypassCSP: true, colorScheme: scheme })
  try {
    const page = await context.newPage()
    await page.setContent(html)
    return await ask(page)
  } finally {
    await context.close()
  }
}

describe.skipIf(!hasChromium())('the page of a gate', () => {
  const html = gatePage(
    gateResult({
      metrics: [
        ...gateResult().metrics,
        gatedMetric({ label: long, worst: [{ clip: long, baseline: 1, candidate: 2, loss: 1 }] }),
      ],
      rules: [{ rule: long, holds: true, values: [{ name: long, value: 1 }] }],
    }),
    { mediaOf: (clip) => (clip === '7' ? { reference: 'r.mp4', baseline: 'a.mp4', candidate: 'b.mp4' } : undefined) },
  )

  test.each([
    [390, 'light'],
    [390, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('at %i pixels, %s: nothing for axe to find, and no wider than the screen', async (width, scheme) => {
    const found = await opened(width, scheme, html, async (page) => ({
      axe: await axeViolations(page),
      structure: await page.evaluate(structureProblems),
      contrast: await page.evaluate(contrastProblems),
      width: await page.evaluate(() => document.documentElement.scrollWidth),
      ran: await page.evaluate(() => 'ran' in globalThis),
    }))
    expect(found).toEqual({ axe: [], structure: [], contrast: [], width, ran: false })
  })

  test('shows three videos of a clip that has them, named for who hears and does not see', async () => {
    const names = await opened(1280, 'light', html, (page) =>
      page.locator('video').evaluateAll((videos) => videos.map((video) => video.getAttribute('aria-label'))),
    )
    expect(names).toEqual(['7, reference', '7, before', '7, after'])
  })
})
