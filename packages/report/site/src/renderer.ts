// What a release carries of the site's pages: this module, with all that it imports, is one file that needs Node alone.
import { experimental_AstroContainer as AstroContainer } from 'astro/container'
import type { RenderedPage, SiteRenderer } from '../../src/site-build/site-renderer.ts'
import { showModel } from './model.ts'
import * as protocolClasses from './pages/[protocol]/classes.astro'
import * as protocolClip from './pages/[protocol]/clip.astro'
import * as protocolClips from './pages/[protocol]/clips.astro'
import * as protocolCompare from './pages/[protocol]/compare.astro'
import * as protocolEmbed from './pages/[protocol]/embed.astro'
import * as protocolIndex from './pages/[protocol]/index.astro'
import * as protocolMethod from './pages/[protocol]/methods/[method].astro'
import * as protocolMethods from './pages/[protocol]/methods/index.astro'
import * as protocolPair from './pages/[protocol]/pairs/[pair].astro'
import * as protocolProbes from './pages/[protocol]/probes.astro'
import * as protocolProvenance from './pages/[protocol]/provenance.astro'
import * as add from './pages/add.astro'
import * as index from './pages/index.astro'
import * as metrics from './pages/metrics.astro'

/** A page's file: one page, or as many as it has paths. */
interface PageFile {
  default: Parameters<AstroContainer['renderToString']>[0]
  getStaticPaths?: (() => readonly { params: Record<string, string>; props: Record<string, unknown> }[]) | undefined
}

/** By their names in `pages`, which are their paths in the site. */
const pageFiles: Readonly<Record<string, PageFile>> = {
  index,
  metrics,
  add,
  '[protocol]/index': protocolIndex,
  '[protocol]/compare': protocolCompare,
  '[protocol]/classes': protocolClasses,
  '[protocol]/clips': protocolClips,
  '[protocol]/clip': protocolClip,
  '[protocol]/pairs/[pair]': protocolPair,
  '[protocol]/methods/index': protocolMethods,
  '[protocol]/methods/[method]': protocolMethod,
  '[protocol]/probes': protocolProbes,
  '[protocol]/provenance': protocolProvenance,
  '[protocol]/embed': protocolEmbed,
}

/** The model is the module's, so that pages of two sites are rendered one site after the other. */
let last: Promise<unknown> = Promise.resolve()

export const renderPages: SiteRenderer['renderPages'] = (model, write) => {
  const rendered = last.then(async () => {
    showModel(model)
    // Each remembers what it rendered: one for each site.
    const container = await AstroContainer.create()
    let pages = 0
    for (const [name, file] of Object.entries(pageFiles))
      for (const page of pagesOf(name, file)) {
        await write({ path: page.path, html: await htmlOf(container, file, page) })
        pages++
      }
    return pages
  })
  last = rendered.catch(() => undefined)
  return rendered
}

interface Page extends Pick<RenderedPage, 'path'> {
  params: Record<string, string>
  props: Record<string, unknown>
}

function pagesOf(name: string, { getStaticPaths }: PageFile): Page[] {
  const paths = getStaticPaths?.() ?? [{ params: {}, props: {} }]
  return paths.map(({ params, props }) => ({
    path: `${name.replaceAll(/\[(\w+)\]/g, (_, key: string) => params[key])}.html`,
    params,
    props,
  }))
}

async function htmlOf(container: AstroContainer, file: PageFile, { path, params, props }: Page): Promise<string> {
  const response = await container.renderToResponse(file.default, { params, props, partial: false })
  if (!response.ok) throw new Error(`${path}: expected a page, found status ${response.status}`)
  return response.text()
}
