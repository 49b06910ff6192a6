// Writes the Python package: dist/kinemetric-<version>-py3-none-<platform>.whl, with the command, what it needs and its binaries for one platform.
// `npm run wheel`, or `npm run wheel -- --platform darwin-arm64` (binaries of other platforms come from the npm registry).
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type CarriedPackage, carriedPackages, readManifest, usefulFiles } from './carried-packages.ts'
import { type Platform, platforms } from './platforms.ts'
import { type About, carriedText, entryPointsText, metadataText, wheelText } from './wheel-metadata.ts'
import { writeZip, type ZipEntry } from './zip-file.ts'

const root = join(import.meta.dirname, '..', '..')
const dist = join(root, 'dist')
/** Python's package index takes no larger file. */
const mostBytes = 100e6

/** The package as npm gets it, unpacked. */
interface Packed extends About {
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

function run(cwd: string, command: string, ...args: readonly string[]): string {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
  if (result.status === 0) return result.stdout
  throw new Error(`${command} ${args.join(' ')}: ${result.error?.message ?? ''}${result.stdout}${result.stderr}`)
}

function unpack(archive: string, into: string): string {
  mkdirSync(into, { recursive: true })
  run(into, 'tar', '-xzf', archive)
  return join(into, 'package')
}

/** A platform's binaries: of this machine's as they are installed, of others from the registry. */
function natives(
  platform: Platform,
  packages: readonly CarriedPackage[],
  own: Packed['optionalDependencies'],
  scratch: string,
): CarriedPackage[] {
  return Object.entries(platform.natives).flatMap(([owner, names]) => {
    const holder = packages.find(({ name }) => name === owner) ?? inPackage(owner)
    if (holder === undefined) throw new Error(`${owner}: expected it among what is carried, found it not`)
    return names.map((name) => {
      const version = own[name] ?? readManifest(holder.folder).optionalDependencies?.[name]?.replace(/^\^/, '')
      if (version === undefined) throw new Error(`${owner}: expected ${name} among its optional dependencies`)
      const folder = installedBeside(holder.folder, name) ?? fetched(name, version, scratch)
      const manifest = readManifest(folder)
      if (manifest.version !== version) throw new Error(`${name}: expected ${version}, found ${manifest.version}`)
      return { name, version, license: manifest.license ?? holder.license, folder, place: `node_modules/${name}` }
    })
  })
}

/** A package whose code the published one carries, so that it depends on its binaries alone. */
function inPackage(name: string): Pick<CarriedPackage, 'folder' | 'license'> | undefined {
  const folder = join(root, 'packages', 'video', 'node_modules', name)
  if (globSync('package.json', { cwd: folder }).length === 0) return undefined
  return { folder: realpathSync(folder), license: readManifest(folder).license ?? '' }
}

function installedBeside(folder: string, name: string): string | undefined {
  const places = [join(folder, '..', name), join(folder, '..', '..', name)]
  return places.find((place) => globSync('package.json', { cwd: place }).length > 0)
}

function fetched(name: string, version: string, scratch: string): string {
  const into = join(scratch, name.replaceAll('/', '+'))
  mkdirSync(into)
  const [archive] = run(into, 'npm', 'pack', '--ignore-scripts', '--silent', `${name}@${version}`).trim().split('\n')
  return unpack(join(into, archive), into)
}

/** The files of a carried package; of onnxruntime only one platform's. */
function filesOf({ name, folder }: CarriedPackage, { onnxruntime }: Platform): string[] {
  const files = usefulFiles(folder, name)
  if (name !== 'onnxruntime-node') return files
  const own = `bin/napi-v6/${onnxruntime}/`
  return files.filter(
    (path) =>
      (!path.startsWith('bin/') || path.startsWith(own)) &&
      // The library twice under two names; the one that is loaded by stays.
      !/\.\d+\.\d+\.\d+\.dylib$/.test(path),
  )
}

function file(folder: string, path: string, place: string): ZipEntry {
  return { path: `${place}/${path}`, bytes: () => readFileSync(join(folder, path)) }
}

function* entriesOf(packed: string, packages: readonly CarriedPackage[], platform: Platform): Generator<ZipEntry> {
  const app = 'kinemetric/_app'
  for (const name of readdirSync(join(root, 'python', 'kinemetric')).sort())
    if (/\.py$|^py\.typed$/.test(name)) yield file(join(root, 'python', 'kinemetric'), name, 'kinemetric')
  for (const path of usefulFiles(packed)) yield file(packed, path, `${app}/node_modules/kinemetric`)
  for (const each of packages)
    for (const path of filesOf(each, platform)) yield file(each.folder, path, `${app}/${each.place}`)
}

function* infoEntries(packed: string, packages: readonly CarriedPackage[], tag: string): Generator<ZipEntry> {
  const about: Packed = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8'))
  const info = `kinemetric-${about.version}.dist-info`
  const text = (path: string, content: string): ZipEntry => ({
    path: `${info}/${path}`,
    bytes: () => Buffer.from(content),
  })
  const licences = {
    LICENSE: join(root, 'LICENSE'),
    'THIRD_PARTY.md': join(root, 'THIRD_PARTY.md'),
    'GPL-3.0.txt': join(root, 'python', 'licenses', 'GPL-3.0.txt'),
    'LGPL-3.0.txt': join(root, 'python', 'licenses', 'LGPL-3.0.txt'),
  }
  for (const [name, path] of Object.entries(licences)) yield text(`licenses/${name}`, readFileSync(path, 'utf8'))
  yield text('licenses/CARRIED.md', carriedText(packages))
  const readme = readFileSync(join(root, 'python', 'README.md'), 'utf8')
  yield text('METADATA', metadataText(about, packages, [...Object.keys(licences), 'CARRIED.md'], readme))
  yield text('WHEEL', wheelText(tag, about.version))
  yield text('entry_points.txt', entryPointsText)
}

/** Every entry, and at the end `RECORD` with their digests. */
function* recorded(entries: Iterable<ZipEntry>, info: string): Generator<ZipEntry> {
  const lines: string[] = []
  for (const { path, bytes } of entries) {
    const content = bytes()
    const digest = createHash('sha256').update(content).digest('base64url')
    lines.push(`${/[",]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path},sha256=${digest},${content.length}\n`)
    yield { path, bytes: () => content }
  }
  const record = `${info}/RECORD`
  yield { path: record, bytes: () => Buffer.from(`${lines.join('')}${record},,\n`) }
}

async function makeWheel(platform: Platform, tarball: string | undefined, scratch: string): Promise<void> {
  if (tarball === undefined) run(root, process.execPath, join('scripts', 'pack', 'pack.ts'))
  const [archive] = tarball === undefined ? globSync(join(dist, 'kinemetric-*.tgz')) : [tarball]
  const packed = unpack(archive, join(scratch, 'packed'))
  const about: Packed = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8'))
  const sources = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name))
  const onnxruntime: { version: string } = JSON.parse(
    readFileSync(join(root, 'packages', 'networks', 'node_modules', 'onnxruntime-node', 'package.json'), 'utf8'),
  )
  const wanted = {
    ...about.dependencies,
    ...about.optionalDependencies,
    ...(platform.onnxruntime === undefined ? {} : { 'onnxruntime-node': onnxruntime.version }),
  }
  const scripts = carriedPackages(wanted, sources)
  const packages = [...scripts, ...natives(platform, scripts, about.optionalDependencies, scratch)]
  const info = `kinemetric-${about.version}.dist-info`
  const name = `kinemetric-${about.version}-py3-none-${platform.tag}.whl`
  const entries = [...entriesOf(packed, packages, platform), ...infoEntries(packed, packages, platform.tag)]
  mkdirSync(dist, { recursive: true })
  const partial = join(dist, `${name}.partial`)
  const length = await writeZip(partial, recorded(entries, info))
  if (length > mostBytes) {
    rmSync(partial)
    throw new Error(`${name}: expected at most ${mostBytes} bytes, found ${length}`)
  }
  for (const old of globSync('kinemetric-*.whl', { cwd: dist })) rmSync(join(dist, old))
  renameSync(partial, join(dist, name))
  console.log(
    `${join('dist', name)} (${(length / 1e6).toFixed(1)} MB, ${packages.length} packages, ${entries.length + 1} files)`,
  )
}

const { values } = parseArgs({ options: { platform: { type: 'string' }, packed: { type: 'string' } } })
const asked = values.platform ?? `${process.platform}-${process.arch}`
const platform = platforms[asked]
if (platform === undefined) {
  console.error(`--platform: expected one of ${Object.keys(platforms).join(', ')}, found ${asked}`)
  process.exit(2)
}
const scratch = mkdtempSync(join(tmpdir(), 'kinemetric-wheel-'))
try {
  await makeWheel(platform, values.packed, scratch)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
