import type { SiteModel } from '../site-model/site-model.ts'

export interface RenderedPage {
  /** From the site's root. */
  path: string
  html: string
}

/** Makes the pages of a site: Astro's components, compiled, with all that they need but Node. */
export interface SiteRenderer {
  /**
   * Renders the pages of a model, each handed over before the next is made. Answers their number. What `write` throws ends it and comes through; calls at the same time wait
   * for one another.
   */
  renderPages: (model: SiteModel, write: (page: RenderedPage) => Promise<void>) => Promise<number>
}

/** A file that pages name, the same in every site: a script, a style sheet. */
export interface SiteAsset {
  /** From the site's root: `assets/site.css`. What lies in `assets/live` is for sites that are served while their results grow. */
  path: string
  bytes: Uint8Array
}

/** What sites are made with. */
export interface SiteShell extends SiteRenderer {
  assets: readonly SiteAsset[]
}
