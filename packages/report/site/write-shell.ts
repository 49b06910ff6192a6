import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bundled, makeShell } from './make-shell.ts'

/**
 * Writes what an installed kinemetric renders sites with into a folder, which is to be called `site-renderer` there (`ownFolder` finds it): `renderer.mjs`, which has what of Astro
 * pages need, `charts.mjs`, which has vega and vega-lite, the scripts and style sheets of `assets`, the licences of what others wrote of it in `LICENCES.txt`. The same
 * sources give the same bytes. Answers how many.
 */
export async function writeShell(folder: string): Promise<number> {
  const [renderer, charts] = [await bundled('src/renderer.ts'), await bundled('../src/charts/vega.ts')]
  const licences = [...new Set([...renderer.licences, ...charts.licences])].sort().join('\n\n---\n\n')
  const files = [
    { path: 'renderer.mjs', bytes: Buffer.from(renderer.module) },
    { path: 'charts.mjs', bytes: Buffer.from(charts.module) },
    { path: 'LICENCES.txt', bytes: Buffer.from(`${licences}\n`) },
    ...(await makeShell()).assets,
  ]
  for (const { path, bytes } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytes)
  }
  return files.reduce((sum, { bytes }) => sum + bytes.length, 0)
}
