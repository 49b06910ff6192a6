// Bundles what the pages run: each file that lies directly in src/client, or in its `parts`, becomes one classic script, with all that it imports. Classic, because browsers
// refuse module scripts from file://. Nothing is written but into `outDir`.
import { build, transform } from 'esbuild'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const client = join(import.meta.dirname, 'src', 'client')

/**
 * @param {string} outDir
 * @param {boolean} isLive whether the site is served while its results grow: a site to publish has no script that asks how far they are
 * @returns {Promise<void>}
 */
export async function bundleScripts(outDir, isLive) {
  const folders = ['.', 'parts', ...(isLive ? ['live'] : [])].map((folder) => join(client, folder))
  const files = (await Promise.all(folders.map((folder) => readdir(folder, { withFileTypes: true })))).flat()
  await build({
    entryPoints: files
      .filter((file) => file.isFile() && file.name.endsWith('.ts'))
      .map((file) => join(file.parentPath, file.name)),
    outdir: outDir,
    outbase: client,
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    // The site's own settings only: a tsconfig above an installed package must not change what it does.
    tsconfigRaw: {},
  })
}

/**
 * Writes the style sheets of a folder anew without comments and spaces: whoever opens a page gets a third less.
 *
 * @param {string} folder
 * @returns {Promise<void>}
 */
export async function minifyStyles(folder) {
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.css'))) {
    const path = join(folder, file)
    const { code } = await transform(await readFile(path, 'utf8'), {
      loader: 'css',
      minify: true,
      logLevel: 'warning',
    })
    await writeFile(path, code)
  }
}
