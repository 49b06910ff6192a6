import { describe, expect, test } from 'vitest'
import { circleErrors, folderErrors, packageErrors, sizeErrors, type SourceFile } from '../scripts/check-imports.ts'
import { importsOf, scriptsOfAstro } from '../scripts/imports-of.ts'

const specifiers = (source: string) => importsOf(source).map(({ specifier }) => specifier)

describe('importsOf', () => {
  test('finds every form of an import, with its line', () => {
    const source = `#!/usr/bin/env node
      import 'a'
      import b, { type c as d } from "b"
      import type { e } from 'c'
      import * as f from 'd'
      export { g } from 'e'
      export * from 'f'
      export type { h } from 'g'
      const i = await import('h')
      type J = import('i').K
      const l = import(
        // a comment between
        \`j\`
      )`
    expect(specifiers(source)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'])
    expect(importsOf(source).map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 13])
  })

  test('is not deceived by comments, strings, templates and regular expressions', () => {
    const source = `
      // import 'a'
      /* import 'b' */
      const c = "import 'c'"
      const d = 'it\\'s // no comment'
      const e = \`import 'e' \${f({ g: \`import 'g'\` })} import 'h'\`
      const i = /["'\`/*]/.test(x) ? a / b / c : [/[/'"]/g]
      const j = { from: 'j', import: 'k' }
      Array.from('l')
      loader.import('m')
      import(n)
      import 'found'`
    expect(specifiers(source)).toEqual(['found'])
  })

  test('takes what is TypeScript of an .astro file, on its own lines', () => {
    const source = `---\nimport A from './A.astro'\n---\n<p title="it's">import 'b'</p>\n<script>\n  import './c.ts'\n</script>\n`
    expect(importsOf(scriptsOfAstro(source))).toEqual([
      { specifier: './A.astro', line: 2 },
      { specifier: './c.ts', line: 6 },
    ])
  })
})

const layers = {
  packages: { files: [], video: ['files'], metrics: ['files', 'video'], report: ['files'] },
  folders: { metrics: ['spec', 'intervals', ['image/kernels', 'image'], ['motion']], video: ['frames'] },
}

/** Files by their paths below `packages/`, each with what it imports. */
function tree(imports: Readonly<Record<string, readonly string[]>>, lines = 10): SourceFile[] {
  return Object.entries(imports).map(([path, targets]) => ({
    path: `packages/${path}`,
    lines,
    imports: targets.map((target) => ({ path: `packages/${target}`, line: 3 })),
  }))
}

describe('packages', () => {
  test('import those that the table has, and are told where what they need belongs', () => {
    const files = tree({
      'metrics/src/spec/a.ts': ['video/src/index.ts', 'metrics/src/spec/b.ts'],
      'video/src/a.ts': ['metrics/src/index.ts'],
      'report/site/src/a.ts': ['video/src/index.ts', 'report/src/index.ts'],
      'unknown/src/a.ts': ['video/src/index.ts'],
    })
    expect(packageErrors(files, layers)).toEqual([
      'packages/video/src/a.ts:3 imports packages/metrics/src/index.ts: packages/video may import files; what it needs of metrics belongs in one of these, or the code that needs it in metrics',
      'packages/report/site/src/a.ts:3 imports packages/video/src/index.ts: packages/report may import files; what it needs of video belongs in one of these, or the code that needs it in video, metrics',
      'packages/unknown/src/a.ts:3 imports packages/video/src/index.ts: scripts/layers.json does not have the package unknown',
    ])
  })
})

