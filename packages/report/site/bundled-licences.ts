import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Metafile } from 'esbuild'

/** Licences of the packages of others of which something is in a bundle, each with its text: what their licences ask of whoever passes them on. */
export function bundledLicences({ outputs }: Metafile): string[] {
  const paths = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  )
  const folders = [...new Set(paths.filter((path) => path.includes('node_modules/')).map(packageFolder))]
  return folders.map((folder) => licenceOf(folder)).sort()
}

/** `…/node_modules/zod` of a file in it. */
function packageFolder(path: string): string {
  const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path) ?? []
  return folder ?? dirname(path)
}

function licenceOf(folder: string): string {
  const { name, version, license, author }: Record<string, unknown> = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  )
  const [file] = globSync('{LICEN[CS]E,licen[cs]e}*', { cwd: folder })
  // A few packages name their licence and their author, and nothing else.
  const text = file === undefined ? `by ${JSON.stringify(author)}` : readFileSync(join(folder, file), 'utf8').trim()
  return `${String(name)} ${String(version)}, ${String(license)}\n\n${text}`
}
