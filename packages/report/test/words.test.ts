import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stringsOf } from '../../../scripts/imports-of.ts'
import { forbiddenWords } from './forbidden-words.ts'

const root = join(import.meta.dirname, '..')

test('no string of the site and its scripts says more than a comparison can', () => {
  const files = globSync(['site/src/client/**/*.ts', 'src/{board,text,gate,views,charts}/**/*.ts'], { cwd: root })
  expect(files.length).toBeGreaterThan(60)
  const said = files.flatMap((file) =>
    stringsOf(readFileSync(join(root, file), 'utf8')).flatMap((text) =>
      // Names of fields and classes, and single characters that are escaped, are no sentences.
      /\s/.test(text) ? forbiddenWords(text).map((words) => `${file}: ${words}`) : [],
    ),
  )
  expect(said).toEqual([])
})
