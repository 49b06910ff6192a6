// Where source files lie and what they import: packages and folders in the order of layers.json, no circles, sizes of files and folders.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, posix, sep } from 'node:path'
import { importsOf, scriptsOfAstro } from './imports-of.ts'

export interface Layers {
  /** Each package with those of ours that it may import, in the order in which data flows through them. */
  readonly packages: Readonly<Record<string, readonly string[]>>
  /** Folders of a package from the lowest up; a list in the list is a family, and families do not import one another. */
  readonly folders: Readonly<Record<string, readonly (string | readonly string[])[]>>
}

/** A file and what it imports of ours: paths from the root of the repository, with `/`. */
export interface SourceFile {
  readonly path: string
  readonly lines: number
  readonly imports: readonly { readonly path: string; readonly line: number }[]
}

const maximumFiles = 15
const maximumLines = 399
const maximumMedian = 120

/** Checks a checkout: what is wrong, each with where it belongs instead, and the figures in a line. */
export function checkImports(root: string): { errors: readonly string[]; figures: string } {
  const layers: Layers = JSON.parse(readFileSync(join(root, 'scripts', 'layers.json'), 'utf8'))
  const files = readSources(root)
  const packaged = files.filter((file) => placeOf(file.path) !== undefined)
  const sizes = packaged.map((file) => file.lines).sort((a, b) => a - b)
  const median = sizes[Math.floor(sizes.length / 2)]
  const errors = [
    ...packageErrors(packaged, layers),
    ...folderErrors(packaged, layers),
    ...circleErrors(files),
    ...sizeErrors(packaged),
  ]
  if (median > maximumMedian) errors.push(`expected a median of ${maximumMedian} lines at most, found ${median}`)
  return {
    errors,
    figures: `${sizes.length} source files, median ${median} lines, largest ${sizes.at(-1)}`,
  }
}

/** Imports between packages that the table does not have. */
export function packageErrors(files: readonly SourceFile[], { packages }: Layers): string[] {
  return crossings(files).flatMap(({ where, from, to }) => {
    if (from.package === to.package) return []
    const may = packages[from.package]
    if (may === undefined) return [`${where}: scripts/layers.json does not have the package ${from.package}`]
    if (may.includes(to.package)) return []
    const others = Object.keys(packages).filter((name) => name === to.package || packages[name].includes(to.package))
    return [
      `${where}: packages/${from.package} may import ${listed(may)}; what it needs of ${to.package} belongs in one of ` +
        `these, or the code that needs it in ${listed(others)}`,
    ]
  })
}

/** Imports inside a package that lead to a higher folder, to another family or to the package's root, and folders without a place. */
export function folderErrors(files: readonly SourceFile[], { folders }: Layers): string[] {
  const errors: string[] = []
  const there = new Set(files.map((file) => dirname(file.path)))
  for (const folder of there) {
    const place = placeOf(`${folder}/x`)
    if (place?.folder !== undefined && place.folder !== '' && rankOf(place, folders) === undefined)
      errors.push(`${folder}: has no place in scripts/layers.json; it belongs behind the folders that it imports`)
  }
  for (const [name, list] of Object.entries(folders)) {
    for (const folder of list.flat().map((each) => `packages/${name}/src/${each}`))
      if (![...there].some((each) => each === folder || each.startsWith(`${folder}/`)))
        errors.push(`${folder}: is listed in scripts/layers.json and holds nothing`)
  }
  for (const { where, from, to } of crossings(files)) {
    if (from.package !== to.package || from.folder === '' || from.folder === undefined) continue
    const own = rankOf(from, folders)
    const other = rankOf(to, folders)
    if (to.folder === '')
      errors.push(`${where}: folders do not import their package's root; what they share belongs in the lowest of them`)
    else if (own === undefined || other === undefined) continue
    else if (own.family !== other.family && own.family !== undefined && other.family !== undefined)
      errors.push(
        `${where}: ${own.family} and ${other.family} are families, which do not import one another; ` +
          `what both need belongs in a folder before them: ${listed(foldersBefore(from, folders))}`,
      )
    else if (own.at < other.at)
      errors.push(
        `${where}: ${own.folder} comes before ${other.folder} and may import ${listed(foldersBefore(from, folders))}; ` +
          `what both need belongs in ${own.folder} or before it, or what needs ${other.folder} behind it`,
      )
  }
  return errors
}

/** Circles of files, each told once, by its shortest way round. */
export function circleErrors(files: readonly SourceFile[]): string[] {
  const imports = new Map(files.map((file) => [file.path, file.imports.map((each) => each.path)]))
  const errors: string[] = []
  const told = new Set<string>()
  for (const { path } of files) {
    if (told.has(path)) continue
    const circle = wayBack(path, imports)
    if (circle === undefined) continue
    for (const each of circle) told.add(each)
    errors.push(`${circle.join(' → ')}: a circle; what they share belongs in a file of its own, below them`)
  }
  return errors
}

