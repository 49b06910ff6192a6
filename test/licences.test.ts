import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dependencyLicences } from '../scripts/pack/dependency-licences.ts'

const root = join(import.meta.dirname, '..')
const path = join(root, 'THIRD_PARTY.md')
const section = /(<!-- dependencies -->\n)[\s\S]*?(<!-- \/dependencies -->)/

// KINEMETRIC_UPDATE=1 writes the list anew.
test('every package that is installed with kinemetric stands in THIRD_PARTY.md with its licence', () => {
  const text = readFileSync(path, 'utf8')
  const expected = text.replace(
    section,
    (_, start: string, end: string) => `${start}${dependencyLicences(root)}\n${end}`,
  )
  if (process.env.KINEMETRIC_UPDATE === '1') writeFileSync(path, expected)
  expect(process.env.KINEMETRIC_UPDATE === '1' ? expected : text).toBe(expected)
  expect(expected).toContain('| zod |')
  expect(dependencyLicences(root)).not.toMatch(/\| *\|$|undefined|werift/m)
})
