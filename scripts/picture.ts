// Takes the picture of the README: a page of the demo's site, as a PNG. Needs a Chromium (KINEMETRIC_CHROMIUM, else the system's) and a built site.
//
// Run: npm run demo && node scripts/picture.ts [site] [page]   (default: demo/site, the leaderboard)
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { serveSite } from '@kinemetric/report'
import { hasChromium, launchChromium } from '../packages/report/test/browser/chromium.ts'

const root = join(import.meta.dirname, '..')
const [site = join(root, 'demo', 'site'), page = 'physics-256x384/index.html'] = process.argv.slice(2)
const out = join(root, 'docs', 'images', 'site.png')

if (hasChromium()) {
  const server = await serveSite(site, { port: 0 })
  const browser = await launchChromium()
  const tab = await browser.newPage({ viewport: { width: 1120, height: 940 }, colorScheme: 'light' })
  await tab.goto(new URL(page, server.url).href, { waitUntil: 'networkidle' })
  await tab.screenshot({ path: out })
  await browser.close()
  await server.close()
  console.log(`${out}: ${(statSync(out).size / 1000).toFixed(0)} kB`)
}
