import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'

const packages = join(import.meta.dirname, '..', 'packages')

// What each package promises, types too, by the folder that it comes from. A change here is a change for its users: say it in CHANGELOG.md.
describe('public names', () => {
  for (const name of readdirSync(packages)) {
    test(`@kinemetric/${name}`, async () => {
      const exported = exportsOf(readFileSync(join(packages, name, 'src', 'index.ts'), 'utf8'))
      await expect(snapshotOf(exported)).toMatchFileSnapshot(`api/${name}.txt`)
      const index: object = await import(`../packages/${name}/src/index.ts`)
      const values = exported.filter((each) => !each.isType).map((each) => each.name)
      expect(values.sort()).toEqual(Object.keys(index).sort())
    })
  }
})

interface Exported {
  readonly name: string
  readonly isType: boolean
  readonly folder: string
}

/** The names of an index file, which lists them and does nothing else. */
function exportsOf(source: string): Exported[] {
  const exported: Exported[] = []
  const rest = source
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    .replaceAll(/export (type )?\{([^}]*)\}(?: from '([^']+)')?/g, (_, type: string, names: string, from = './') => {
      for (const item of names.split(',').map((each) => each.trim()))
        if (item !== '')
          exported.push({
            name: item.replace(/^type /, '').replace(/^.* as /, ''),
            isType: type !== undefined || item.startsWith('type '),
            folder: posix.dirname(posix.normalize(from)),
          })
      return ''
    })
  expect(rest.trim(), 'what else than lists of names stands in index.ts').toBe('')
  return exported
}

function snapshotOf(exported: readonly Exported[]): string {
  const folders = [...new Set(exported.map((each) => each.folder))].sort()
  return folders
    .map((folder) => {
      const own = exported.filter((each) => each.folder === folder)
      const lines = own.map(({ name, isType }) => (isType ? `type ${name}` : name)).sort()
      return `${folder === '.' ? '' : `${folder}/\n`}${lines.map((line) => `${line}\n`).join('')}`
    })
    .join('\n')
}
