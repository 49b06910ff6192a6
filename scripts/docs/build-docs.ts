// Writes the documentation as a static site: npm run docs, or node scripts/docs/build-docs.ts [FOLDER]; default dist/docs.
import { join } from 'node:path'
import { checkSite } from './check-links.ts'
import { writeDocs } from './write-docs.ts'

const outDir = process.argv[2] ?? join('dist', 'docs')
const pages = await writeDocs(outDir)
const wrong = checkSite(outDir)
for (const each of wrong) console.error(each)
console.log(`${pages.length} pages: open ${join(outDir, 'index.html')}`)
process.exitCode = wrong.length === 0 ? 0 : 1
