import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

/**
 * The declarations that can be reached from those that are exported: what others can name. All others are for who writes kinemetric, and a quarter of the package.
 * @param folder of the package @param exported paths of `.d.ts` files in it
 */
export function reachableDeclarations(folder: string, exported: readonly string[]): Set<string> {
  const reached = new Set<string>()
  const next = [...exported]
  for (let path = next.pop(); path !== undefined; path = next.pop()) {
    if (reached.has(path)) continue
    reached.add(path)
    const text = readFileSync(join(folder, path), 'utf8')
    for (const [, name] of text.matchAll(/\b(?:from\s*|import\s*\(?\s*)['"](\.[^'"]+)\.js['"]/g))
      next.push(posix.join(posix.dirname(path), `${name}.d.ts`))
  }
  return reached
}
