import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A package of the npm registry that the wheel carries. */
export interface CarriedPackage {
  readonly name: string
  readonly version: string
  /** SPDX, as its package.json says. */
  readonly license: string
  /** Where it is on this machine. */
  readonly folder: string
  /** Where it goes, from the root of the application: `node_modules/a`, or `node_modules/a/node_modules/b` where two versions are needed. */
  readonly place: string
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/**
 * What no command of ours loads: install scripts' own needs (onnxruntime-node, node-av), node-av's WebRTC, declarations, and binaries, which are chosen
 * by platform.
 */
const notCarried =
  /^(adm-zip|global-agent|unzipper|werift|@types\/.*|@seydx\/node-av-.*|@img\/sharp-.*|@img\/sharp-libvips-.*)$/

/**
 * The packages that some need, as they are installed in this checkout, by its lockfile: each at the top where it can be, as npm lays them out.
 * @param wanted names and versions of what is needed itself
 * @param from folders whose `node_modules` have them
 * @throws where one is not installed, has another version or names no licence
 */
export function carriedPackages(wanted: Readonly<Record<string, string>>, from: readonly string[]): CarriedPackage[] {
  const carried = new Map<string, CarriedPackage>()
  // One generation after the other: what is needed itself comes to the top, for it is what our own code imports.
  let generation = Object.entries(wanted).map(([name, version]): Need => ({ name, version, from, above: '' }))
  while (generation.length > 0) generation = generation.flatMap((need) => carry(need, carried))
  return [...carried.values()].sort((a, b) => (a.place < b.place ? -1 : 1))
}

interface Need {
  readonly name: string
  /** Which it has to be; undefined where the lockfile has chosen. */
  readonly version?: string
  readonly from: readonly string[]
  /** Place of the package that needs it. */
  readonly above: string
  readonly isOptional?: boolean
}

/** @returns what the package that was carried needs, unless it was before */
function carry({ name, version, from, above, isOptional = false }: Need, carried: Map<string, CarriedPackage>): Need[] {
  if (notCarried.test(name)) return []
  const folder = installed(name, from)
  if (folder === undefined) {
    if (isOptional) return []
    throw new Error(`${name}: expected it to be installed, found nothing in ${from.join(', ')}`)
  }
  const manifest = readManifest(folder)
  if (version !== undefined && version !== manifest.version)
    throw new Error(`${name}: expected ${version} to be installed, found ${manifest.version}`)
  if (manifest.license === undefined) throw new Error(`${folder}: expected a licence, found none`)
  const top = carried.get(`node_modules/${name}`)
  const place = top === undefined ? `node_modules/${name}` : join(above, 'node_modules', name).replaceAll('\\', '/')
  if (top?.folder === folder || carried.has(place)) return []
  carried.set(place, { name, version: manifest.version, license: manifest.license, folder, place })
  return needsOf(manifest).map((need) => ({ ...need, from: [folder], above: place }))
}

function needsOf({ dependencies = {}, optionalDependencies = {} }: Manifest): Pick<Need, 'name' | 'isOptional'>[] {
  const optional = Object.keys(optionalDependencies)
  const needed = Object.keys(dependencies).filter((name) => !optional.includes(name))
  return [...needed.map((name) => ({ name })), ...optional.map((name) => ({ name, isOptional: true }))]
}

/** @returns the folder of a package as one of some folders' code would find it, without links */
function installed(name: string, from: readonly string[]): string | undefined {
  for (const folder of from)
    for (let at = folder; ; at = dirname(at)) {
      const place = join(at, 'node_modules', name)
      if (existsSync(join(place, 'package.json'))) return realpathSync(place)
      if (dirname(at) === at) break
    }
  return undefined
}

export function readManifest(folder: string): Manifest {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return manifest
}

/** The same code a second time, for callers that we are not (`require`, browsers), and what only install scripts run. */
const unused: Readonly<Record<string, RegExp>> = {
  '@dimforge/rapier2d-deterministic-compat': /\.cjs$|_bg\.wasm$|rapier_wasm2d\.js$/,
  'csv-parse': /^dist\//,
  fflate: /^(umd|lib)\//,
  'onnxruntime-node': /^script\//,
  zod: /\.cjs$/,
}

/** Files of a package that are of use where it is installed: no declarations, sources, maps; what a reader reads only where it states the licence. */
export function usefulFiles(folder: string, name = ''): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => !path.startsWith('node_modules/'))
    .sort()
  const statesLicence = files.some((path) => /^(licen[cs]e|copying)/i.test(path))
  return files.filter((path) => {
    if (/(^|\/)(licen[cs]e|copying|notice)[^/]*$/i.test(path)) return true
    if (/^readme[^/]*$/i.test(path)) return !statesLicence
    return !unused[name]?.test(path) && !/\.(map|ts|mts|cts|md|markdown|flow|tsbuildinfo)$/i.test(path)
  })
}
