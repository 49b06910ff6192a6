import type { CarriedPackage } from './carried-package.ts'
import { compiledPath, face, type WorkspacePackage } from './packages.ts'

/** Packages that are for who writes kinemetric, or are fetched where and when they are needed: onnxruntime's binaries of every system are 288 MB. */
const notInstalled = new Set(['@types/cli-progress', '@types/yauzl', 'onnxruntime-node'])

/**
 * The package.json that is published: the one of `packages/kinemetric` with every package's exports (`kinemetric/video`) and with all that they need of others.
 * @throws where two packages need two versions of one
 */
export function publishedManifest(
  packages: readonly WorkspacePackage[],
  carried: Pick<CarriedPackage, 'name' | 'version' | 'binaries'>,
): Record<string, unknown> & { dependencies: Record<string, string>; optionalDependencies: Record<string, string> } {
  const own = packages.find(({ folder }) => folder === face)?.json
  if (own === undefined) throw new Error(`packages: expected one named ${face}, found none`)
  return {
    ...own,
    exports: publishedExports(packages),
    dependencies: needed(packages, ({ dependencies }) => dependencies),
    optionalDependencies: withBinaries(
      needed(packages, ({ optionalDependencies }) => optionalDependencies),
      carried,
    ),
  }
}

/** In place of a package that is carried, those of its binaries, of which npm installs this system's. */
function withBinaries(
  needs: Record<string, string>,
  { name, version, binaries }: Pick<CarriedPackage, 'name' | 'version' | 'binaries'>,
): Record<string, string> {
  const { [name]: _, ...others } = needs
  return { ...others, ...Object.fromEntries(binaries.map((each) => [each, version])) }
}

function publishedExports(packages: readonly WorkspacePackage[]): Record<string, unknown> {
  const others = packages.filter(({ folder }) => folder !== face)
  const own = packages.filter(({ folder }) => folder === face)
  const entries = [...own, ...others].flatMap(({ folder, json }) =>
    Object.entries(json.exports).map(([path, source]): [string, unknown] => [
      folder === face ? path : `./${folder}${path.slice(1)}`,
      { types: `./${compiledPath(folder, source, '.d.ts')}`, default: `./${compiledPath(folder, source, '.js')}` },
    ]),
  )
  return {
    ...Object.fromEntries(entries),
    './schema/*.json': './schema/*.json',
    './package.json': './package.json',
  }
}

type Needs = Readonly<Record<string, string>> | undefined

function needed(
  packages: readonly WorkspacePackage[],
  ofJson: (json: WorkspacePackage['json']) => Needs,
): Record<string, string> {
  const all = new Map<string, string>()
  for (const { folder, json } of packages)
    for (const [name, version] of Object.entries(ofJson(json) ?? {})) {
      if (version.startsWith('workspace:') || notInstalled.has(name)) continue
      const other = all.get(name)
      if (other !== undefined && other !== version)
        throw new Error(`packages/${folder}: expected ${name} ${other} as in the others, found ${version}`)
      if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        throw new Error(`packages/${folder}: expected an exact version of ${name}, found ${version}`)
      all.set(name, version)
    }
  return Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)))
}
