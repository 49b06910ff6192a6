// Steps of the site's player: nine videos of 120 frames in lockstep, over a server without byte ranges. Each frame carries its number; what is on screen is
// read off screenshots. Needs a Chromium and ffmpeg.
// node packages/report/test/browser/measure-player.ts [--frames 120] [--sides 9] [--video FILE]
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildSite } from '../../src/index.ts'
import { launchChromium } from './chromium.ts'
import { servePlainly } from './plain-server.ts'
import { look, makeStampedVideo, stampLabel } from './stamped-video.ts'
import { writeFixtureResults } from '../fixture-results.ts'

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '120' },
    sides: { type: 'string', default: '9' },
    video: { type: 'string' },
  },
})
const frames = Number(values.frames)
const methods = Array.from({ length: Number(values.sides) - 2 }, (_, at) => ({
  id: `m${at}`,
  name: `M${at}`,
  trivial: false,
  quality: 1 + at / 20,
}))
const work = mkdtempSync(join(tmpdir(), 'kinemetric-player-bench-'))
try {
  const results = join(work, 'results')
  await writeFixtureResults(results, { clips: 1, methods, compared: false })
  const folder = join(results, 'interdyn-256x384')
  for (const [at, side] of ['reference', 'control', ...methods.map(({ id }) => id)].entries())
    makeStampedVideo(join(folder, 'media', side, 'clip-01.mp4'), frames, at, 7, {
      width: 384,
      height: 256,
      source: values.video,
    })
  for (const { id } of methods) {
    const path = join(folder, `${id}.json`)
    const record = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...record, protocol: { ...record.protocol, frames } }))
  }
  await buildSite(results, join(work, 'site'), { media: 'all' })
  const server = await servePlainly(join(work, 'site'))
  const browser = await launchChromium()
  const page = await browser.newPage({ viewport: { width: 1280, height: 1100 } })
  await page.addInitScript(stampLabel)
  const tiles = ['control', ...methods.map(({ id }) => id)].join(',')
  const began = performance.now()
  await page.goto(`${server.url}interdyn-256x384/clip.html?c=clip-01&m=${tiles}`)
  await page.waitForFunction(
    (sides) => document.querySelectorAll('[data-player] figure:not([data-covered])').length === sides,
    methods.length + 2,
  )
  const first = performance.now() - began
  const order = Array.from({ length: frames }, (_, frame) => frame)
  let seed = 7
  for (let at = 0; at < 40; at++) {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    order.push(Math.floor((seed / 2 ** 31) * frames))
  }
  const before = processorMs(process.pid)
  // In the page: from the request until every video has put the frame on screen.
  const steps = await page.evaluate(async (wanted) => {
    const slider = document.querySelector<HTMLInputElement>('[data-scrub]')!
    const root = document.querySelector<HTMLElement>('[data-player]')!
    const times: number[] = []
    for (const frame of wanted) {
      if (root.dataset.frame === String(frame)) continue
      const start = performance.now()
      slider.value = String(frame)
      slider.dispatchEvent(new Event('input', { bubbles: true }))
      while (root.dataset.frame !== String(frame)) await new Promise((resolve) => setTimeout(resolve))
      times.push(performance.now() - start)
    }
    return times.sort((a, b) => a - b)
  }, order)
  const processor = (processorMs(process.pid) - before) / steps.length
  const reader = await browser.newPage()
  let [right, seen] = [0, 0]
  for (const frame of order.filter((_, at) => at % 4 === 0)) {
    await page.locator('[data-scrub]').fill(String(frame))
    await page.waitForFunction(
      (wanted) => document.querySelector<HTMLElement>('[data-player]')!.dataset.frame === wanted,
      String(frame),
    )
    const sight = await look(page, reader, 384)
    // Tiles below the window are not on the screenshot.
    for (const shown of sight.tiles.slice(0, 6)) {
      seen++
      if (shown === frame && sight.named === frame) right++
    }
  }
  const uptime = spawnSync('uptime', { encoding: 'utf8' }).stdout.trim()
  console.log(
    JSON.stringify({
      frames,
      sides: methods.length + 2,
      allShownMs: Math.round(first),
      stepMs: { median: Math.round(steps[steps.length >> 1]), p95: Math.round(steps[Math.floor(steps.length * 0.95)]) },
      processorMsAStep: Math.round(processor),
      framesOnScreenAsNamed: `${right}/${seen}`,
      uptime,
    }),
  )
  await browser.close()
  await server.close()
} finally {
  rmSync(work, { recursive: true, force: true })
}

/** Processor time of a process and all below it, from Linux's own counts (in hundredths of a second). */
function processorMs(pid: number): number {
  try {
    const own = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
    return 10 * (Number(own[11]) + Number(own[12])) + children.reduce((sum, child) => sum + processorMs(child), 0)
  } catch {
    // It has ended, or this is no Linux.
    return 0
  }
}
