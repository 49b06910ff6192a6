import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { metricCatalogue } from '@kinemetric/metrics'
import { fvdRecipeTable } from '../../../scripts/fvd-recipe-table.ts'
import { commandTable } from '../src/command-table.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const documents = globSync(['*.md', '{docs,bench,baselines,results,packages,test}/**/*.md'], {
  cwd: root,
  exclude: (name) => name.includes('node_modules'),
}).toSorted()

/** Paths that a document names in backticks or links to, from the root or from its own folder; what a user makes is none of them. */
function namedPaths(text: string): string[] {
  const quoted = [...text.matchAll(/`((?:packages|docs|scripts|bench|baselines|test|results)\/[\w./@-]+)`/g)]
  const linked = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)\s#]+)/g)]
  return [...quoted, ...linked].map(([, path]) => path.replace(/[.,]$/, ''))
}

test.each(documents)('%s names only files that exist', (document) => {
  const text = readFileSync(join(root, document), 'utf8')
  const missing = namedPaths(text).filter(
    (path) => !existsSync(join(root, path)) && !existsSync(join(root, dirname(document), path)),
  )
  expect(missing).toEqual([])
})

/** Every command line of `kinemetric` in a text's code blocks and in its inline code, continued lines joined. */
function commandLines(text: string): string[] {
  const blocks = [...text.matchAll(/```[a-z]*\n([\s\S]*?)```/g)].map(([, block]) => block.replaceAll(/\\\n\s*/g, ' '))
  const inline = [...text.matchAll(/`(kinemetric [^`\n]+)`/g)].map(([, line]) => line)
  return [...blocks.flatMap((block) => block.split('\n')), ...inline]
    .flatMap((line) => /(?:^|npx |&& |\$ )kinemetric ([a-z].*)/.exec(line)?.[1] ?? [])
    .flatMap((line) => withoutComment(line).split(/\s--\s+(?=[a-z])/))
}

/** A command that is given to another one stands behind `--`; neither is in a comment. */
function withoutComment(line: string): string {
  return line.replace(/\s#\s.*$/, '')
}

async function openCommand(name: string): Promise<Command | undefined> {
  const entry = commandTable.find((candidate) => candidate.name === name)
  if (entry === undefined) return undefined
  const command = new Command(name)
  ;(await entry.load()).define(command, () => {})
  return command
}

test.each(documents)('%s shows only commands and options that exist', async (document) => {
  const wrong: string[] = []
  for (const line of commandLines(readFileSync(join(root, document), 'utf8'))) {
    const [name = '', second = ''] = line.split(/\s+/)
    for (const each of name.split('|')) {
      const command = await openCommand(each)
      const inner = command?.commands.find((child) => child.name() === second) ?? command
      if (inner === undefined) wrong.push(`${line}: no command ${each}`)
      const known = inner?.options.flatMap(({ long, short }) => [long, short]) ?? []
      for (const [option] of line.matchAll(/(?<=\s)--[a-z][a-z-]*/g))
        if (inner !== undefined && option !== '--help' && !known.includes(option)) wrong.push(`${line}: no ${option}`)
    }
  }
  expect(wrong).toEqual([])
})

/** Recipes that a text names in backticks, as `metric:recipe`; what makes a recipe another one stands behind `+` or `/`. */
function namedRecipes(text: string): string[] {
  const metrics = metricCatalogue.map(({ id }) => id).join('|')
  const named = new RegExp(String.raw`(?<=[\`\s,(])(?:${metrics}):[a-z][a-z0-9.-]*(?<!\.)`, 'g')
  return [...text.matchAll(/`[^`\n]+`/g)].flatMap(([code]) => code.match(named) ?? [])
}

test.each(documents)('%s names only recipes that exist', (document) => {
  const wrong = namedRecipes(readFileSync(join(root, document), 'utf8')).filter((name) => {
    const [metric, recipe] = name.split(':')
    return !metricCatalogue.some(({ id, recipes }) => id === metric && recipes.some((each) => each.id === recipe))
  })
  expect(wrong).toEqual([])
})

test('the recipes of FVD stand in docs/which-fvd.md as they are', () => {
  expect(readFileSync(join(root, 'docs', 'which-fvd.md'), 'utf8')).toContain(fvdRecipeTable())
})

test('what docs/migrate.md says was run beside a peer stands in the measurements', () => {
  const [page, measured] = [
    ['docs', 'migrate.md'],
    ['bench', 'migration.md'],
  ].map((path) => readFileSync(join(root, ...path), 'utf8'))
  const claimed = page.split('\n').filter((line) => /\| both run[^|]*\|$/.test(line))
  expect(claimed.length).toBeGreaterThan(10)
  const missing = claimed.flatMap(namedRecipes).filter((recipe) => !measured.includes(`| \`${recipe}\` |`))
  expect(missing).toEqual([])
  const endToEnd = readFileSync(join(root, 'bench', 'distribution.md'), 'utf8')
  const formula = page.split('\n').filter((line) => /\| formula weights[^|]*\|$/.test(line))
  expect(formula.length).toBeGreaterThan(10)
  const notThere = formula
    .flatMap(namedRecipes)
    .filter((recipe) => !new RegExp(`^\\| ${recipe.replace(':', '/')}(?:[-/][^|]*)? \\|`, 'm').test(endToEnd))
  expect(notThere).toEqual([])
})

test('the list of pages has every page of docs once', () => {
  const groups: { pages: { file: string }[] }[] = JSON.parse(readFileSync(join(root, 'docs', 'contents.json'), 'utf8'))
  const files = groups.flatMap(({ pages }) => pages.map(({ file }) => `docs/${file}`))
  expect(files.toSorted()).toEqual(documents.filter((document) => document.startsWith('docs/')))
})

test('there are documents, paths and commands to check', () => {
  const texts = documents.map((document) => readFileSync(join(root, document), 'utf8'))
  expect(texts.flatMap(commandLines).length).toBeGreaterThan(30)
  expect(texts.flatMap(namedPaths).length).toBeGreaterThan(30)
  expect(texts.flatMap(namedRecipes).length).toBeGreaterThan(30)
  expect(documents).toContain('README.md')
  expect(documents.length).toBeGreaterThan(8)
})
