// Installs the workspace (and Node 24 inside it) when it is not there yet or the lockfile has changed.
// Plain JavaScript without dependencies: it has to run under Node 20 with nothing installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const major = Number(process.versions.node.split('.')[0])
if (major < 20) {
  console.error(`kinemetric needs Node 20 or newer to set itself up; this is Node ${process.versions.node}`)
  process.exit(2)
}
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'pnpm-lock.yaml')))
  .digest('hex')
const stamp = join(root, 'node_modules', '.kinemetric-setup')
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.log('setting up: installing packages and Node 24 from the npm registry (under a minute, once) …')
  const result = spawnSync(process.execPath, [join(root, 'scripts', 'pnpm.mjs'), 'install', '--frozen-lockfile'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (result.status !== 0) {
    // Its hundred lines are of use only now: on the way they warn of the Node that is about to be replaced.
    console.error(result.stdout, result.stderr)
    console.error('set-up failed: `pnpm install` did not succeed (its messages are above)')
    process.exit(result.status ?? 1)
  }
  writeFileSync(stamp, lock)
}
