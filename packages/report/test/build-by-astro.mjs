// Builds the site's pages by Astro itself, in a process of its own, since Astro sets process-wide state: node build-by-astro.mjs MODEL.json WORK. Pages come to WORK/pages.
// For the test that compares them with what `buildSite` renders.
import { readFile, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'astro'

const [modelFile, work] = process.argv.slice(2)
const model = await readFile(modelFile, 'utf8')
const packageFolder = join(import.meta.dirname, '..')
// Astro names its own entry modules by package, seen from its root: the temporary folder must find it there.
const astro = dirname(fileURLToPath(import.meta.resolve('astro/package.json')))
await symlink(dirname(astro), join(work, 'node_modules'), 'junction')

await build({
  configFile: false,
  root: work,
  srcDir: join(packageFolder, 'site', 'src'),
  publicDir: join(work, 'public'),
  outDir: join(work, 'pages'),
  cacheDir: join(work, 'cache'),
  output: 'static',
  // index.astro becomes index.html and [clip].astro <clip>.html: what relative links, plain file servers and file:// need.
  build: { format: 'preserve', inlineStylesheets: 'always' },
  compressHTML: true,
  devToolbar: { enabled: false },
  logLevel: 'error',
  vite: {
    cacheDir: join(work, 'vite'),
    logLevel: 'error',
    plugins: [
      {
        name: 'given-model',
        enforce: 'pre',
        transform: (code, id) =>
          id.endsWith('/site/src/model.ts') ? { code: `${code}\nshowModel(${model})`, map: null } : undefined,
      },
    ],
  },
})
