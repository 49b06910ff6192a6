// Imports, layers and sizes (check-imports.ts), types, lint and formatting; with --package
// also the packages as a user installs them (half a minute). Exit code 0 when all hold.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { checkImports } from './check-imports.ts'

const root = join(import.meta.dirname, '..')

function run(title: string, command: string, args: readonly string[]): boolean {
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 1 << 28,
  })
  const ok = result.status === 0
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${title}`)
  if (!ok) console.log(result.error?.message ?? '', result.stdout, result.stderr)
  return ok
}

const { errors, figures } = checkImports(root)
console.log(`${errors.length === 0 ? 'ok    ' : 'FAILED'} imports, layers and sizes (${figures})`)
for (const error of errors) console.log(`  ${error}`)
const results = [
  errors.length === 0,
  run('types (tsc)', 'tsc', ['-p', 'tsconfig.json']),
  run('types of the site', 'tsc', ['-p', 'packages/report/site']),
  run('types of its pages', process.execPath, ['scripts/check-site.ts']),
  run('types of the browser tests', 'tsc', ['-p', 'packages/report/test/browser']),
  run('lint (oxlint, type-aware)', 'oxlint', ['--type-aware', '--deny-warnings', '.']),
  run('format (oxfmt)', 'oxfmt', ['--check', '.']),
  ...(process.argv.includes('--package')
    ? [run('packages, installed', process.execPath, ['scripts/check-package.ts'])]
    : []),
]
process.exitCode = results.every(Boolean) ? 0 : 1
