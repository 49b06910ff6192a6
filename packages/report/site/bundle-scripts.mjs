// Bundles what the pages run: each file that lies directly in src/client becomes one classic script, with all that it imports. Classic, because browsers
// refuse module scripts from file://. Nothing is written but into `outDir`.
import { build } from 'esbuild'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

const client = join(import.meta.dirname, 'src', 'client')

/**
 * @param {string} outDir
 * @param {boolean} isLive whether the site is served while its results grow: a site to publish has no script that asks how far they are
 * @returns {Promise<void>}
 */
export async function bundleScripts(outDir, isLive) {
  const files = await readdir(client, { withFileTypes: true })
  const pages = files.filter((file) => file.isFile() && file.name.endsWith('.ts')).map(({ name }) => name)
  await build({
    entryPoints: [...pages, ...(isLive ? ['live/live.ts'] : [])].map((name) => join(client, name)),
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
