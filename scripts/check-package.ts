// The packages as a user gets them: built, packed, installed in an empty folder, where the command has to start, find its methods and score.
// Needs the package registry for what is not in the machine's store of packages; says so and ends well where there is none.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { makePhysicsBenchmark } from '@kinemetric/physics'

const root = join(import.meta.dirname, '..')
const pnpm = join(root, 'scripts', 'pnpm.mjs')
const folder = mkdtempSync(join(tmpdir(), 'kinemetric-package-'))
const packed = join(folder, 'packed')
const installed = join(folder, 'installed')

function run(cwd: string, command: string, ...args: readonly string[]): string {
  const bin = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  const env = { ...process.env, PATH: bin, KINEMETRIC_CACHE: join(folder, 'cache') }
  const result = spawnSync(command, args, { cwd, env, encoding: 'utf8', shell: process.platform === 'win32' })
  if (result.status === 0) return result.stdout
  throw new Error(`${command} ${args.join(' ')}: ${result.error?.message ?? ''}${result.stdout}${result.stderr}`)
}

function pack(): void {
  for (const name of readdirSync(join(root, 'packages')))
    for (const old of ['dist', 'tsconfig.build.tsbuildinfo'])
      rmSync(join(root, 'packages', name, old), { recursive: true, force: true })
  run(root, 'npm', 'run', '--silent', 'build')
  run(root, process.execPath, pnpm, '-r', '--filter', './packages/*', 'pack', '--pack-destination', packed)
}

/** Installs the command, its packages from where they were packed. */
function install(): void {
  const files = readdirSync(packed).map((file) => [file.replace(/^kinemetric-([a-z]+)-.*$/, '@kinemetric/$1'), file])
  const overrides = files.map(([name, file]) => `  '${name}': 'file:${join(packed, file)}'\n`).join('')
  mkdirSync(installed)
  writeFileSync(join(installed, 'package.json'), '{"private": true, "dependencies": {"@kinemetric/cli": "*"}}')
  writeFileSync(join(installed, 'pnpm-workspace.yaml'), `overrides:\n${overrides}`)
  run(installed, process.execPath, pnpm, 'install', '--prefer-offline', '--ignore-scripts')
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
  expectText('table', kinemetric('table', 'results', '--format', 'markdown'), /Static.* 1 \|/)
  kinemetric('report', 'build', 'results', '--out', 'site')
}

function expectText(what: string, text: string, expected: RegExp): void {
  if (!expected.test(text)) throw new Error(`kinemetric ${what}: expected ${String(expected)}, found ${text}`)
}

try {
  pack()
  install()
  await use()
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  const noRegistry = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ERR_PNPM_(META_FETCH_FAIL|NO_OFFLINE)/.test(message)
  console.error(noRegistry ? `not checked, no registry: ${message}` : message)
  process.exitCode = noRegistry ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