describe('folders', () => {
  const full = { 'metrics/src/spec/s.ts': [], 'metrics/src/intervals/i.ts': [], 'metrics/src/image/kernels/k.ts': [] }
  const all = { ...full, 'metrics/src/image/psnr.ts': [], 'metrics/src/motion/m.ts': [], 'video/src/frames/f.ts': [] }
  const errorsOf = (imports: Record<string, readonly string[]>) => folderErrors(tree({ ...all, ...imports }), layers)

  test('import lower ones, of their own family too; the root imports all', () => {
    const imports = {
      'metrics/src/image/psnr.ts': ['metrics/src/image/kernels/k.ts', 'metrics/src/spec/s.ts'],
      'metrics/src/motion/deep/er.ts': ['metrics/src/intervals/i.ts', 'metrics/src/motion/m.ts'],
      'metrics/src/catalogue.ts': ['metrics/src/image/psnr.ts', 'metrics/src/motion/m.ts'],
      'metrics/src/index.ts': ['metrics/src/catalogue.ts'],
    }
    expect(errorsOf(imports)).toEqual([])
  })

  test('are told where it belongs when they import a higher one, another family or the root', () => {
    const imports = {
      'metrics/src/spec/s.ts': ['metrics/src/intervals/i.ts'],
      'metrics/src/image/kernels/k.ts': ['metrics/src/image/psnr.ts'],
      'metrics/src/motion/m.ts': ['metrics/src/image/psnr.ts', 'metrics/src/catalogue.ts'],
    }
    expect(errorsOf(imports)).toEqual([
      'packages/metrics/src/spec/s.ts:3 imports packages/metrics/src/intervals/i.ts: spec comes before intervals and may import nothing of ours; what both need belongs in spec or before it, or what needs intervals behind it',
      'packages/metrics/src/image/kernels/k.ts:3 imports packages/metrics/src/image/psnr.ts: image/kernels comes before image and may import spec, intervals; what both need belongs in image/kernels or before it, or what needs image behind it',
      'packages/metrics/src/motion/m.ts:3 imports packages/metrics/src/image/psnr.ts: motion and image are families, which do not import one another; what both need belongs in a folder before them: spec, intervals',
      "packages/metrics/src/motion/m.ts:3 imports packages/metrics/src/catalogue.ts: folders do not import their package's root; what they share belongs in the lowest of them",
    ])
  })

  test('are listed, all of them and no others', () => {
    expect(errorsOf({ 'metrics/src/new/a.ts': [] })).toEqual([
      'packages/metrics/src/new: has no place in scripts/layers.json; it belongs behind the folders that it imports',
    ])
    expect(folderErrors(tree({ ...full, 'metrics/src/motion/m.ts': [] }), layers)).toEqual([
      'packages/video/src/frames: is listed in scripts/layers.json and holds nothing',
    ])
  })
})

describe('files', () => {
  test('in a circle are told once, by the shortest way', () => {
    const files = tree({
      'a/src/a.ts': ['a/src/b.ts'],
      'a/src/b.ts': ['a/src/c.ts', 'a/src/d.ts'],
      'a/src/c.ts': ['a/src/d.ts'],
      'a/src/d.ts': ['a/src/b.ts', 'a/src/e.ts'],
      'a/src/e.ts': [],
      'a/src/f.ts': ['a/src/f.ts'],
    })
    expect(circleErrors(files)).toEqual([
      'packages/a/src/b.ts → packages/a/src/d.ts → packages/a/src/b.ts: a circle; what they share belongs in a file of its own, below them',
      'packages/a/src/c.ts → packages/a/src/d.ts → packages/a/src/b.ts → packages/a/src/c.ts: a circle; what they share belongs in a file of its own, below them',
      'packages/a/src/f.ts → packages/a/src/f.ts: a circle; what they share belongs in a file of its own, below them',
    ])
  })

  test('are at most 399 lines long and 15 in a folder', () => {
    expect(sizeErrors(tree({ 'a/src/a.ts': [] }, 399))).toEqual([])
    expect(sizeErrors(tree({ 'a/src/a.ts': [] }, 400))).toEqual([
      'packages/a/src/a.ts: has 400 lines, of at most 399; it holds more than one thing',
    ])
    const many = (count: number) =>
      tree(Object.fromEntries(Array.from({ length: count }, (_, i) => [`a/src/${i}.ts`, []])))
    expect(sizeErrors(many(15))).toEqual([])
    expect(sizeErrors(many(16))).toEqual([
      'packages/a/src: holds 16 files, of at most 15; what belongs together wants a folder',
    ])
  })
})
