// Which pages the documentation has: docs/contents.json, a list of groups, each with its pages: `[{ "group": "Begin", "pages": [{ "file": "start.md", "title": "…", "summary": "…" }] }]`.
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

export interface ContentsGroup {
  readonly group: string
  readonly pages: readonly ContentsPage[]
}

export interface ContentsPage {
  /** Its name in docs. */
  readonly file: string
  /** What the navigation calls it. */
  readonly title: string
  /** What the front page says of it; by default the page's own first sentence. */
  readonly summary?: string
}

/** @throws where it is not as said above, names a file that is not there, or names one twice */
export function readContents(folder: string): ContentsGroup[] {
  const found: unknown = JSON.parse(readFileSync(join(folder, 'contents.json'), 'utf8'))
  if (!Array.isArray(found)) throw wrong('', 'a list of groups', found)
  const groups = found.map((group: unknown, at) => groupOf(group, `[${at}]`))
  const files = groups.flatMap(({ pages }) => pages.map(({ file }) => file))
  for (const [at, file] of files.entries()) {
    if (files.indexOf(file) < at) throw new Error(`docs/contents.json: expected every page once, found ${file} again`)
    if (!existsSync(join(folder, file)))
      throw new Error(`docs/contents.json: expected docs/${file}, found no such file`)
  }
  return groups
}

function groupOf(found: unknown, where: string): ContentsGroup {
  if (!isObject(found) || typeof found.group !== 'string' || !Array.isArray(found.pages))
    throw wrong(where, '{ group, pages }', found)
  const pages = found.pages.map((page: unknown, at) => {
    const place = `${where}.pages[${at}]`
    if (!isObject(page) || typeof page.title !== 'string' || typeof page.file !== 'string')
      throw wrong(place, '{ file, title }', page)
    const { file, title, summary } = page
    if (summary !== undefined && typeof summary !== 'string') throw wrong(`${place}.summary`, 'a sentence', summary)
    if (file !== basename(file) || !/^[a-z0-9-]+\.md$/.test(file))
      throw wrong(`${place}.file`, 'the name of a .md file in docs', file)
    return { file, title, ...(summary === undefined ? {} : { summary }) }
  })
  return { group: found.group, pages }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function wrong(where: string, expected: string, found: unknown): Error {
  return new Error(`docs/contents.json${where}: expected ${expected}, found ${JSON.stringify(found)}`)
}
