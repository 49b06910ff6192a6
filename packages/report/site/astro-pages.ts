import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { transform } from '@astrojs/compiler-rs'
import type { Plugin } from 'esbuild'

/** Has esbuild take `.astro` files, compiled as Astro itself compiles them for a build. What only Astro's own bundling can serve (styles and scripts of a component) is refused. */
export const astroPages: Plugin = {
  name: 'astro-pages',
  setup(build) {
    build.onLoad({ filter: /\.astro$/ }, async ({ path }) => {
      const { code, css, scripts, diagnostics } = transform(await readFile(path, 'utf8'), {
        // Astro writes it down in the code; a folder of this machine it is not to be.
        filename: relative(import.meta.dirname, path),
        compact: true,
        internalURL: 'astro/compiler-runtime',
        resultScopedSlot: true,
        resolvePath: (specifier) => specifier,
      })
      const errors = diagnostics.map(({ text }) => ({ text, location: { file: path } }))
      if (css.length + scripts.length > 0)
        errors.push({
          text: 'expected a component without <style> and bundled <script>, for the site has its sheets and scripts in src/styles and src/client; found some',
          location: { file: path },
        })
      return { contents: code, loader: 'ts', errors }
    })
  },
}
