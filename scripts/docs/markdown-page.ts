import { createSatteriMarkdownProcessor } from '@astrojs/markdown-satteri'
import type { Heading } from '../../packages/report/site/src/docs/docs-model.ts'

export interface MarkdownPage {
  html: string
  headings: Heading[]
  /** The first paragraph as text. */
  summary: string
}

const processor = createSatteriMarkdownProcessor({ syntaxHighlight: false })

/**
 * A Markdown text as a page shows it: code that can be copied, tables that scroll by themselves, no styles of its own (pages forbid them).
 * @param address what a link or a picture of the text becomes
 */
export async function markdownPage(text: string, address: (target: string) => string): Promise<MarkdownPage> {
  const { code, metadata } = await (await processor).render(text)
  const [, first = ''] = /<p>([\s\S]*?)<\/p>/.exec(code) ?? []
  let blocks = 0
  let tables = 0
  const html = withPictures(code)
    .replaceAll(/<pre[^>]*><code([^>]*)>([\s\S]*?)<\/code><\/pre>/g, (_, attributes: string, inner: string) =>
      copied(inner, `Code ${++blocks}`, /\blanguage-console\b/.test(attributes)),
    )
    .replaceAll(/ style="text-align: (left|right|center)"/g, ' class="$1"')
    .replaceAll(/<th(?=[ >])/g, '<th scope="col"')
    // The corner above names of rows.
    .replaceAll(/(<th[^>]*>)(<\/th>)/g, '$1<span class="visually-hidden">Row</span>$2')
    .replaceAll(/<table>([\s\S]*?)<\/table>/g, (_, rows: string) => scrolling(rows, `Table ${++tables}`))
    .replaceAll(
      /\s(href|src)="([^"]*)"/g,
      (_, name: string, target: string) => ` ${name}="${escaped(address(decoded(target)))}"`,
    )
  const headings = metadata.headings.flatMap(({ depth, slug, text: words }) =>
    depth === 2 || depth === 3 ? [{ depth, id: slug, text: words }] : [],
  )
  return {
    html,
    headings,
    summary: decoded(first.replaceAll(/<[^>]*>/g, ''))
      .replaceAll(/\s+/g, ' ')
      .trim(),
  }
}

function scrolling(rows: string, label: string): string {
  return `<div class="table-scroll" tabindex="0" role="region" aria-label="${label}"><table><caption class="visually-hidden">${label}</caption>${rows}</table></div>`
}

/** As the pages of commands show it (`Copied.astro`). */
function copied(inner: string, label: string, isConsole: boolean): string {
  const code = inner.replace(/\n$/, '')
  const taken = isConsole ? commandsOf(code) : code
  return `<div class="command take"><pre tabindex="0" role="region" aria-label="${label}"><code>${code}</code></pre><button type="button" data-copy-command="${escaped(decoded(taken))}" hidden>Copy<span class="visually-hidden">: ${label}</span></button><span role="status" data-said></span></div>`
}

/** Pictures as HTML: the processor leaves those of the page's own folder for Astro to optimise. */
function withPictures(html: string): string {
  return html.replaceAll(/ __ASTRO_IMAGE_="([^"]*)"/g, (_, json: string) => {
    const { alt, src }: { alt: string; src: string } = JSON.parse(decoded(json))
    return ` alt="${escaped(alt)}" src="${escaped(src)}"`
  })
}

/** The commands of a console's text, without their prompts and without what they print. */
function commandsOf(code: string): string {
  return [...code.matchAll(/^\$ ((?:.*\\\n)*.*)$/gm)].map(([, command]) => command).join('\n')
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" }

function decoded(html: string): string {
  return html.replaceAll(/&(amp|lt|gt|quot|#39|#x27);/g, (_, name: string) => entities[name])
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
