import { globSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { build, transform } from 'esbuild'
import type { SiteAsset } from '../src/site-build/site-renderer.ts'
import { styleSheets } from './style-sheets.ts'

const client = join(import.meta.dirname, 'src', 'client')

/** What the pages of every site link: its scripts and style sheets, without comments and spaces, so that whoever opens a page gets a third less. Nothing is written. */
export async function bundleAssets(): Promise<SiteAsset[]> {
  return [...(await scripts()), ...(await styles())]
}

/**
 * Each file that lies directly in src/client, or in its `parts` or `live`, becomes one classic script, with all that it imports. Classic, because browsers refuse module scripts
 * from file://.
 */
async function scripts(): Promise<SiteAsset[]> {
  const { outputFiles } = await build({
    entryPoints: globSync(['*.ts', 'parts/*.ts', 'live/*.ts'], { cwd: client }).map((name) => join(client, name)),
    outdir: client,
    outbase: client,
    write: false,
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    // The site's own settings only: a tsconfig above this folder must not change what it does.
    tsconfigRaw: {},
  })
  return outputFiles.map(({ path, contents }) => asset(relative(client, path), contents))
}

async function styles(): Promise<SiteAsset[]> {
  const minified = (await styleSheets()).map(async ({ name, css }) => {
    const { code } = await transform(css, { loader: 'css', minify: true, logLevel: 'warning' })
    return asset(name, Buffer.from(code))
  })
  return Promise.all(minified)
}

function asset(name: string, bytes: Uint8Array): SiteAsset {
  return { path: `assets/${name.replaceAll(sep, '/')}`, bytes }
}
