import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { carriedNodeAv } from '../scripts/pack/carried-package.ts'
import { contentProblems } from '../scripts/pack/check-contents.ts'
import { importable, workspacePackages } from '../scripts/pack/packages.ts'
import { publishedText } from '../scripts/pack/published-imports.ts'
import { publishedManifest } from '../scripts/pack/published-manifest.ts'
import { temporaryFolder } from './temporary-folder.ts'

const root = join(import.meta.dirname, '..')
const packages = workspacePackages(root)

test('one package of the workspace is named kinemetric, and it alone is not private', () => {
  expect(packages.filter(({ json }) => json.private !== true).map(({ json }) => json.name)).toEqual(['kinemetric'])
  const versions = new Set(packages.map(({ json }) => json.version))
  expect([...versions]).toHaveLength(1)
  const citation = readFileSync(join(root, 'CITATION.cff'), 'utf8')
  expect(citation).toContain(`\nversion: ${[...versions][0]}\n`)
})

test('it exports every package, and depends on exact versions of the registry alone', () => {
  const { exports, dependencies, optionalDependencies } = publishedManifest(packages, carriedNodeAv(root))
  expect(exports).toMatchObject({
    './metrics': { types: './packages/metrics/dist/index.d.ts', default: './packages/metrics/dist/index.js' },
    './video/contiguous': { default: './packages/video/dist/frames/contiguous.js' },
  })
  const all = { ...dependencies, ...optionalDependencies }
  expect(Object.values(all).filter((version) => !/^\d+\.\d+\.\d+(-release\.\d+)?$/.test(version))).toEqual([])
  const names = Object.keys(all)
  for (const absent of ['astro', 'esbuild', 'vega', 'node-av', 'onnxruntime-node']) expect(names).not.toContain(absent)
  expect(names).toContain('@seydx/node-av-linux-x64')
})

test('packages are imported by their place, declarations by what stands there', () => {
  const names = importable(packages)
  const from = 'packages/metrics/dist/image/lpips.js'
  expect(
    publishedText(
      from,
      `import { a } from '@kinemetric/video'\nawait import("@kinemetric/networks/onnxruntime")`,
      names,
    ),
  ).toBe(
    `import { a } from '../../../video/dist/index.js'\nawait import("../../../networks/dist/session/onnxruntime.js")`,
  )
  const declared = publishedText(
    'packages/metrics/dist/x.d.ts',
    `import type { B } from './b.ts'\nlet c: NodeJS.Timeout`,
    names,
  )
  expect(declared).toBe(`/// <reference types="node" />\nimport type { B } from './b.js'\nlet c: NodeJS.Timeout`)
  expect(() => publishedText(from, `import '@kinemetric/video/nothing'`, names)).toThrow('@kinemetric/video/nothing')
})

test('what must not be published is found', async () => {
  const folder = await temporaryFolder('kinemetric-contents-')
  writeFileSync(join(folder, 'package.json'), '{"scripts": {}, "dependencies": {"a": "workspace:*"}}')
  mkdirSync(join(folder, 'dist'))
  writeFileSync(join(folder, 'dist', 'a.ts'), '')
  writeFileSync(join(folder, 'dist', 'a.d.ts'), '')
  writeFileSync(join(folder, 'dist', 'b.js'), `// ${folder}/src/b.ts\n//# sourceMappingURL=b.js.map`)
  expect(readdirSync(join(folder, 'dist'))).toHaveLength(3)
  expect(
    contentProblems(folder, [folder])
      .map((problem) => problem.replace(folder, '…'))
      .sort(),
  ).toEqual([
    'dist/a.ts: is a source',
    'dist/b.js: has a path of …',
    'dist/b.js: names its sources',
    'package.json: depends on what only the workspace has',
    'package.json: has scripts',
  ])
})
