import { globSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { consoleCommands, unlikePrinted, withPrinted } from './console-blocks.ts'
import { documentData } from './document-data.ts'
import { kinemetric, temporaryFolder } from './kinemetric.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const documents = globSync(['*.md', '{docs,bench,baselines}/**/*.md'], { cwd: root })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /^```console$/m.test(readFileSync(join(root, path), 'utf8')))
  .toSorted()
const updates = process.env.KINEMETRIC_UPDATE === '1'

/** Lines of progress, which a terminal takes away again. */
const progress = /^[a-z]+: (?:\d+\/\d+|computing |loading ).*$/

test('every document with console blocks has something to run them on, and no other', () => {
  expect(Object.keys(documentData).toSorted()).toEqual(documents)
})

// KINEMETRIC_UPDATE=1 writes what is printed now into the documents.
test.each(documents.filter((document) => documentData[document]?.here?.() ?? true))(
  '%s: its commands run, and print what it shows',
  { timeout: 600_000 },
  async (document) => {
    const cwd = await temporaryFolder()
    const { write, added = {} } = documentData[document]
    await write(cwd)
    const path = join(root, document)
    const markdown = readFileSync(path, 'utf8')
    const commands = consoleCommands(markdown)
    const all: string[] = []
    const wrong: string[] = []
    for (const { words, into, shown } of commands) {
      const { code, stdout, stderr } = await kinemetric([...words, ...addedTo(words, added)], {
        cwd,
        env: { NO_COLOR: '1' },
      })
      const said = stderr.split('\n').filter((line) => line !== '' && !progress.test(line))
      if (into !== undefined) await writeFile(join(cwd, into), stdout)
      const printed = [...said, into === undefined ? stdout : ''].join('\n').trim().replaceAll(`${cwd}/`, '')
      all.push(printed)
      const isRefusal = shown.some((line) => /^(?:error|failed):/.test(line))
      const unlike = shown.length === 0 || updates ? undefined : unlikePrinted(shown, printed)
      if ((code === 0) === isRefusal || unlike !== undefined)
        wrong.push(`kinemetric ${words.join(' ')}: ${unlike ?? `code ${code}`}\n${printed}`)
    }
    expect(wrong).toEqual([])
    expect(commands.length).toBeGreaterThan(0)
    if (updates) await writeFile(path, withPrinted(markdown, all))
  },
)

test('lines that were shown are looked for in their order, and nothing that was printed is left out unsaid', () => {
  expect(unlikePrinted(['a', '…', 'd'], 'a\nb\nc\nd\n')).toBeUndefined()
  expect(unlikePrinted(['a', '…'], 'a\nb\nc\n')).toBeUndefined()
  expect(unlikePrinted(['a', 'c'], 'a\nb\nc\n')).toBe('c')
  expect(unlikePrinted(['…', 'b', 'a'], 'a\nb\n')).toBe('a')
  expect(unlikePrinted(['a'], 'a\nb\n')).toBe('(left out) b')
  expect(() => consoleCommands('```console\n$ rm -r x\n```\n')).toThrow('can only run kinemetric')
  expect(consoleCommands('```console\n$ npx kinemetric a b \\\n  c > d\nx\n```\n')).toEqual([
    { words: ['a', 'b', 'c'], into: 'd', shown: ['x'] },
  ])
  const [quoted] = consoleCommands('```console\n$ npx kinemetric a --rules "b > 1 and c" --d\n```\n')
  expect(quoted).toEqual({ words: ['a', '--rules', 'b > 1 and c', '--d'], into: undefined, shown: [] })
  const markdown =
    '```console\n$ npx kinemetric a \\\n  b\nold\n$ npx kinemetric c\n$ npx kinemetric d\n…\nold\n```\nold\n'
  expect(withPrinted(markdown, ['1\n2', '3', '4'])).toBe(
    '```console\n$ npx kinemetric a \\\n  b\n1\n2\n$ npx kinemetric c\n$ npx kinemetric d\n…\nold\n```\nold\n',
  )
})

function addedTo(words: readonly string[], added: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return Object.entries(added).find(([begin]) => `${words.join(' ')} `.startsWith(`${begin} `))?.[1] ?? []
}
