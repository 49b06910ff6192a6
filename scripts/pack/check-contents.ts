import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'

/** Most that the package may take, unpacked and without what it depends on. */
const mostBytes = 6e6

/**
 * What is wrong with an unpacked package: scripts that npm would run, dependencies that only the workspace has, sources, maps, and paths of the machine that built it.
 * @param folder of its package.json @param places folders whose names must not stand in it
 */
export function contentProblems(folder: string, places: readonly string[]): string[] {
  const problems: string[] = []
  const paths = globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  let bytes = 0
  for (const path of paths) {
    const name = path.slice(folder.length + 1).replaceAll(sep, '/')
    const text = readFileSync(path, 'utf8')
    bytes += Buffer.byteLength(text)
    if (/\.[cm]?ts$/.test(name) && !/\.d\.[cm]?ts$/.test(name)) problems.push(`${name}: is a source`)
    if (name.endsWith('.map') || text.includes('\n//# sourceMappingURL=')) problems.push(`${name}: names its sources`)
    for (const place of places) if (text.includes(place)) problems.push(`${name}: has a path of ${place}`)
    if (name.endsWith('package.json') && /"(workspace|catalog|link|file):/.test(text))
      problems.push(`${name}: depends on what only the workspace has`)
  }
  const manifest: { scripts?: object; private?: boolean } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  )
  if (manifest.scripts !== undefined) problems.push('package.json: has scripts')
  if (manifest.private === true) problems.push('package.json: is private')
  if (bytes > mostBytes) problems.push(`expected at most ${mostBytes} bytes unpacked, found ${bytes}`)
  return problems
}
