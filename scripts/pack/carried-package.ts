import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import type { Plugin } from 'esbuild'

/**
 * A package of others whose code a release carries, so that its binaries alone are installed: node-av would bring 60 packages for WebRTC, which nothing here uses, one of
 * them with a known flaw, and two install scripts.
 */
export interface CarriedPackage {
  readonly name: string
  readonly version: string
  readonly folder: string
  /** Packages of its binaries, one a system, all of its version. */
  readonly binaries: readonly string[]
  /** The module of ours that asks the package for its version, from the root of a release. */
  readonly versionModule: string
}

/** node-av as the checkout has it. */
export function carriedNodeAv(root: string): CarriedPackage {
  const entry = createRequire(join(root, 'packages', 'video', 'package.json')).resolve('node-av')
  const folder = dirname(dirname(entry))
  const { name, version, optionalDependencies }: { name: string; version: string; optionalDependencies: object } =
    JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const binaries = Object.keys(optionalDependencies).filter((each) => each.startsWith('@seydx/node-av-'))
  return { name, version, folder, binaries, versionModule: 'packages/video/dist/decoders/node-av/node-av-version.js' }
}

/** Takes the package's modules along. */
export function inCarried({ name, version, folder, versionModule }: CarriedPackage): Plugin {
  return {
    name,
    setup(bundling) {
      const require = createRequire(join(folder, 'package.json'))
      bundling.onResolve({ filter: new RegExp(`^${name}(/|$)`) }, ({ path }) => ({ path: require.resolve(path) }))
      bundling.onLoad({ filter: new RegExp(`${versionModule.replaceAll('/', '.')}$`) }, () => ({
        contents: `export const nodeAvVersion = () => ${JSON.stringify(version)}`,
        loader: 'js',
      }))
    },
  }
}

/** Where a module of the package is taken to lie in a release; undefined for every other module. */
export function placeInCarried({ folder, name }: CarriedPackage, path: string): string | undefined {
  const inside = relative(folder, path)
  return inside.startsWith('..') ? undefined : `packages/${name}/${inside.replaceAll(sep, '/')}`
}
