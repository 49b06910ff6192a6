import { once } from 'node:events'
import { appendFile, mkdir, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jsonLine } from '@kinemetric/files'
import { describe, expect, test } from 'vitest'
import { identityDigest, type JournalIdentity } from '../../evaluation/src/journal/journal-identity.ts'
import { writeGoing } from '../../evaluation/src/journal/going-file.ts'
import { outcomeLine } from '../../evaluation/src/journal/journal-lines.ts'
import { hasChromium, launchChromium } from '../../report/test/browser/chromium.ts'
import { start, temporaryFolder } from './kinemetric.ts'

const root = await temporaryFolder()
const identity: JournalIdentity = { protocol: 'p', needs: [], weights: [], code: 'c', decoder: 'd', provider: 'cpu' }
const lineOf = (clip: string) =>
  `${outcomeLine({ clip, stamp: 's', failure: { clip, reason: 'empty', message: '' } })}\n`

/** What the command printed so far holds, waited for. */
async function printedBy(child: ReturnType<typeof start>, pattern: RegExp): Promise<string> {
  let text = ''
  child.stdout!.setEncoding('utf8')
  for await (const part of child.stdout!.iterator({ destroyOnReturn: false })) {
    text += String(part)
    const [, found] = pattern.exec(text) ?? []
    if (found !== undefined) return found
  }
  throw new Error(`ended without: ${text}`)
}

describe.skipIf(!hasChromium())('report serve', () => {
  test('an open page follows a journal as it grows, and Ctrl-C ends it with nothing left', async () => {
    const results = join(root, 'results')
    const folder = join(results, 'small')
    await mkdir(folder, { recursive: true })
    const leftBefore = (await readdir(tmpdir())).filter((name) => name.startsWith('kinemetric-serve-'))
    const child = start(['report', 'serve', results, '--port', '0', '--no-claims'], { cwd: root })
    child.stderr!.resume()
    const browser = await launchChromium()
    try {
      const page = await browser.newPage()
      await page.goto(await printedBy(child, /serving (http:\S+)/))
      await page.getByText('No results here yet.').waitFor()
      const journal = join(folder, '.interdyn.journal.jsonl')
      await writeGoing(join(folder, '.interdyn.going.json'), { name: 'InterDyn', tasks: 3, areClips: true })
      await appendFile(
        journal,
        `${jsonLine({ schema: 'kinemetric/journal@4', digest: identityDigest(identity), identity })}\n`,
      )
      await page
        .getByText('InterDyn: 0 of 3 clips measured; stopped, the same command goes on')
        .waitFor({ timeout: 60_000 })
      await appendFile(journal, lineOf('a') + lineOf('b').slice(0, 20))
      await page.getByText('InterDyn: 1 of 3 clips measured, 1 of them failed').waitFor({ timeout: 60_000 })
      await appendFile(journal, lineOf('b').slice(20) + lineOf('c'))
      await page.getByText('InterDyn: 3 of 3 clips measured, 3 of them failed').waitFor({ timeout: 60_000 })
    } finally {
      await browser.close()
      child.kill('SIGINT')
    }
    const [code, signal]: unknown[] = await once(child, 'exit')
    expect({ code, signal }).toEqual({ code: 0, signal: null })
    const left = (await readdir(tmpdir())).filter((name) => name.startsWith('kinemetric-serve-'))
    expect(left.filter((name) => !leftBefore.includes(name))).toEqual([])
  }, 300_000)
})
