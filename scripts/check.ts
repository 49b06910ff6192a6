// Types, lint (with import cycles), formatting and the package layering of ARCHITECTURE.md. Exit code 0 when all hold.
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** What each package may import of ours: the table of ARCHITECTURE.md. */
const mayImport: Record<string, readonly string[]> = {
  files: [],
  video: ['files'],
  records: ['files'],
  physics: ['files', 'video'],
  networks: ['files', 'video'],
  metrics: ['files', 'video', 'records', 'networks'],
  benchmark: ['files', 'video', 'records', 'networks'],
  evaluation: ['files', 'video', 'records', 'networks', 'metrics', 'benchmark'],
  runners: ['files', 'video', 'records', 'networks', 'physics', 'benchmark'],
  report: ['files', 'records'],
  cli: ['files', 'video', 'records', 'physics', 'networks', 'metrics', 'benchmark', 'evaluation', 'runners', 'report'],
}

function layeringErrors(): string[] {
  const errors: string[] = []
  for (const [name, allowed] of Object.entries(mayImport)) {
    for (const file of globSync(`packages/${name}/{src,site/src}/**/*.{ts,astro,mjs}`, { cwd: root })) {
      const text = readFileSync(join(root, file), 'utf8')
      for (const match of text.matchAll(/(?:from|import)\s*\(?\s*['"]@kinemetric\/([a-z]+)/g)) {
        const imported = match[1]!
        if (!allowed.includes(imported)) {
          errors.push(
            `${file} imports @kinemetric/${imported}; packages/${name} may import ${allowed.join(', ') || 'nothing of ours'}`,
          )
        }
      }
    }
  }
  return errors
}

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

const layering = layeringErrors()
console.log(`${layering.length === 0 ? 'ok    ' : 'FAILED'} package layering`)
for (const error of layering) console.log(`  ${error}`)
const results = [
  layering.length === 0,
  run('types (tsc)', 'tsc', ['-p', 'tsconfig.json']),
  run('types of the site', 'tsc', ['-p', 'packages/report/site']),
  run('types of the browser tests', 'tsc', ['-p', 'packages/report/test/browser']),
  run('lint (oxlint, type-aware, import cycles)', 'oxlint', ['--type-aware', '--quiet', '.']),
  run('format (oxfmt)', 'oxfmt', ['--check', '.']),
]
process.exitCode = results.every(Boolean) ? 0 : 1
