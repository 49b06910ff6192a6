#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `kinemetric needs Node 22.18 or newer; this is Node ${process.versions.node}. In its own checkout, \`pnpm exec kinemetric\` brings Node 24 along.`,
  )
  process.exit(2)
}
const { main } = await import('../src/main.ts')
process.exitCode = await main(process.argv.slice(2))
