// Runs the measurements: `npm run bench` all of them, `npm run bench -- lpips image` those whose names contain a word.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const scripts = globSync('*.ts', { cwd: import.meta.dirname })
  // One runs the others; two want a folder.
  .filter((name) => !['run.ts', 'large-results.ts', 'clips-page.ts'].includes(name))
  .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
  .sort()
if (scripts.length === 0) {
  console.error(`no measurement's name contains ${words.join(' or ')}`)
  process.exit(2)
}
let failed = 0
for (const script of scripts) {
  console.log(`\n== ${basename(script, '.ts')}`)
  const result = spawnSync(process.execPath, ['--expose-gc', join(import.meta.dirname, script)], { stdio: 'inherit' })
  if (result.status !== 0) {
    console.error(`${script} ended with ${result.status ?? result.signal}`)
    failed++
  }
}
process.exitCode = failed === 0 ? 0 : 1
