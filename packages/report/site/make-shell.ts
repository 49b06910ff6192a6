// Makes what a site is rendered with, for a release and for the checkout. Only here Astro and esbuild are needed: whoever installed kinemetric has what this made.
import { join } from 'node:path'
import { build, type Plugin, stop } from 'esbuild'
import type { SiteAsset } from '../src/site-build/site-renderer.ts'
import { astroPages } from './astro-pages.ts'
import { bundleAssets } from './bundle-assets.ts'
import { bundledLicences } from './bundled-licences.ts'

export interface MadeShell {
  /** One ES module that exports `renderPages`. */
  module: string
  assets: SiteAsset[]
}

/** What the checkout renders with. Nothing is written. Takes half a second. */
export async function makeShell(): Promise<MadeShell> {
  try {
    const [{ module }, assets] = await Promise.all([bundled('src/renderer.ts'), bundleAssets('report')])
    return { module, assets }
  } finally {
    // Its process would stay.
    await stop()
  }
}

export interface Bundle {
  /** One ES module without a path of this machine. */
  module: string
  /** What it imports: Node's own modules. */
  imports: string[]
  /** Of what is in it and is not ours, a text a package. */
  licences: string[]
}

/** A module with all that it imports but Node. @param entry from this folder */
export async function bundled(entry: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(import.meta.dirname, entry)],
    outfile: 'bundle.mjs',
    write: false,
    metafile: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minify: true,
    legalComments: 'eof',
    logLevel: 'warning',
    tsconfigRaw: {},
    plugins: [astroPages, withoutSideEffects, withoutCanvas],
    define: {
      'import.meta.env': JSON.stringify({ SSR: true, PROD: true, DEV: false, MODE: 'production', BASE_URL: '/' }),
      // Astro resolves folders against its own place, which a module without a file does not have.
      'import.meta.url': '"file:///kinemetric/"',
    },
  })
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path))
  return { module: outputFiles[0].text, imports, licences: bundledLicences(metafile) }
}

/** Our packages do nothing by being imported: of one of whose names pages use few (`@kinemetric/records`, with every schema) the rest is left out. */
const withoutSideEffects: Plugin = {
  name: 'without-side-effects',
  setup(build) {
    build.onResolve({ filter: /^@kinemetric\// }, async ({ path, pluginData, ...from }) => {
      if (pluginData === withoutSideEffects) return undefined
      return { ...(await build.resolve(path, { ...from, pluginData: withoutSideEffects })), sideEffects: false }
    })
  },
}

/** vega measures text by a canvas where it finds one: charts are not to depend on what else is installed. */
const withoutCanvas: Plugin = {
  name: 'without-canvas',
  setup(build) {
    build.onResolve({ filter: /^canvas$/ }, ({ path }) => ({ path, namespace: 'nothing' }))
    build.onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: 'export {}' }))
  },
}
