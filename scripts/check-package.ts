// The package as a user gets it: built, packed, installed by npm in an empty folder, where its types have to hold in somebody's project and the command has to start,
// find its methods, score and build a site.
// Needs the package registry; says so and ends well where there is none.
import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makePhysicsBenchmark } from '@kinemetric/physics'
import { contentProblems } from './pack/check-contents.ts'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'kinemetric-package-'))
const installed = join(folder, 'installed')

function run(cwd: string, command: string, ...args: readonly string[]): string {
  const env = { ...process.env, KINEMETRIC_CACHE: join(folder, 'cache') }
  const result = spawnSync(command, args, { cwd, env, encoding: 'utf8', shell: process.platform === 'win32' })
  if (result.status === 0) return result.stdout
  throw new Error(`${command} ${args.join(' ')}: ${result.error?.message ?? ''}${result.stdout}${result.stderr}`)
}

function install(): void {
  run(root, process.execPath, join('scripts', 'pack', 'pack.ts'))
  const [tarball] = globSync('kinemetric-*.tgz', { cwd: join(root, 'dist') })
  mkdirSync(installed)
  writeFileSync(join(installed, 'package.json'), '{"private": true}')
  run(installed, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', join(root, 'dist', tarball))
}

function checkContents(): void {
  const problems = contentProblems(join(installed, 'node_modules', 'kinemetric'), [root, tmpdir()])
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

/** In a project of somebody else's that checks declarations too: every export, as Node and as a bundler resolve it. */
function checkTypes(): void {
  const names = ['kinemetric', ...exportedNames().map((name) => `kinemetric/${name}`)]
  const lines = names.map((name, at) => `import * as m${at} from '${name}'\nexport const n${at}: object = m${at}`)
  writeFileSync(join(installed, 'all.mts'), lines.join('\n'))
  for (const compilerOptions of [{ module: 'nodenext' }, { module: 'preserve', moduleResolution: 'bundler' }]) {
    const options = { ...compilerOptions, target: 'es2024', strict: true, noEmit: true, skipLibCheck: false }
    writeFileSync(join(installed, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['all.mts'] }))
    run(installed, join(root, 'node_modules', '.bin', 'tsc'), '-p', '.')
  }
  const values = ['kinemetric/metrics', 'kinemetric/video'].map((name) => `await import('${name}')`).join('; ')
  run(installed, process.execPath, '--input-type=module', '--eval', values)
}

function exportedNames(): string[] {
  const text = readFileSync(join(installed, 'node_modules', 'kinemetric', 'package.json'), 'utf8')
  const { exports }: { exports: Record<string, unknown> } = JSON.parse(text)
  return Object.keys(exports).flatMap((path) => /^\.\/([\w/-]+)$/.exec(path)?.[1] ?? [])
}

async function use(): Promise<void> {
  const command = join(installed, 'node_modules', '.bin', 'kinemetric')
  const kinemetric = (...args: readonly string[]) => run(installed, command, ...args)
  expectText('--version', kinemetric('--version'), /^\d+\.\d+\.\d+\s*$/)
  expectText('metrics', kinemetric('metrics'), /psnr/)
  await makePhysicsBenchmark(join(folder, 'dataset'), { clips: 1, seed: 1 })
  kinemetric('prepare', 'physics', join(folder, 'dataset'), '--protocol', 'physics-256x384', '--out', 'prepared')
  kinemetric('run', 'static', '--manifest', 'prepared/manifest.jsonl', '--out', 'generated/static')
  const sides = ['--manifest', 'prepared/manifest.jsonl', '--generated', 'generated/static']
  kinemetric('score', ...sides, '--out', 'results', '--metrics', 'psnr,ssim')
  kinemetric('report', 'build', 'results', '--out', 'site')
  expectText('table', kinemetric('table', 'results', '--format', 'markdown'), /Static.* 1 \|/)
}

function expectText(what: string, text: string, expected: RegExp): void {
  if (!expected.test(text)) throw new Error(`kinemetric ${what}: expected ${String(expected)}, found ${text}`)
}

try {
  install()
  checkContents()
  checkTypes()
  await use()
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  const noRegistry = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOTCACHED/.test(message)
  console.error(noRegistry ? `not checked, no registry: ${message}` : message)
  process.exitCode = noRegistry ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
