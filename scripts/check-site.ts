// Types of the site's `.astro` pages. Each becomes TSX in a folder as deep as theirs, which TypeScript takes for one with it, and is checked by the compiler
// that checks everything else; what that finds is told by its place in the page.
import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { convertToTsx, type ConvertToTsxResult } from '@astrojs/astro2tsx'

const site = join(import.meta.dirname, '..', 'packages', 'report', 'site')
const folder = join(site, '.pages')
const options = {
  extends: '../tsconfig.json',
  compilerOptions: { jsx: 'preserve', rootDirs: ['.', '../src'] },
  include: ['**/*.tsx', '../src/env.d.ts'],
}

rmSync(folder, { recursive: true, force: true })
try {
  const pages = new Map<string, { source: string; made: ConvertToTsxResult }>()
  for (const page of globSync('**/*.astro', { cwd: join(site, 'src') })) {
    const source = readFileSync(join(site, 'src', page), 'utf8')
    const made = convertToTsx(source, { filename: page, ambientTypes: true })
    if (made.hasParseErrors) throw new Error(`${page}: ${made.diagnostics.map(({ message }) => message).join('; ')}`)
    mkdirSync(dirname(join(folder, page)), { recursive: true })
    writeFileSync(join(folder, `${page}.tsx`), made.code)
    pages.set(page, { source, made })
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options))
  const args = ['-p', folder, '--pretty', 'false']
  const { status, stdout, stderr, error } = spawnSync('tsc', args, { encoding: 'utf8', cwd: folder })
  const told = stdout.replaceAll(
    /^(.*\.astro)\.tsx\((\d+),(\d+)\)/gm,
    (place, page: string, line: string, column: string) => {
      const known = pages.get(page)
      if (known === undefined) return place
      const at = startOfLine(known.made.code, Number(line)) + Number(column) - 1
      return `packages/report/site/src/${page}(${lineOf(known.source, originOf(known.made, at))})`
    },
  )
  if (status !== 0) console.error(error?.message ?? '', told, stderr)
  process.exitCode = status ?? 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Where in a page stands what stands at a place of its TSX. */
function originOf({ mappings }: ConvertToTsxResult, at: number): number {
  const span = mappings.findLast(([start]) => start <= at)
  return span === undefined ? 0 : span[2] + Math.min(at - span[0], span[3])
}

function startOfLine(text: string, line: number): number {
  return (
    text
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length + 1
  )
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}
