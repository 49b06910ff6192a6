// Writes what an installed kinemetric renders report sites with: node scripts/build-renderer.ts FOLDER/site-renderer
// It takes the place of Astro and esbuild, which only the checkout has.
import { writeShell } from '../packages/report/site/write-shell.ts'

const [folder, ...more] = process.argv.slice(2)
if (folder === undefined || more.length > 0) {
  console.error('expected one folder to write into: node scripts/build-renderer.ts dist/site-renderer')
  process.exitCode = 2
} else console.log(`${folder}: ${(await writeShell(folder)).toLocaleString('en')} bytes`)
