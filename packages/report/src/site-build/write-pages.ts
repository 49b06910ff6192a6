import { makeFolder } from '@kinemetric/files'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SiteModel } from '../site-model/site-model.ts'
import { openShell } from './open-shell.ts'

/**
 * Renders the pages of `model` into `outDir`, with the scripts and style sheets that they link. Answers the number of pages. @throws the signal's reason
 */
export async function writePages(model: SiteModel, outDir: string, signal: AbortSignal | undefined): Promise<number> {
  const { renderPages, assets } = await openShell()
  signal?.throwIfAborted()
  const folders = new Set<string>()
  const write = async (path: string, content: string | Uint8Array) => {
    const folder = join(outDir, dirname(path))
    if (!folders.has(folder)) await makeFolder(folder)
    folders.add(folder)
    await writeFile(join(outDir, path), content)
  }
  for (const { path, bytes } of assets)
    // A site to publish has no script that asks how far its results are.
    if (model.live !== null || !path.startsWith('assets/live/')) await write(path, bytes)
  // Pages show what can be written down, and nothing that they do reaches what is still to be written.
  const shown: SiteModel = JSON.parse(JSON.stringify(model))
  return renderPages(shown, async ({ path, html }) => {
    signal?.throwIfAborted()
    await write(path, html)
  })
}
