import type { Page } from 'playwright-core'

/** Until the label and the slider name that frame. */
export async function named(page: Page, words: string): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      document.querySelector('[data-player] output')?.textContent === wanted &&
      document.querySelector('[data-scrub]')!.getAttribute('aria-valuetext')!.startsWith(wanted) &&
      document.querySelectorAll('figure[data-covered]').length === 0,
    words,
  )
}

export function aspects(page: Page): Promise<number[]> {
  return page.locator('figure video').evaluateAll((all) =>
    all.map((one) => {
      const { width, height } = one.getBoundingClientRect()
      return width / height
    }),
  )
}

/**
 * Pictures whose square does not stand where that frame has it. Origin: the videos' own recipe (fixture-results.ts; its overlay counts frames from 1): it
 * stands at 8 + 12 (n + 1), Beta's at 8 + 11 (n + 1). H.264 may blur its edge by three pixels; a frame is 11 or 12.
 */
export async function misplaced(page: Page, frame: number): Promise<string[]> {
  const places = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLVideoElement>('figure video')].map((video) => {
      const context = new OffscreenCanvas(video.videoWidth, 1).getContext('2d', { willReadFrequently: true })!
      // The row through the square's middle: where the brightness jumps up for the first time.
      context.drawImage(video, 0, -60)
      const row = context.getImageData(0, 0, video.videoWidth, 1).data
      for (let x = 1; x < video.videoWidth; x++) if (row[4 * x + 2] - row[4 * x - 2] > 25) return x
      return -1
    }),
  )
  const steps = [12, 12, 12, 11]
  return places.flatMap((place, at) =>
    Math.abs(place - (8 + steps[at] * (frame + 1))) <= 3 ? [] : [`picture ${at}: at ${place}`],
  )
}

/** The brightest channel of the pair's middle, from a screenshot. */
export async function brightest(page: Page): Promise<number> {
  const box = (await page.locator('[data-pair=left] .screen').boundingBox())!
  // Below the names.
  const clip = { x: box.x, y: box.y + 40, width: box.width, height: box.height - 60 }
  const png = (await page.screenshot({ clip })).toString('base64')
  return page.evaluate(async (data) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (char) => char.charCodeAt(0))]))
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true })!
    context.drawImage(bitmap, 0, 0)
    const { data: pixels } = context.getImageData(0, 0, bitmap.width, bitmap.height)
    let most = 0
    for (let at = 0; at < pixels.length; at++) if (at % 4 !== 3) most = Math.max(most, pixels[at])
    return most
  }, png)
}
