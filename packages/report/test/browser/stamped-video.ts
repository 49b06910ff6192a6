// Videos whose every frame carries its own number in black and white blocks, and how the numbers are read off a screenshot.
import { spawnSync } from 'node:child_process'
import type { Page } from 'playwright-core'

const ffmpeg = process.env.KINEMETRIC_FFMPEG ?? 'ffmpeg'
export const stampedSize = { width: 192, height: 128 }
const bits = 8
const block = 12

/** A video at 7 fps of `frames` frames; `look` tells sides apart. Encoded as previews are, with a key frame each 8 frames and frames that look ahead. */
export function makeStampedVideo(
  path: string,
  frames: number,
  look: number,
  rate = 7,
  { width, height, source }: { width: number; height: number; source?: string | undefined } = stampedSize,
): void {
  const blocks = Array.from({ length: bits }, (_, bit) => {
    const place = `x=${bit * block}:y=0:w=${block}:h=${block}:t=fill`
    return `drawbox=${place}:color=black,drawbox=${place}:color=white:enable='gt(bitand(n,${2 ** bit}),0)'`
  })
  const filter = `hue=h=${40 * look},setpts=N/${rate}/TB,${blocks.join(',')}`
  const encoding = '-c:v libx264 -preset veryfast -bf 2 -crf 20 -g 8 -pix_fmt yuv420p -movflags +faststart'.split(' ')
  const scaled = `scale=${width}:${height}:force_original_aspect_ratio=increase,crop=${width}:${height}`
  const input =
    source === undefined
      ? ['-f', 'lavfi', '-i', `testsrc2=s=${width}x${height}:r=${rate}`]
      : ['-stream_loop', '50', '-i', source]
  const args = ['-v', 'error', '-y', ...input, '-vf', `${scaled},${filter}`, '-r', String(rate)]
  args.push('-frames:v', String(frames), ...encoding, path)
  const { status, stderr } = spawnSync(ffmpeg, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ffmpeg could not make ${path}: ${stderr}`)
}

/** What one screenshot shows: the frame that the label names (null: none), and the one on screen in each tile (null: its picture is covered). */
export interface Sight {
  named: number | null
  tiles: (number | null)[]
}

/**
 * Puts what the page says beside the pictures, as blocks too, so that one screenshot holds both: the label is read from the same picture as the frames.
 * Runs in the page before its own scripts.
 */
export function stampLabel(): void {
  addEventListener('DOMContentLoaded', () => {
    const strip = document.createElement('div')
    strip.id = 'label-stamp'
    strip.style.cssText = 'position:fixed;left:0;top:0;z-index:99999;display:flex;pointer-events:none'
    const cells = Array.from({ length: 9 }, () => {
      const cell = document.createElement('i')
      cell.style.cssText = 'width:8px;height:8px;background:#000'
      return cell
    })
    strip.append(...cells)
    document.body.append(strip)
    const update = () => {
      const output = document.querySelector('[data-player] output')
      const slider = document.querySelector('[data-scrub]')
      const said = `${output?.textContent ?? ''} ${slider?.getAttribute('aria-valuetext') ?? ''}`
      const named = /frame (\d+) of \d+/.exec(said)
      // The last cell is white where a frame is named.
      cells[8].style.background = named ? '#fff' : '#000'
      for (const [bit, cell] of cells.slice(0, 8).entries())
        cell.style.background = named && Number(named[1]) & (1 << bit) ? '#fff' : '#000'
    }
    new MutationObserver(update).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: ['aria-valuetext'],
    })
    update()
  })
}

/** Takes a screenshot of `page` and reads it in `reader`, a blank page. A tile whose picture may have been covered while it was taken is not read. */
export async function look(page: Page, reader: Page, width = stampedSize.width): Promise<Sight> {
  const before = await tiles(page)
  const png = await page.screenshot({ type: 'png' })
  const after = await tiles(page)
  if (JSON.stringify(before.boxes) !== JSON.stringify(after.boxes)) return look(page, reader, width)
  const points = before.boxes.map((box) =>
    Array.from({ length: bits }, (_, bit) => {
      const scale = box.width / width
      return [box.x + (bit * block + block / 2) * scale, box.y + (block / 2) * scale]
    }),
  )
  const label = Array.from({ length: 9 }, (_, cell) => [8 * cell + 4, 4])
  const read = await reader.evaluate(
    async ({ data, all }) => {
      const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0))
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
      const context = canvas.getContext('2d')!
      context.drawImage(bitmap, 0, 0)
      const { data: pixels } = context.getImageData(0, 0, bitmap.width, bitmap.height)
      return all.map((group) =>
        group.map(([x, y]) => (pixels[4 * (Math.round(y) * bitmap.width + Math.round(x)) + 1] > 128 ? 1 : 0)),
      )
    },
    { data: png.toString('base64'), all: [label, ...points] },
  )
  const [named, ...shown] = read
  return {
    named: named[8] === 1 ? number(named) : null,
    tiles: shown.map((found, at) => (before.covered[at] || after.covered[at] ? null : number(found))),
  }
}

function number(found: readonly number[]): number {
  return found.slice(0, bits).reduce((sum, bit, at) => sum + bit * 2 ** at, 0)
}

function tiles(page: Page): Promise<{ covered: boolean[]; boxes: { x: number; y: number; width: number }[] }> {
  return page.evaluate(() => {
    const figures = [...document.querySelectorAll('[data-player] figure')]
    return {
      covered: figures.map((figure) => figure.hasAttribute('data-covered')),
      boxes: figures.map((figure) => {
        const { x, y, width } = figure.querySelector('video')!.getBoundingClientRect()
        return { x, y, width }
      }),
    }
  })
}
