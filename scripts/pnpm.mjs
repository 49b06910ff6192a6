// Runs the pinned pnpm with the given arguments, through npx when no pnpm of that version is installed.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const version = '12.21.0'
const local = join(import.meta.dirname, '..', 'node_modules', '.bin', 'node')
const args = process.argv.slice(2)
// After set-up there is no need to ask npx: `pnpm exec X` is X with node_modules/.bin first on the PATH.
if (args[0] === 'exec' && existsSync(local)) {
  const bin = join(import.meta.dirname, '..', 'node_modules', '.bin')
  const separator = process.platform === 'win32' ? ';' : ':'
  const result = spawnSync(args[1], args.slice(2), {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, PATH: `${bin}${separator}${process.env.PATH ?? ''}` },
  })
  if (result.error) console.error(`could not run ${args[1]}: ${result.error.message}`)
  process.exit(result.status ?? 1)
}
const result = spawnSync('npx', ['-y', `pnpm@${version}`, ...args], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
})
if (result.error) console.error(`could not run npx: ${result.error.message}`)
process.exit(result.status ?? 1)
