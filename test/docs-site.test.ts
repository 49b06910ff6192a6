// The documentation's site: built of what is written and of the code, and every link in it leads somewhere.
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { metricCatalogue } from '@kinemetric/metrics'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commandTable } from '../packages/cli/src/command-table.ts'
import { checkDocuments, checkSite } from '../scripts/docs/check-links.ts'
import { readContents } from '../scripts/docs/contents.ts'
import { markdownPage } from '../scripts/docs/markdown-page.ts'
import { writeDocs } from '../scripts/docs/write-docs.ts'

const root = join(import.meta.dirname, '..')
const work = mkdtempSync(join(tmpdir(), 'kinemetric-docs-test-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

describe('the site', () => {
  const site = join(work, 'site')
  let pages: string[]
  const textOf = (page: string) => readFileSync(join(site, page), 'utf8')
  beforeAll(async () => {
    pages = await writeDocs(site)
  }, 120_000)

  test('links to nothing that is not there, and takes nothing from elsewhere', () => {
    expect(checkSite(site)).toEqual([])
  })

  test('has a page for every document, command and metric, and leads to each from its first', () => {
    const documents = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
    const expected = [
      ...documents.map((name) => name.replace(/md$/, 'html')),
      ...commandTable.map(({ name }) => `commands/${name}.html`),
      ...metricCatalogue.map(({ id }) => `metrics/${id}.html`),
      'index.html',
      'commands/index.html',
      'metrics/index.html',
    ]
    expect(pages.toSorted()).toEqual(expected.toSorted())
    const front = textOf('index.html')
    for (const page of expected.filter((path) => !path.includes('/'))) expect(front).toContain(`href="${page}"`)
  })

  test('begins with what the README says: its picture, its commands, what other tools do', () => {
    const front = textOf('index.html')
    expect(front).toContain('data-copy-command="npx kinemetric score ')
    const [, picture] = /<img alt="[^"]+" src="([^"]+)"/.exec(front) ?? []
    expect(readFileSync(join(site, picture)).length).toBeGreaterThan(1000)
    expect(front).toContain('torchmetrics')
  })

  test('has every recipe with its signature', () => {
    for (const { id, recipes } of metricCatalogue)
      for (const recipe of recipes) {
        const text = textOf(`metrics/${id}.html`).replaceAll('\u200b', '')
        expect(text).toContain(`id="${recipe.id}"`)
        expect(text).toContain(`${id}|recipe:${recipe.id}|`)
      }
  })

  test('says of a command what its help says', () => {
    const text = textOf('commands/report.html')
    expect(text).toContain('id="build"')
    expect(text).toContain('kinemetric report serve')
    expect(text).toContain('--media')
    expect(textOf('commands/score.html')).toContain('data-copy-command="kinemetric score ')
  })

  test('has every heading for the search', () => {
    const script = readFileSync(join(site, 'assets', 'headings.js'), 'utf8')
    const entries: string[][] = JSON.parse(script.slice(script.indexOf('=') + 1))
    expect(entries.every(([, address]) => pages.includes(address.split('#')[0]))).toBe(true)
    expect(entries).toContainEqual(['score', 'commands/score.html', 'score'])
    expect(entries).toContainEqual([expect.stringContaining('FVD'), 'metrics/fvd.html#videogpt', 'fvd:videogpt'])
  })
})

test('documents link to files and headings that are there', async () => {
  const documents = globSync(['*.md', '{docs,bench,baselines}/**/*.md'], { cwd: root })
  expect(documents.length).toBeGreaterThan(30)
  expect(await checkDocuments(root, documents)).toEqual([])
})

describe('a link that leads nowhere is found', () => {
  const folder = join(work, 'broken')
  beforeAll(() => {
    mkdirSync(join(folder, 'a'), { recursive: true })
    writeFileSync(
      join(folder, 'a', 'page.html'),
      `<a id="x" href="../index.html#there"></a><a href="../index.html#gone"></a><a href="none.html"></a><a id="x" href="#x"></a>
      <a href="/a/page.html"></a><a href="https://example.org"></a><img src="https://example.org/x.png"><a href=".."></a>`,
    )
    writeFileSync(join(folder, 'index.html'), '<p id="there"></p>')
    writeFileSync(
      join(folder, 'one.md'),
      '# One\n\n[a](two.md#second-part) [b](two.md#third) [c](three.md) [d](#one) [e](#1)',
    )
    writeFileSync(join(folder, 'two.md'), '# Two\n\n## Second part\n')
  })

  test('in a site', () => {
    expect(checkSite(folder)).toEqual([
      'a/page.html: expected every id once, found x again',
      'a/page.html: ../index.html#gone: expected something of that id on index.html, found nothing',
      'a/page.html: none.html: expected a file, found none',
      'a/page.html: /a/page.html: expected an address from the page, not from the root',
      'a/page.html: https://example.org/x.png: expected nothing from elsewhere',
      'a/page.html: ..: expected a file, found none',
    ])
  })

  test('in documents', async () => {
    expect(await checkDocuments(folder, ['one.md', 'two.md'])).toEqual([
      'one.md: two.md#third: expected a heading of two.md, found none',
      'one.md: three.md: expected a file or folder, found none',
      'one.md: #1: expected a heading of one.md, found none',
    ])
  })
})

describe('a document’s page', () => {
  test('has code that can be copied as it was written, tables that scroll, and no styles', async () => {
    const { html, headings, summary } = await markdownPage(
      '# T\n\nFirst *words* `a < b`.\n\n## One & two\n\n```sh\necho "a" && b <c>\n```\n\n| | n |\n|---|--:|\n| x | 1 |\n',
      (target) => target,
    )
    expect(html).toContain('data-copy-command="echo &quot;a&quot; &amp;&amp; b &lt;c&gt;"')
    expect(html).toContain('<div class="table-scroll" tabindex="0" role="region" aria-label="Table 1"><table>')
    expect(html).toContain('<th scope="col" class="right">n</th>')
    expect(html).not.toContain('style=')
    expect(html).toContain('<th scope="col"><span class="visually-hidden">Row</span></th>')
    expect(headings).toEqual([{ depth: 2, id: 'one--two', text: 'One & two' }])
    expect(summary).toBe('First words a < b.')
  })

  test('shows pictures where the site has them, with what they show in words', async () => {
    const { html } = await markdownPage('![a "b" & c](images/x.png) ![y](y.png)', (target) => `there/${target}`)
    expect(html).toContain('<img alt="a “b” &amp; c" src="there/images/x.png"> <img alt="y" src="there/y.png">')
  })
})

test('of a console its commands are copied, without prompts and what they print', async () => {
  const { html } = await markdownPage('```console\n$ a b \\\n  c\nprinted\n$ d\n```\n', (target) => target)
  expect(html).toContain('data-copy-command="a b \\\n  c\nd"')
  expect(html).toContain('$ a b')
})

describe('docs/contents.json', () => {
  const folder = join(work, 'contents')
  const read = (contents: unknown) => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'a.md'), '# A\n')
    writeFileSync(join(folder, 'contents.json'), JSON.stringify(contents))
    return () => readContents(folder)
  }

  test('is a list of groups of pages', () => {
    const groups = [{ group: 'Begin', pages: [{ file: 'a.md', title: 'A', summary: 'What it says.' }] }]
    expect(read(groups)()).toEqual(groups)
  })

  test.each([
    [{}, /contents\.json: expected a list of groups, found \{\}/],
    [[{ group: 'x' }], /\[0\]: expected \{ group, pages \}/],
    [[{ group: 'x', pages: [{ file: 'a.md' }] }], /\[0\]\.pages\[0\]: expected \{ file, title \}/],
    [[{ group: 'x', pages: [{ file: 'a.md', title: 'A', summary: 1 }] }], /summary: expected a sentence, found 1/],
    [[{ group: 'x', pages: [{ file: '../a.md', title: 'A' }] }], /file: expected the name of a \.md file in docs/],
    [[{ group: 'x', pages: [{ file: 'b.md', title: 'B' }] }], /expected docs\/b\.md, found no such file/],
    [
      [
        {
          group: 'x',
          pages: [
            { file: 'a.md', title: 'A' },
            { file: 'a.md', title: 'A' },
          ],
        },
      ],
      /expected every page once, found a\.md again/,
    ],
  ])('says what is wrong with %j', (contents, said) => {
    expect(read(contents)).toThrow(said)
  })
})
