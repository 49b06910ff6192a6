import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { bundledLicences } from '../../packages/report/site/bundled-licences.ts'
import { type CarriedPackage, inCarried, placeInCarried } from './carried-package.ts'

/**
 * Joins the compiled modules of a staged package into few files: opening 700 of them is half of what scoring a pair takes. What is imported from outside, started as a
 * process or a worker, or named by its address stays where it was; all else goes into `chunks`, and what its code takes for its own place stays the place that it had.
 * Packages of others are imported as before, but for the one that is carried.
 * @param carried a package of others whose code comes along, with its licence in `LICENCES.txt`
 * @param exported paths that can be imported from outside
 * @returns how many files it was and is
 */
export async function bundle(
  folder: string,
  exported: readonly string[],
  carried: CarriedPackage,
): Promise<{ before: number; after: number }> {
  const modules = globSync('packages/*/dist/**/*.js', { cwd: folder }).map((path) => path.replaceAll(sep, '/'))
  const entries = new Set([
    ...exported,
    'packages/cli/dist/main.js',
    ...modules.flatMap((path) => addressed(folder, path)),
  ])
  const { outputFiles, warnings, metafile } = await build({
    absWorkingDir: folder,
    entryPoints: [...entries].sort(),
    outbase: folder,
    outdir: folder,
    chunkNames: 'chunks/[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    packages: 'external',
    legalComments: 'none',
    // Names stay, so that a stack says where something broke.
    minifyWhitespace: true,
    minifySyntax: true,
    write: false,
    metafile: true,
    plugins: [inCarried(carried), ownPlaces(folder, carried)],
  })
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'))
  // What is told of its inputs is told from the working folder.
  const outputs = Object.entries(metafile.outputs).map(([path, output]) => {
    const inputs = Object.entries(output.inputs).map(([input, size]) => [join(folder, input), size])
    return [path, { ...output, inputs: Object.fromEntries(inputs) }]
  })
  const licences = bundledLicences({ ...metafile, outputs: Object.fromEntries(outputs) })
  writeFileSync(join(folder, 'LICENCES.txt'), `${licences.join('\n\n---\n\n')}\n`)
  for (const path of modules) rmSync(join(folder, path))
  const all = createHash('sha256')
  for (const { path, text } of outputFiles) {
    const at = relative(folder, path).replaceAll(sep, '/')
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, withPlaces(text, at))
    all.update(`${at}\n${text}\n`)
  }
  // A site that other code made is made anew: it is known by the files of this folder.
  writeFileSync(join(folder, 'packages', 'report', 'dist', 'code.sha256'), `${all.digest('hex')}\n`)
  return { before: modules.length, after: outputFiles.length }
}

/** A module that says its own address, and those beside it whose addresses it makes: `new URL(`./worker.${ending}`, import.meta.url)`. */
function addressed(folder: string, path: string): string[] {
  const text = readFileSync(join(folder, path), 'utf8')
  if (!text.includes('import.meta.')) return []
  // What is imported by name needs no file of its own.
  const rest = text.replaceAll(/\bfrom\s*'[^']+'|\bfrom\s*"[^"]+"|\bimport\(['"][^'"]+['"]\)/g, '')
  const named = [...rest.matchAll(/['"`](?:\.\/)?([\w-]+)(?:\.\$\{|\$\{|\.[jt]s['"`]|['"`])/g)]
  const beside = named.map(([, name]) => posix.join(posix.dirname(path), `${name}.js`))
  const own = /import\.meta\.(url|filename)/.test(text) ? [path] : []
  return [...own, ...beside.filter((other) => existsSync(join(folder, other)))]
}

/** Marks each `import.meta.url` and its like with the module that it stands in, until it is known in which file that ends. */
function ownPlaces(folder: string, carried: CarriedPackage): Plugin {
  return {
    name: 'own places',
    setup(bundling) {
      bundling.onLoad({ filter: /\.js$/ }, ({ path }) => {
        const own = JSON.stringify(placeInCarried(carried, path) ?? relative(folder, path).replaceAll(sep, '/'))
        const contents = readFileSync(path, 'utf8').replaceAll(
          /import\.meta\.(url|dirname|filename)/g,
          (_, kind: string) => `KINEMETRIC_PLACE("${kind}", ${own})`,
        )
        return { contents, loader: 'js' }
      })
    },
  }
}

function withPlaces(text: string, at: string): string {
  return text.replaceAll(/KINEMETRIC_PLACE\("(\w+)", ?"([^"]+)"\)/g, (_, kind: string, own: string) => {
    if (own === at) return `import.meta.${kind}`
    const way = (path: string) => posix.relative(posix.dirname(at), path)
    if (kind === 'url') return `new URL(${JSON.stringify(way(own))}, import.meta.url).href`
    return `(import.meta.dirname + ${JSON.stringify(`/${way(kind === 'dirname' ? posix.dirname(own) : own)}`)})`
  })
}
