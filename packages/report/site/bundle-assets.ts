import { globSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { build, transform } from 'esbuild'
import type { SiteAsset } from '../src/site-build/site-renderer.ts'
import { styleSheet } from './style-sheet.ts'

const client = join(import.meta.dirname, 'src', 'client')

/** Scripts of a site, below `src/client`, and its style sheets. */
const sites = {
  report: {
    scripts: ['*.ts', 'parts/*.ts', 'live/*.ts'],
    sheets: ['site', 'board', 'front', 'list', 'player', 'live/live'],
  },
  docs: { scripts: ['theme.ts', 'copy-commands.ts', 'docs/*.ts'], sheets: ['site', 'docs'] },
} as const

type Site = keyof typeof sites

/** What the pages of every such site link: its scripts and style sheets, without comments and spaces, so that whoever opens a page gets a third less. Nothing is written. */
export async function bundleAssets(site: Site): Promise<SiteAsset[]> {
  return [...(await scripts(site)), ...(await styles(site))]
}

/**
 * Each of these files becomes one classic script, with all that it imports. Classic, because browsers refuse module scripts from file://.
 */
async function scripts(site: Site): Promise<SiteAsset[]> {
  const names = globSync(sites[site].scripts, { cwd: client })
  const { outputFiles } = await build({
    entryPoints: names.map((name) => join(client, name)),
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

async function styles(site: Site): Promise<SiteAsset[]> {
  const minified = sites[site].sheets.map(async (name) => {
    const { code } = await transform(await styleSheet(name), { loader: 'css', minify: true, logLevel: 'warning' })
    return asset(`${name}.css`, Buffer.from(code))
  })
  return Promise.all(minified)
}

function asset(name: string, bytes: Uint8Array): SiteAsset {
  return { path: `assets/${name.replaceAll(sep, '/')}`, bytes }
}
