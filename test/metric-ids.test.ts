import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { metricCatalogue } from '@kinemetric/metrics'
import { expect, test } from 'vitest'
import { scriptsOfAstro, stringsOf } from '../scripts/imports-of.ts'

// A metric is one object, and who wants to know something of it asks that object. Its id stands as a string in packages/metrics, where it is declared, and
// in protocols, which choose metrics; anywhere else it would be a list that the next metric has to be added to.

/** Files that may hold an id all the same, each with the reason; three at most. */
const exceptions: Record<string, string> = {
  'packages/benchmark/src/datasets/physics-iq/physics-iq.ts': 'the data set has the name of its score',
  'packages/physics/src/clevrer-files.ts': 'a folder of that name',
}

const root = join(import.meta.dirname, '..')
const ids = new Set(metricCatalogue.map(({ id }) => id))

/** Files outside of packages/metrics and of protocols that hold a metric's id as a string. */
function filesWithIds(): string[] {
  return globSync('packages/*/{src,site/src}/**/*.{ts,astro}', { cwd: root })
    .map((path) => path.replaceAll(sep, '/'))
    .filter((path) => !path.startsWith('packages/metrics/') && !/\/protocols?[/.]/.test(path))
    .filter((path) => {
      const text = readFileSync(join(root, path), 'utf8')
      const strings = stringsOf(path.endsWith('.astro') ? scriptsOfAstro(text) : text)
      // LPIPS is a network as well, and named so where networks are.
      return strings.some((each) => ids.has(each) && !(each === 'lpips' && path.startsWith('packages/networks/')))
    })
    .sort()
}

test("a metric's id stands in packages/metrics and in protocols, and nowhere else", () => {
  expect(filesWithIds()).toEqual(Object.keys(exceptions).sort())
  expect(Object.keys(exceptions).length).toBeLessThanOrEqual(3)
})
