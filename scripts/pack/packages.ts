// The packages of the workspace that are published inside one: what they export and what they need.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is read of a package's package.json. */
export interface PackageJson {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly exports: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export interface WorkspacePackage {
  /** Name of its folder below `packages`. */
  readonly folder: string
  readonly json: PackageJson
}

/** The one package that is published. */
export const face = 'kinemetric'

/** All packages of the checkout, in the order of their folders' names. */
export function workspacePackages(root: string): WorkspacePackage[] {
  return readdirSync(join(root, 'packages'))
    .sort()
    .map((folder) => {
      const json: PackageJson = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))
      return { folder, json }
    })
}

/** Where a source file's compiled form lies, from the root of the published package: `./src/index.ts` of `video` is `packages/video/dist/index.js`. */
export function compiledPath(folder: string, source: string, ending: '.js' | '.d.ts'): string {
  const inside = /^\.\/src\/(.+)\.ts$/.exec(source)?.[1]
  if (inside === undefined)
    throw new Error(`packages/${folder}/package.json exports: expected ./src/….ts, found ${source}`)
  return `packages/${folder}/dist/${inside}${ending}`
}

/** Every name that can be imported in the checkout (`@kinemetric/video/contiguous`), with package and source. */
export function importable(packages: readonly WorkspacePackage[]): Map<string, { folder: string; source: string }> {
  return new Map(
    packages.flatMap(({ folder, json }) =>
      Object.entries(json.exports).map(
        ([path, source]) => [`${json.name}${path.slice(1)}`, { folder, source }] as const,
      ),
    ),
  )
}
