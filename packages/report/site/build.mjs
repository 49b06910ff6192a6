// Runs Astro in a process of its own: Astro sets process-wide state, and two builds at once must not meet. Writes nothing into this folder, so that an
// installed, read-only package can build: Astro's root is the temporary folder given.
import { build } from 'astro'
import { join } from 'node:path'
import { bundleScripts, minifyStyles } from './bundle-scripts.mjs'

const { KINEMETRIC_SITE_ROOT: root, KINEMETRIC_SITE_OUT: outDir, KINEMETRIC_SITE_LIVE: live } = process.env
if (!root || !outDir) throw new Error('expected KINEMETRIC_SITE_ROOT and KINEMETRIC_SITE_OUT; found none')

// A builder that is killed cannot tell; nobody would take what is written after it.
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) process.exit(1)
}, 100).unref()

await build({
  configFile: false,
  root,
  srcDir: join(import.meta.dirname, 'src'),
  publicDir: join(root, 'public'),
  outDir,
  cacheDir: join(root, 'cache'),
  output: 'static',
  // index.astro becomes index.html and [clip].astro <clip>.html: what relative links, plain file servers and file:// need.
  build: { format: 'preserve', inlineStylesheets: 'always' },
  compressHTML: true,
  devToolbar: { enabled: false },
  logLevel: 'error',
  vite: { cacheDir: join(root, 'vite'), logLevel: 'error' },
})

await bundleScripts(join(outDir, 'assets'), live === '1')
await minifyStyles(join(outDir, 'assets'))
