import { didYouMean } from '@kinemetric/files'
import type { Expression } from 'jsep'
import { gateError } from './gate-error.ts'

/** Arithmetic and comparisons over names; nothing else exists in a rule. */
export type RuleNode =
  | { kind: 'number'; value: number }
  | { kind: 'name'; name: string }
  | { kind: 'unary'; operator: UnaryOperator; of: RuleNode }
  | { kind: 'binary'; operator: BinaryOperator; left: RuleNode; right: RuleNode }

export type UnaryOperator = keyof typeof unary
export type BinaryOperator = keyof typeof precedence

/** The higher the tighter. */
const precedence = {
  or: 1,
  and: 2,
  '==': 3,
  '!=': 3,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
} as const
const unary = { '-': true, '+': true, not: true } as const
const words: ReadonlySet<string> = new Set(['and', 'or', 'not'])

/** Beyond, a rule is no rule: characters of its text, and brackets within brackets. */
const MOST_CHARACTERS = 2000
const MOST_DEPTH = 32

export interface ParsedRule {
  text: string
  root: RuleNode
}

/**
 * Reads a rule: numbers, `+ - * /`, comparisons, `and or not`, brackets, and names that are known. A name may hold hyphens and colons
 * (`ssim:uniform-7`): the longest known one is meant, so that spaces around a minus are never wrong.
 * @param known names that a rule may ask for
 * @throws KinemetricError `bad-rule`, with the nearest name where one is not known
 */
export async function parseRule(given: string, known: ReadonlySet<string>): Promise<ParsedRule> {
  const text = given.trim()
  if (text === '') throw wrong(text, 'a comparison, as `lpips < 0.3`', 'nothing')
  if (text.length > MOST_CHARACTERS)
    throw wrong(`${text.slice(0, 40)}…`, `at most ${MOST_CHARACTERS} characters`, `${text.length}`)
  const strange = /[^\w\s.:+\-*/()<>=!]/.exec(text)
  if (strange !== null) throw wrong(text, 'names, numbers, + - * /, comparisons, and, or, not, brackets', strange[0])
  requireShallow(text)
  const { marked, names } = markNames(text, known)
  const root = await parse(text, marked)
  return { text, root: checked(root, names, text) }
}

function requireShallow(text: string): void {
  let depth = 0
  let run = 0
  for (const character of text.replace(/\s+/g, '')) {
    if (character === '(') depth++
    else if (character === ')') depth--
    run = character === '-' || character === '+' ? run + 1 : 0
    if (depth + run > MOST_DEPTH)
      throw wrong(text, `at most ${MOST_DEPTH} brackets or signs within one another`, 'more')
  }
}

/** Each name as `$0`, `$1`, …, which the parser takes for one: what a name may hold is not what an expression may. */
function markNames(text: string, known: ReadonlySet<string>): { marked: string; names: string[] } {
  const names: string[] = []
  let marked = ''
  let at = 0
  while (at < text.length) {
    const number = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/.exec(text.slice(at))
    const word = /^[A-Za-z_][\w.:+/-]*/.exec(text.slice(at))
    if (number !== null) {
      marked += number[0]
      at += number[0].length
    } else if (word === null) marked += text[at++]
    else {
      const name = knownStart(word[0], known, text)
      marked += words.has(name) ? ` ${name} ` : ` $${names.push(name) - 1} `
      at += name.length
    }
  }
  return { marked, names }
}

/** The longest start of a word that is a name or a word of rules, where what follows can be an operator. */
function knownStart(word: string, known: ReadonlySet<string>, text: string): string {
  for (let end = word.length; end > 0; end--)
    if (known.has(word.slice(0, end)) && !/[\w.:]/.test(word[end] ?? '')) return word.slice(0, end)
  const [first] = /^\w+/.exec(word) ?? [word]
  if (words.has(first)) return first
  const asked = word.replace(/[-+/.:]+$/, '')
  const then = didYouMean(asked, [...known]) ?? `known are ${shownNames(known)}`
  throw gateError('bad-rule', `rule "${text}"`, { expected: 'a score of the records', found: asked, then })
}

function shownNames(known: ReadonlySet<string>): string {
  const shown = [...known].filter((name) => !name.startsWith('baseline.'))
  return `${shown.slice(0, 12).join(', ')}${shown.length > 12 ? ', …' : ''}, each also as baseline.…`
}

async function parse(text: string, marked: string): Promise<Expression> {
  const { default: jsep } = await import('jsep')
  jsep.removeAllUnaryOps()
  jsep.removeAllBinaryOps()
  jsep.removeAllLiterals()
  for (const operator of Object.keys(unary)) jsep.addUnaryOp(operator)
  for (const [operator, tightness] of Object.entries(precedence)) jsep.addBinaryOp(operator, tightness)
  try {
    return jsep(marked)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/ at character \d+$/, '') : String(cause)
    throw gateError('bad-rule', `rule "${text}"`, `cannot be read: ${why.replaceAll(/\s*\$\d+\s*/g, ' a name ')}`, {
      cause,
    })
  }
}

/** The parser's tree as ours: what has no place in a rule is refused by its kind. */
function checked(node: unknown, names: readonly string[], text: string): RuleNode {
  const of: Piece = isNode(node) ? node : { type: 'piece that is missing' }
  const own = (child: unknown) => checked(child, names, text)
  const { operator } = of
  if (of.type === 'Literal') {
    if (typeof of.value !== 'number' || !Number.isFinite(of.value)) throw wrong(text, 'a finite number', String(of.raw))
    return { kind: 'number', value: of.value }
  }
  if (of.type === 'Identifier') return { kind: 'name', name: names[Number(String(of.name).slice(1))] }
  if (of.type === 'UnaryExpression' && isKeyOf(unary, operator))
    return { kind: 'unary', operator, of: own(of.argument) }
  if (of.type === 'BinaryExpression' && isKeyOf(precedence, operator))
    return { kind: 'binary', operator, left: own(of.left), right: own(of.right) }
  if (of.type === 'Compound')
    throw wrong(text, 'one comparison, parts joined by `and` or `or`', 'several expressions side by side')
  throw wrong(text, 'arithmetic and comparisons alone', found(of.type))
}

/** A node of the parser's tree; the fields are those of its type. */
interface Piece {
  type: string
  [field: string]: unknown
}

function isNode(node: unknown): node is Piece {
  return typeof node === 'object' && node !== null && 'type' in node && typeof node.type === 'string'
}

function isKeyOf<Known extends object>(known: Known, key: unknown): key is keyof Known {
  return typeof key === 'string' && Object.hasOwn(known, key)
}

function found(type: string): string {
  return type === 'CallExpression' ? 'a call' : `a ${type}`
}

function wrong(text: string, expected: string, what: string) {
  return gateError('bad-rule', `rule "${text}"`, { expected, found: what })
}
