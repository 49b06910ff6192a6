import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bundleAssets } from '../../packages/report/site/bundle-assets.ts'
import { bundled } from '../../packages/report/site/make-shell.ts'
import type { DocsModel, DocumentPage } from '../../packages/report/site/src/docs/docs-model.ts'
import { commandPages } from './command-pages.ts'
import { type ContentsGroup, readContents } from './contents.ts'
import { documentLinks } from './docs-links.ts'
import { frontPieces } from './front-pieces.ts'
import { markdownPage } from './markdown-page.ts'
import { metricPages } from './metric-pages.ts'

const root = join(import.meta.dirname, '..', '..')

/** Writes the documentation's site into a folder, which is emptied before. Answers the paths of its pages. @throws for a page that is not there and for a link that leads nowhere */
export async function writeDocs(outDir: string): Promise<string[]> {
  const { model, pictures } = await docsModel()
  const { module } = await bundled('src/docs/docs-renderer.ts')
  const { renderDocs }: { renderDocs: (model: DocsModel) => Promise<Map<string, string>> } = await import(
    `data:text/javascript;base64,${Buffer.from(module).toString('base64')}`
  )
  const pages = await renderDocs(model)
  await rm(outDir, { recursive: true, force: true })
  const place = async (path: string) => {
    await mkdir(dirname(join(outDir, path)), { recursive: true })
    return join(outDir, path)
  }
  for (const [path, html] of pages) await writeFile(await place(path), html)
  for (const { path, bytes } of await bundleAssets('docs')) await writeFile(await place(path), bytes)
  await writeFile(await place('assets/headings.js'), headingsScript(model))
  for (const [from, path] of pictures) await copyFile(join(root, from), await place(path))
  return [...pages.keys()]
}

async function docsModel(): Promise<{ model: DocsModel; pictures: Map<string, string> }> {
  const { version }: { version: string } = JSON.parse(await readFile(join(root, 'packages/cli/package.json'), 'utf8'))
  const contents = readContents(join(root, 'docs'))
  const paths = new Map([
    ...contents.flatMap(({ pages }) => pages.map(({ file }): [string, string] => [`docs/${file}`, pageOf(file)])),
    ['README.md', 'index.html'],
  ])
  const pictures = new Map<string, string>()
  const read = async (document: string, path: string) => {
    const links = documentLinks(root, document, path, paths)
    const page = await markdownPage(await readFile(join(root, document), 'utf8'), links.addressOf)
    for (const [from, to] of links.pictures) pictures.set(from, to)
    return page
  }
  const documents: DocumentPage[] = []
  const summaries = new Map<string, string>()
  for (const { file, title } of contents.flatMap(({ pages }) => pages)) {
    const { html, headings, summary } = await read(`docs/${file}`, pageOf(file))
    documents.push({ path: pageOf(file), title, html, headings })
    summaries.set(file, summary)
  }
  const front = frontPieces((await read('README.md', 'index.html')).html)
  const groups = contents.map((group) => navigation(group, summaries))
  const model = {
    title: 'kinemetric',
    version,
    front,
    groups,
    documents,
    commands: await commandPages(),
    metrics: metricPages(),
  }
  return { model, pictures }
}

function pageOf(file: string): string {
  return file.replace(/\.md$/, '.html')
}

function navigation(
  { group, pages }: ContentsGroup,
  summaries: ReadonlyMap<string, string>,
): DocsModel['groups'][number] {
  return {
    group,
    pages: pages.map(({ file, title, summary }) => ({
      path: pageOf(file),
      title,
      summary: summary ?? shortened(summaries.get(file) ?? ''),
    })),
  }
}

/** The first sentence, or as much of it as fits. */
function shortened(text: string): string {
  const [sentence] = text.split(/(?<!\bal)(?<=[.:?!])\s(?=\p{Lu}|[“`])/u, 1)
  return sentence.length <= 180 ? sentence : `${sentence.slice(0, 170).replace(/\s+\S*$/, '')} …`
}

/** What the search looks through: a page that is opened from disk may run a script and read no file. */
function headingsScript({ documents, commands, metrics }: DocsModel): string {
  const entries = [
    ...documents.flatMap(({ path, title, headings }) => [
      [title, path, title],
      ...headings.map(({ id, text }) => [title, `${path}#${id}`, text]),
    ]),
    ...commands.flatMap(({ path, name, uses }) =>
      uses.map((use) => [name, use.id === '' ? path : `${path}#${use.id}`, use.name.replace(/^kinemetric /, '')]),
    ),
    ...metrics.flatMap(({ path, title, recipes }) => [
      [title, path, title],
      ...recipes.map(({ id, asked }) => [title, `${path}#${id}`, asked]),
    ]),
  ]
  return `globalThis.kinemetricHeadings=${JSON.stringify(entries)}\n`
}
