import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { carriedPackages, usefulFiles } from '../scripts/wheel/carried-packages.ts'
import { carriedText, metadataText } from '../scripts/wheel/wheel-metadata.ts'
import { writeZip, type ZipEntry } from '../scripts/wheel/zip-file.ts'
import { ended, findPython } from './python.ts'
import { temporaryFolder } from './temporary-folder.ts'

const python = findPython()
const folder = await temporaryFolder('kinemetric-wheel-')

/** A package in a folder of packages. */
async function install(place: string, version: string, dependencies: Record<string, string> = {}): Promise<void> {
  await mkdir(join(folder, place), { recursive: true })
  const name = place.split('node_modules/').at(-1)
  const manifest = { name, version, license: 'MIT', dependencies, optionalDependencies: { absent: '1.0.0' } }
  await writeFile(join(folder, place, 'package.json'), JSON.stringify(manifest))
}

describe('what the wheel carries', () => {
  test('each package once at the top, and a second version below the package that needs it', async () => {
    await install('node_modules/first', '1.0.0', { second: '^2.0.0', both: '^1.0.0' })
    await install('node_modules/second', '2.1.0', { both: '^2.0.0', werift: '1.0.0' })
    await install('node_modules/second/node_modules/both', '2.0.0')
    await install('node_modules/both', '1.5.0', { first: '1.0.0' })
    const found = carriedPackages({ first: '1.0.0', second: '2.1.0' }, [folder])
    expect(found.map(({ place, version }) => `${place} ${version}`)).toEqual([
      'node_modules/both 1.5.0',
      'node_modules/first 1.0.0',
      'node_modules/second 2.1.0',
      'node_modules/second/node_modules/both 2.0.0',
    ])
    expect(() => carriedPackages({ first: '1.0.1' }, [folder])).toThrow(
      'first: expected 1.0.1 to be installed, found 1.0.0',
    )
    expect(() => carriedPackages({ none: '1.0.0' }, [folder])).toThrow('none: expected it to be installed')
  })

  test('neither declarations nor maps nor what is only read, but every licence', async () => {
    await install('some', '1.0.0')
    for (const name of ['index.js', 'index.js.map', 'index.d.ts', 'README.md', 'CHANGELOG.md', 'LICENSE.md', 'a.node'])
      await writeFile(join(folder, 'some', name), '')
    expect(usefulFiles(join(folder, 'some'))).toEqual(['LICENSE.md', 'a.node', 'index.js', 'package.json'])
    await install('bare', '1.0.0')
    await writeFile(join(folder, 'bare', 'README.md'), 'MIT')
    expect(usefulFiles(join(folder, 'bare'))).toEqual(['README.md', 'package.json'])
  })

  test('licences of all packages and of what is inside binaries stand in the metadata', () => {
    const about = {
      version: '1.2.3',
      description: 'd',
      keywords: ['a', 'b'],
      homepage: 'https://h',
      bugs: 'https://b',
      repository: { url: 'git+https://r.git' },
    }
    const packages = [
      { name: 'node-av', version: '1.0.0', license: 'MIT', folder: '', place: 'node_modules/node-av' },
      { name: 'either', version: '1.0.0', license: 'MIT OR ISC', folder: '', place: 'node_modules/either' },
    ]
    const text = metadataText(about, packages, ['LICENSE'], '# Title\n')
    expect(text).toContain('License-Expression: Apache-2.0 AND MIT AND (MIT OR ISC) AND GPL-3.0-or-later AND FDK-AAC\n')
    expect(text).toContain('\nProject-URL: Source, https://r.git\n')
    expect(text.endsWith('\n\n# Title\n')).toBe(true)
    expect(carriedText(packages)).toContain('| either | 1.0.0 | MIT OR ISC | node_modules/either |')
  })

  test.runIf(python !== undefined)(
    'Python reads the archive back, and the same files are the same archive',
    async () => {
      const contents = {
        'empty.txt': '',
        'a/ü.js': 'x'.repeat(100_000),
        'short.bin': '\x01',
        'a/list.txt': Array.from({ length: 5000 }, (_, index) => `${index * 7919}`).join('\n'),
      }
      const entries: ZipEntry[] = Object.entries(contents).map(([path, text]) => ({
        path,
        bytes: () => Buffer.from(text),
      }))
      const [first, second] = [join(folder, 'first.zip'), join(folder, 'second.zip')]
      const length = await writeZip(first, entries)
      await writeZip(second, entries)
      const bytes = await readFile(first)
      expect(bytes.length).toBe(length)
      expect(bytes.equals(await readFile(second))).toBe(true)
      const read = `
import json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
assert all(i.external_attr >> 16 == 0o100644 for i in z.infolist())
print(json.dumps({n: z.read(n).decode() for n in z.namelist()}))`
      const { stdout, stderr } = await ended(python ?? '', ['-c', read, first])
      expect(stderr).toBe('')
      expect(JSON.parse(stdout)).toEqual(contents)
    },
  )
})
