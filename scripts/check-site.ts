// Types of the site's `.astro` pages. Each becomes TSX in a folder as deep as theirs, which TypeScript takes for one with it, and is checked by the compiler
// that checks everything else; line numbers are those of the page.
import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { convertToTsx } from '@astrojs/astro2tsx'

const site = join(import.meta.dirname, '..', 'packages', 'report', 'site')
const folder = join(site, '.pages')
const options = {
  extends: '../tsconfig.json',
  compilerOptions: { jsx: 'preserve', rootDirs: ['.', '../src'], allowJs: true },
  include: ['**/*.tsx', '../src/env.d.ts'],
}

rmSync(folder, { recursive: true, force: true })
try {
  /** How many lines later a page's lines stand in what was made of it. */
  const later = new Map<string, number>()
  for (const page of globSync('**/*.astro', { cwd: join(site, 'src') })) {
    const source = readFileSync(join(site, 'src', page), 'utf8')
    const { code, mappings, diagnostics } = convertToTsx(source, { filename: page, ambientTypes: true })
    for (const { message } of diagnostics) throw new Error(`${page}: ${message}`)
    mkdirSync(dirname(join(folder, page)), { recursive: true })
    writeFileSync(join(folder, `${page}.tsx`), code)
    const [[virtual, , original]] = mappings
    later.set(page, linesBefore(code, virtual) - linesBefore(source, original))
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options))
  const { status, stdout, stderr, error } = spawnSync('tsc', ['-p', folder, '--pretty', 'false'], {
    encoding: 'utf8',
    cwd: folder,
  })
  const told = stdout.replaceAll(/^(.*\.astro)\.tsx\((\d+),/gm, (_, page: string, line: string) => {
    return `packages/report/site/src/${page}(${Number(line) - (later.get(page) ?? 0)},`
  })
  if (status !== 0) console.error(error?.message ?? '', told, stderr)
  process.exitCode = status ?? 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function linesBefore(text: string, end: number): number {
  return text.slice(0, end).split('\n').length
}
