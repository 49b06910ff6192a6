import { readdir, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { liesInside } from '@kinemetric/files'
import { bundleError } from './bundle-error.ts'
import { sumsFile } from './checksums.ts'

/** The file that says what a bundle is. */
export const bundleFile = 'bundle.json'

/** Everything that lies at a bundle's top. */
const topNames: readonly string[] = [
  bundleFile,
  sumsFile,
  'README.md',
  'LICENCES.md',
  'CITATION.cff',
  'citations.bib',
  'results',
  'features',
  'site',
]

/**
 * A bundle takes the place of nothing, of an empty folder, or of an earlier bundle with nothing of anybody else at its top; and lies apart from the results that it is of.
 * @throws KinemetricError `bad-output`
 */
export async function checkBundleTarget(target: string, resultsDir: string): Promise<void> {
  const results = await realpath(resultsDir).catch(() => resultsDir)
  const above = await realOrAbove(target)
  if (liesInside(results, above))
    throw bundleError('bad-output', target, {
      expected: 'a folder outside the results',
      found: `one inside ${resultsDir}`,
      then: 'choose one beside them',
    })
  const info = await stat(target).catch(() => undefined)
  if (info === undefined) return
  const refuse = (found: string) =>
    bundleError('bad-output', target, {
      expected: 'a new or empty folder, or an earlier bundle',
      found,
      then: 'choose another with --out, or move that one away',
    })
  if (!info.isDirectory()) throw refuse('a file')
  const names = await readdir(target)
  const others = names.includes(bundleFile) ? names.filter((name) => !topNames.includes(name)) : names
  if (others.length > 0) throw refuse(`other files (${others.slice(0, 3).join(', ')})`)
  if (liesInside(await realpath(target), results))
    throw refuse('the very results that are published: they would be replaced')
}

/** Real path of a folder, or of the first above it that is there. */
async function realOrAbove(folder: string): Promise<string> {
  const real = await realpath(folder).catch(() => undefined)
  return real ?? (dirname(folder) === folder ? folder : realOrAbove(dirname(folder)))
}
