// What a source file imports, and its strings, read without a compiler: a tokenizer that knows comments, strings, templates and regular expressions, and no more.

export interface Import {
  /** As written: `./scene.ts`, `@kinemetric/files`, `node:fs`. */
  readonly specifier: string
  readonly line: number
}

interface Token {
  readonly kind: 'word' | 'string' | 'sign'
  readonly text: string
  readonly at: number
}

/**
 * All imports of TypeScript: `import … from`, `export … from`, `import '…'`, `import('…')` and types alike, in the order in which they stand.
 * Addresses that are computed are not seen.
 */
export function importsOf(source: string): Import[] {
  const tokens = [...tokensOf(source)]
  const found: Import[] = []
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'string') continue
    const before = tokens[index - 1]
    const called = before?.text === '(' && tokens[index - 2]?.text === 'import' && tokens[index - 3]?.text !== '.'
    const named = before?.kind === 'word' && (before.text === 'from' || before.text === 'import')
    if (named || called) found.push({ specifier: token.text, line: lineOf(source, token.at) })
  }
  return found
}

/** The string literals of TypeScript: in quotes, or in a template without holes; as written, so with their escapes. */
export function stringsOf(source: string): string[] {
  return [...tokensOf(source)].filter(({ kind }) => kind === 'string').map(({ text }) => text)
}

/** The TypeScript of an `.astro` file (what stands before its markup, and its scripts), each where it stands; the rest is blank. */
export function scriptsOfAstro(source: string): string {
  let scripts = ''
  for (const { index, groups } of source.matchAll(
    /^---\n(?<head>[\s\S]*?)\n---|<script[^>]*>(?<body>[\s\S]*?)<\/script>/g,
  )) {
    const script = groups?.head ?? groups?.body ?? ''
    const start = source.indexOf(script, index)
    scripts += source.slice(scripts.length, start).replace(/[^\n]/g, ' ') + script
  }
  return scripts
}

function lineOf(source: string, at: number): number {
  return source.slice(0, at).split('\n').length
}

/** Words after which a slash begins a regular expression, although they look like a value. */
const beforeRegex = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'void',
  'delete',
  'throw',
  'await',
  'yield',
  'else',
  'do',
])

function* tokensOf(source: string): Generator<Token> {
  const word = /[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*|\d[\w.]*/uy
  /** For each open template the depth of braces inside its `${`. */
  const templates: number[] = []
  let previous: Token | undefined
  let at = source.startsWith('#!') ? endOfLine(source, 0) : 0
  while (at < source.length) {
    const sign = source[at]
    if (source.startsWith('//', at)) at = endOfLine(source, at)
    else if (source.startsWith('/*', at)) at = after(source, '*/', at + 2)
    else if (/\s/.test(sign)) at++
    else {
      const start = at
      let kind: Token['kind'] = 'sign'
      let text = sign
      if (sign === "'" || sign === '"') {
        at = endOfString(source, at)
        kind = 'string'
        text = source.slice(start + 1, at - 1)
      } else if (sign === '`' || (sign === '}' && templates.at(-1) === 0)) {
        if (sign === '}') templates.pop()
        const end = endOfTemplatePart(source, at + 1)
        at = end.at
        if (end.opens) templates.push(0)
        // A template without a hole is a string like any other; the parts around a hole are values.
        kind = sign === '`' && !end.opens ? 'string' : 'sign'
        text = kind === 'string' ? source.slice(start + 1, at - 1) : end.opens ? '${' : '`'
      } else if (sign === '/' && beginsRegex(previous)) {
        at = endOfRegex(source, at)
        text = ')'
      } else {
        word.lastIndex = at
        const match = word.exec(source)
        if (match !== null) [kind, text] = ['word', match[0]]
        at += text.length
        const top = templates.length - 1
        if (top >= 0 && text === '{') templates[top]++
        if (top >= 0 && text === '}') templates[top]--
      }
      previous = { kind, text, at: start }
      yield previous
    }
  }
}

function beginsRegex(previous: Token | undefined): boolean {
  if (previous === undefined) return true
  if (previous.kind === 'word') return beforeRegex.has(previous.text)
  return previous.kind === 'sign' && ![')', ']', '}', '`'].includes(previous.text)
}

function after(source: string, end: string, from: number): number {
  const found = source.indexOf(end, from)
  return found === -1 ? source.length : found + end.length
}

function endOfLine(source: string, from: number): number {
  return after(source, '\n', from)
}

function endOfString(source: string, from: number): number {
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (source[at] === source[from] || source[at] === '\n') return at + 1
  }
  return source.length
}

function endOfTemplatePart(source: string, from: number): { at: number; opens: boolean } {
  for (let at = from; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (source[at] === '`') return { at: at + 1, opens: false }
    else if (source.startsWith('${', at)) return { at: at + 2, opens: true }
  }
  return { at: source.length, opens: false }
}

function endOfRegex(source: string, from: number): number {
  let inClass = false
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (source[at] === '[') inClass = true
    else if (source[at] === ']') inClass = false
    else if (source[at] === '\n' || (source[at] === '/' && !inClass)) return at + 1
  }
  return source.length
}
