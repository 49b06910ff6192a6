import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { markdownPage } from './markdown-page.ts'

/** Links and sources of a folder of pages that lead nowhere: to a file or a fragment that is not there, from the root, or to a resource elsewhere. */
export function checkSite(folder: string): string[] {
  const pages = new Map(
    globSync('**/*.html', { cwd: folder }).map((path) => [
      path.replaceAll('\\', '/'),
      readFileSync(join(folder, path), 'utf8'),
    ]),
  )
  const ids = new Map([...pages].map(([path, html]) => [path, idsOf(html)]))
  return [...pages].flatMap(([path, html]) => [
    ...repeated(idsOf(html)).map((id) => `${path}: expected every id once, found ${id} again`),
    ...linksOf(html).flatMap(({ name, target }) => {
      const reason = wrongLink({ folder, ids, path, name, target })
      return reason === undefined ? [] : [`${path}: ${target}: ${reason}`]
    }),
  ])
}

interface Link {
  folder: string
  ids: ReadonlyMap<string, readonly string[]>
  path: string
  name: string
  target: string
}

function wrongLink({ folder, ids, path, name, target }: Link): string | undefined {
  if (target === 'data:,') return undefined
  if (/^[a-z][a-z\d+.-]*:/i.test(target))
    return name === 'href' && target.startsWith('https://') ? undefined : 'expected nothing from elsewhere'
  if (target.startsWith('/')) return 'expected an address from the page, not from the root'
  const [file, fragment] = target.split('#')
  const to = file === '' ? path : posix.join(posix.dirname(path), decodeURIComponent(file))
  if (to.startsWith('..') || !existsSync(join(folder, to)) || statSync(join(folder, to)).isDirectory())
    return 'expected a file, found none'
  if (fragment === undefined) return undefined
  return ids.get(to)?.includes(fragment) ? undefined : `expected something of that id on ${to}, found nothing`
}

function linksOf(html: string): { name: string; target: string }[] {
  return [...html.matchAll(/\s(href|src)="([^"]*)"/g)].map(([, name, target]) => ({
    name,
    target: target.replaceAll('&amp;', '&'),
  }))
}

function idsOf(html: string): string[] {
  return [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
}

function repeated(ids: readonly string[]): string[] {
  return ids.filter((id, at) => ids.indexOf(id) < at)
}

/**
 * Links of Markdown documents that lead nowhere: to a file that is not there, or to a heading that a document does not have. Addresses elsewhere are not asked for.
 * @param documents from the checkout's root
 */
export async function checkDocuments(root: string, documents: readonly string[]): Promise<string[]> {
  const read = async (document: string) => {
    const links: string[] = []
    const { html } = await markdownPage(readFileSync(join(root, document), 'utf8'), (target) => {
      links.push(target)
      return target
    })
    return { links, ids: idsOf(html) }
  }
  const all = new Map(await Promise.all(documents.map(async (document) => [document, await read(document)] as const)))
  const wrong: string[] = []
  for (const [document, { links }] of all)
    for (const target of links.filter((each) => !/^[a-z][a-z\d+.-]*:/i.test(each))) {
      const [file, fragment] = target.split('#')
      const to = file === '' ? document : posix.join(posix.dirname(document), decodeURIComponent(file))
      if (!existsSync(join(root, to))) wrong.push(`${document}: ${target}: expected a file or folder, found none`)
      else if (
        fragment !== undefined &&
        to.endsWith('.md') &&
        !(all.get(to) ?? (await read(to))).ids.includes(fragment)
      )
        wrong.push(`${document}: ${target}: expected a heading of ${to}, found none`)
    }
  return wrong
}
