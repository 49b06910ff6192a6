// Never colour alone: what stands for a method differs by dash and marker, in three simulated visions and in grey.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { hasChromium } from '../chromium.ts'
import { largeSite } from '../large-site.ts'
import { useSite } from '../open-site.ts'
import { isFull } from './open-page.ts'

const visions = ['achromatopsia', 'protanopia', 'deuteranopia', 'tritanopia'] as const

describe.skipIf(!hasChromium())('methods are told apart without colour', () => {
  const site = useSite(largeSite)

  test.each(isFull ? visions : visions.slice(0, 1))('%s: no two of eight swatches have one shape', async (type) => {
    const page = await site.open('large/methods/index.html')
    const session = await page.context().newCDPSession(page)
    await session.send('Emulation.setEmulatedVisionDeficiency', { type })
    const shapes = await shapesOf(page, 'svg.swatch')
    expect(shapes.length).toBe(8)
    expect(Math.min(...shapes.map((shape) => shape.filter(Boolean).length))).toBeGreaterThan(20)
    const near = shapes.flatMap((shape, at) =>
      shapes.slice(at + 1).flatMap((other, place) => (differing(shape, other) < 8 ? [[at, at + 1 + place]] : [])),
    )
    expect(near).toEqual([])
  })

  test('what is separated is said by a word, what is not ranked by a mark in words', async () => {
    const page = await site.open('large/index.html')
    const tinted = page.locator('[data-matrix] td.pair:is(.for, .against)')
    expect(await tinted.count()).toBeGreaterThan(20)
    for (const words of await tinted.allInnerTexts()) expect(words).toMatch(/better|worse/)
    const bold = await page.locator('td.bold .rank').allInnerTexts()
    for (const words of bold) expect(words).toContain('not separated from the best')
  })
})

/** Which pixels of each element are ink rather than paper, by brightness alone. */
async function shapesOf(page: Page, selector: string): Promise<boolean[][]> {
  const shapes: boolean[][] = []
  for (const swatch of await page.locator(selector).all()) {
    const png = (await swatch.screenshot()).toString('base64')
    shapes.push(
      await page.evaluate(async (data) => {
        const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0))
        const bitmap = await createImageBitmap(new Blob([bytes]))
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!
        context.drawImage(bitmap, 0, 0)
        const { data: pixels } = context.getImageData(0, 0, bitmap.width, bitmap.height)
        const brightness = Array.from(
          { length: pixels.length / 4 },
          (_, at) => pixels[4 * at] + pixels[4 * at + 1] + pixels[4 * at + 2],
        )
        // The darkest is ink.
        const middle = (Math.max(...brightness) + Math.min(...brightness)) / 2
        return brightness.map((value) => value < middle)
      }, png),
    )
  }
  return shapes
}

function differing(a: readonly boolean[], b: readonly boolean[]): number {
  return a.filter((value, at) => value !== b[at]).length
}
