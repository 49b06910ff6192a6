import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { leadsToFolder, ownFolder } from '../src/index.ts'
import { runChild } from './child.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('a folder that travels with kinemetric is found in the checkout', () => {
  expect(existsSync(join(ownFolder('baselines'), 'static', 'method.json'))).toBe(true)
  expect(ownFolder('absent')).toBe(join(import.meta.dirname, '..', '..', '..', 'absent'))
})

test('… and beside the compiled packages where it is installed', async () => {
  const installed = await temporaryFolder()
  await mkdir(join(installed, 'baselines'))
  await cp(join(import.meta.dirname, '..', 'src'), join(installed, 'dist', 'files'), { recursive: true })
  const address = join(installed, 'dist', 'files', 'own-folder.ts')
  const body = `const { ownFolder } = await import(process.argv[1]); console.log(ownFolder('baselines'))`
  expect(await runChild('ownFolder as _', body, address)).toBe(`${join(installed, 'baselines')}\n`)
})

test('a folder and a link to one lead to a folder; files, their links and links to nothing do not', async () => {
  const parent = await temporaryFolder()
  await mkdir(join(parent, 'folder'))
  await writeFile(join(parent, 'file'), '')
  for (const target of ['folder', 'file', 'absent']) await symlink(target, join(parent, `to-${target}`))
  const found: string[] = []
  for (const entry of await readdir(parent, { withFileTypes: true }))
    if (await leadsToFolder(parent, entry)) found.push(entry.name)
  expect(found.sort()).toEqual(['folder', 'to-folder'])
})
