// Bundles what the pages run: each file that lies directly in src/client becomes one classic script, with all that it imports. Classic, because browsers
// refuse module scripts from file://. Nothing is written but into `outDir`.
import { build } from 'esbuild'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

const client = join(import.meta.dirname, 'src', 'client')

/**
 * @param {string} outDir
 * @returns {Promise<void>}
 */
export async function bundleScripts(outDir) {
  const files = await readdir(client, { withFileTypes: true })
  await build({
    entryPoints: files
      .filter((file) => file.isFile() && file.name.endsWith('.ts'))
      .map((file) => join(client, file.name)),
    outdir: outDir,
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
