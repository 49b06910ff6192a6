// Times of the list of clips in Chromium, on a site that is given: `node bench/clips-page.ts SITE` (the folder of `report build`), over http without byte ranges and from
// the folder. Prints a table; times are of this machine and of what else runs on it.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Page } from 'playwright-core'

const [given] = process.argv.slice(2)
if (given === undefined) throw new Error('expected the folder of a site; found none')
const site = resolve(given)
const protocol = readdirSync(site).find(
  (name) => readdirSync(site).includes(name) && !name.includes('.') && name !== 'assets',
)
if (protocol === undefined) throw new Error(`expected a protocol in ${site}; found none`)

const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
  const type = path.endsWith('.html') ? 'text/html' : path.endsWith('.css') ? 'text/css' : 'text/javascript'
  readFile(join(site, path)).then(
    (bytes) => response.writeHead(200, { 'content-type': type }).end(bytes),
    () => response.writeHead(404).end(),
  )
})
await new Promise<void>((done) => {
  server.listen(0, '127.0.0.1', done)
})
const address = server.address()
const port = typeof address === 'object' && address !== null ? address.port : 0
const executablePath = process.env.KINEMETRIC_CHROMIUM ?? '/usr/bin/chromium'
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })

/** Milliseconds from a change until charts and rows are drawn, the median of seven. @param act JavaScript, in which `run` is a number drawn from [0, 1) */
async function drawn(page: Page, act: string): Promise<number> {
  const times: number[] = []
  for (let run = 0; run < 7; run++)
    times.push(
      await page.evaluate<number>(`(async () => {
        const { dataset } = document.documentElement
        const before = dataset.ready
        const begun = performance.now()
        ;((run) => { ${act} })(Math.random())
        while (dataset.ready === before) await new Promise((done) => setTimeout(done, 0))
        return performance.now() - begun
      })()`),
    )
  return times.toSorted((a, b) => a - b)[3]
}

/** Milliseconds of a step of one screen, the mean of twenty. */
const scrolling = `(() => {
  const box = document.querySelector('[data-list]')
  const begun = performance.now()
  for (let step = 0; step < 20; step++) {
    box.scrollTop += box.clientHeight
    box.dispatchEvent(new Event('scroll'))
  }
  return (performance.now() - begun) / 20
})()`

const select = (name: string, at: string) =>
  `const field = document.querySelector('[name=${name}]'); field.selectedIndex = ${at}; field.dispatchEvent(new Event('change'))`
const acts: [string, string][] = [
  ['order by A − B, all clips', `document.querySelector('[data-ask=' + (run < 0.5 ? 'ab' : 'ba') + ']').click()`],
  ['where methods differ most', `document.querySelector('[data-ask=apart]').click()`],
  ['one class', select('cls', '1 + Math.floor(run * 40)')],
  ['all classes again', select('cls', '0')],
]

console.log('| | 1280 px | 390 px | from the folder, 1280 px |\n|---|---|---|---|')
const rows = new Map<string, number[]>()
for (const [width, home] of [
  [1280, `http://127.0.0.1:${port}`],
  [390, `http://127.0.0.1:${port}`],
  [1280, pathToFileURL(site).href],
] as const) {
  const note = (name: string, value: number) => rows.set(name, [...(rows.get(name) ?? []), Math.round(value)])
  const page = await (await browser.newContext({ viewport: { width, height: 900 }, bypassCSP: true })).newPage()
  await page.goto(`${home}/${protocol}/clips.html?o=ab`)
  await page.waitForSelector('html[data-ready]')
  note('navigation to the list, ms', await page.evaluate<number>('performance.now()'))
  note('elements', await page.evaluate<number>("document.querySelectorAll('*').length"))
  for (const [name, act] of acts) note(`${name}, with charts and rows drawn, ms`, await drawn(page, act))
  note('a screen of scrolling, ms', await page.evaluate<number>(scrolling))
  await page.context().close()
}
for (const [name, values] of rows) console.log(`| ${name} | ${values.join(' | ')} |`)
await browser.close()
server.close()
