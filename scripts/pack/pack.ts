// Builds all packages and writes the one that is published: dist/kinemetric-<version>.tgz. `npm run pack`.
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { writeShell } from '../../packages/report/site/write-shell.ts'
import { bundle } from './bundle.ts'
import { carriedNodeAv } from './carried-package.ts'
import { compiledPath, importable, workspacePackages } from './packages.ts'
import { publishedManifest } from './published-manifest.ts'
import { publishedText } from './published-imports.ts'
import { reachableDeclarations } from './reachable-declarations.ts'

const root = join(import.meta.dirname, '..', '..')
const packages = workspacePackages(root)
const names = importable(packages)
const carried = carriedNodeAv(root)

/** What travels with the code, as it lies in the checkout. */
const folders = ['baselines', 'studies']
const files = ['LICENSE', 'THIRD_PARTY.md', 'CHANGELOG.md', 'README.md', 'CITATION.cff']

function run(cwd: string, command: string, ...args: readonly string[]): string {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
  if (result.status === 0) return result.stdout
  throw new Error(`${command} ${args.join(' ')}: ${result.error?.message ?? ''}${result.stdout}${result.stderr}`)
}

function build(): void {
  for (const { folder } of packages)
    for (const old of ['dist', 'tsconfig.build.tsbuildinfo'])
      rmSync(join(root, 'packages', folder, old), { recursive: true, force: true })
  run(
    root,
    join(root, 'node_modules', '.bin', 'tsc'),
    '-b',
    ...globSync('packages/*/tsconfig.build.json', { cwd: root }),
  )
}

function stage(folder: string): void {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const { folder: name, json } of packages) {
    const dist = join(root, 'packages', name, 'dist')
    for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' }).map((each) =>
      each.replaceAll('\\', '/'),
    ))
      if (/\.(js|d\.ts)$/.test(file)) {
        const path = `packages/${name}/dist/${file}`
        write(path, publishedText(path, readFileSync(join(dist, file), 'utf8'), names))
      }
    // Files of a package are found from its own folder, as in the checkout.
    write(
      `packages/${name}/package.json`,
      `${JSON.stringify({ name: json.name, version: json.version, private: true, type: 'module' })}\n`,
    )
    for (const own of ['bin'])
      if (existsSync(join(root, 'packages', name, own)))
        cpSync(join(root, 'packages', name, own), join(folder, 'packages', name, own), { recursive: true })
    const schemas = join(root, 'packages', name, 'schema')
    if (existsSync(schemas)) cpSync(schemas, join(folder, 'schema'), { recursive: true })
  }
  for (const each of [...folders, ...files])
    if (existsSync(join(root, each))) cpSync(join(root, each), join(folder, each), { recursive: true })
  write('package.json', `${JSON.stringify(publishedManifest(packages, carried), undefined, 2)}\n`)
}

const folder = mkdtempSync(join(tmpdir(), 'kinemetric-pack-'))
try {
  build()
  stage(folder)
  const exported = [...names.values()].map((each) => compiledPath(each.folder, each.source, '.js'))
  const { before, after } = await bundle(folder, exported, carried)
  console.error(`${before} modules in ${after} files`)
  const declared = [...names.values()].map((each) => compiledPath(each.folder, each.source, '.d.ts'))
  const reachable = reachableDeclarations(folder, declared)
  for (const path of globSync('packages/*/dist/**/*.d.ts', { cwd: folder }))
    if (!reachable.has(path.replaceAll(sep, '/'))) rmSync(join(folder, path))
  await writeShell(join(folder, 'site-renderer'))
  mkdirSync(join(root, 'dist'), { recursive: true })
  for (const old of globSync('kinemetric-*.tgz', { cwd: join(root, 'dist') })) rmSync(join(root, 'dist', old))
  const written = run(folder, 'npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', join(root, 'dist'))
  console.log(join('dist', written.trim()))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
