import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canonicalJson } from '@kinemetric/files'
import { jsonSchemas } from '../src/index.ts'

const folder = join(import.meta.dirname, '..', 'schema')

test('the published JSON Schemas are those of the code (KINEMETRIC_UPDATE=1 rewrites them)', async () => {
  const schemas = jsonSchemas()
  if (process.env.KINEMETRIC_UPDATE === '1')
    for (const [name, schema] of Object.entries(schemas)) await writeFile(join(folder, name), canonicalJson(schema))
  expect((await readdir(folder)).sort()).toEqual(Object.keys(schemas).sort())
  for (const [name, schema] of Object.entries(schemas))
    expect(JSON.parse(await readFile(join(folder, name), 'utf8'))).toEqual(JSON.parse(canonicalJson(schema)))
})
