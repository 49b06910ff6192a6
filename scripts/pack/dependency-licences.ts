import { readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { carriedPackages, readManifest } from '../wheel/carried-packages.ts'
import { carriedNodeAv } from './carried-package.ts'
import { workspacePackages } from './packages.ts'
import { publishedManifest } from './published-manifest.ts'

/** Packages of binaries, of which one system's are installed, with what their own package.json says. */
const binaries = [
  '| @seydx/node-av-* (FFmpeg, one a system) | as node-av | MIT; the FFmpeg in its binary: GPL-3.0-or-later AND FDK-AAC |',
  '| @img/sharp-* (one a system) | as sharp | Apache-2.0 |',
  '| @img/sharp-libvips-* (libvips, one a system) | as sharp asks | LGPL-3.0-or-later |',
]

/** A table, in Markdown, of everything that `npm install kinemetric` brings and of what is fetched when a network first runs, each with its licence. */
export function dependencyLicences(root: string): string {
  const packages = workspacePackages(root)
  const carried = carriedNodeAv(root)
  const { dependencies } = publishedManifest(packages, carried)
  const sources = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name))
  const installed = carriedPackages(dependencies, sources)
  const types = Object.keys(dependencies)
    .filter((name) => name.startsWith('@types/'))
    .flatMap((name) => withNeeds(realpathSync(join(root, 'node_modules', name))))
  const lines = [
    ...installed.map(({ name, version, license }) => ({ name, version, license })),
    ...types,
    {
      name: 'node-av (its code, inside)',
      version: carried.version,
      license: readManifest(carried.folder).license ?? '',
    },
    {
      name: 'onnxruntime-node (fetched when a network first runs)',
      version: dependencies['onnxruntime-common'],
      license: 'MIT',
    },
  ].map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`)
  return ['| package | version | licence |', '|---|---|---|', ...[...lines, ...binaries].sort()].join('\n')
}

/** A package of declarations (`@types/…`) and the packages that its own declarations name, which lie beside it. */
function withNeeds(folder: string): { name: string; version: string; license: string }[] {
  const manifest = readManifest(folder)
  const needs = Object.keys(manifest.dependencies ?? {}).map((name) => readManifest(join(folder, '..', '..', name)))
  return [manifest, ...needs].map(({ name, version, license = '' }) => ({ name, version, license }))
}