/** Files and folders that are too large. */
export function sizeErrors(files: readonly SourceFile[]): string[] {
  const errors = files
    .filter((file) => file.lines > maximumLines)
    .map((file) => `${file.path}: has ${file.lines} lines, of at most ${maximumLines}; it holds more than one thing`)
  const counts = new Map<string, number>()
  for (const { path } of files) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1)
  for (const [folder, count] of counts)
    if (count > maximumFiles)
      errors.push(`${folder}: holds ${count} files, of at most ${maximumFiles}; what belongs together wants a folder`)
  return errors
}

/** The shortest way from a file through its imports back to it; undefined where there is none. */
function wayBack(start: string, imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const path of queue) {
    for (const next of imports.get(path) ?? []) {
      if (next === start) {
        const way = [start]
        for (let at: string | undefined = path; at !== undefined && at !== start; at = cameFrom.get(at)) way.unshift(at)
        return [start, ...way]
      }
      if (cameFrom.has(next)) continue
      cameFrom.set(next, path)
      queue.push(next)
    }
  }
  return undefined
}

interface Place {
  readonly package: string
  /** Below `src`, empty for the root; undefined for the site, which lies beside `src` and only has to keep to packages. */
  readonly folder: string | undefined
}

function placeOf(path: string): Place | undefined {
  const match = /^packages\/([^/]+)\/(site\/)?src\/(.*)$/.exec(path)
  if (match === null) return undefined
  const folder = posix.dirname(match[3])
  return { package: match[1], folder: match[2] === undefined ? (folder === '.' ? '' : folder) : undefined }
}

function crossings(files: readonly SourceFile[]): { where: string; from: Place; to: Place }[] {
  return files.flatMap((file) =>
    file.imports.flatMap(({ path, line }) => {
      const [from, to] = [placeOf(file.path), placeOf(path)]
      return from === undefined || to === undefined ? [] : [{ where: `${file.path}:${line} imports ${path}`, from, to }]
    }),
  )
}

interface Rank {
  readonly folder: string
  readonly at: number
  /** The last folder of its family, by which it is called. */
  readonly family: string | undefined
}

function ranksOf(name: string, folders: Layers['folders']): Rank[] {
  const entries = (folders[name] ?? []).flatMap((entry) =>
    typeof entry === 'string'
      ? [{ folder: entry, family: undefined }]
      : entry.map((folder) => ({ folder, family: entry.at(-1) })),
  )
  return entries.map((entry, at) => ({ ...entry, at }))
}

/** The listed folder that holds a place: the longest one, where `models` and `models/lpips` are listed. */
function rankOf(place: Place, folders: Layers['folders']): Rank | undefined {
  return ranksOf(place.package, folders)
    .filter(({ folder }) => `${place.folder}/`.startsWith(`${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0]
}

function foldersBefore(place: Place, folders: Layers['folders']): string[] {
  const own = rankOf(place, folders)
  return ranksOf(place.package, folders)
    .filter(({ at, family }) => own !== undefined && at < own.at && (family === undefined || family === own.family))
    .map(({ folder }) => folder)
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'nothing of ours' : names.join(', ')
}

function readSources(root: string): SourceFile[] {
  const found = globSync(
    ['packages/*/{src,test}/**/*.ts', 'packages/*/site/{*.ts,src/**/*.{ts,astro}}', '{scripts,bench,test}/**/*.ts'],
    { cwd: root, exclude: (path) => path.includes('node_modules') },
  )
  return found
    .map((path) => path.replaceAll(sep, '/'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8')
      const imports = importsOf(path.endsWith('.astro') ? scriptsOfAstro(text) : text).flatMap(
        ({ specifier, line }) => {
          const target = targetOf(root, path, specifier)
          return target === undefined ? [] : [{ path: target, line }]
        },
      )
      return { path, lines: text.split('\n').length - 1, imports }
    })
}

/** The file of ours that an import names; undefined where it names none. */
function targetOf(root: string, from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) {
    const path = posix.join(posix.dirname(from), specifier)
    return existsSync(join(root, path)) ? path : undefined
  }
  const match = /^@kinemetric\/([^/]+)(\/.+)?$/.exec(specifier)
  if (match === null) return undefined
  const folder = `packages/${match[1]}`
  const text = readFileSync(join(root, folder, 'package.json'), 'utf8')
  const { exports }: { exports: Record<string, string> } = JSON.parse(text)
  return posix.join(folder, exports[`.${match[2] ?? ''}`] ?? 'src/index.ts')
}
