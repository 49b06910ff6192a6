import type { DocsModel } from './docs-model.ts'

/** All that the pages show. */
export let docs: DocsModel

/** Has the pages that are rendered from now on show another model. */
export function showDocs(shown: DocsModel): void {
  docs = shown
}
