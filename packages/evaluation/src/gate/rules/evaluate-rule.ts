import type { GateRule } from '@kinemetric/records'
import { gateError } from './gate-error.ts'
import type { BinaryOperator, ParsedRule, RuleNode } from './parse-rule.ts'

/** A score by its name, or in words why it has no value. */
export type RuleValues = ReadonlyMap<string, number | string>

type Value = number | boolean

/**
 * Whether a rule holds. Every name in it has to have a finite value, also where the rest would decide without it: a rule never holds for lack of a number.
 * @throws KinemetricError `bad-rule` for a name without a value, a comparison of comparisons, a number that is no answer, a division that gives none
 */
export function evaluateRule({ text, root }: ParsedRule, values: RuleValues): GateRule {
  const asked = new Map<string, number>()
  const fail = (expected: string, found: string) => gateError('bad-rule', `rule "${text}"`, { expected, found })

  const numberOf = (node: RuleNode): number => {
    const value = valueOf(node)
    if (typeof value === 'number') return value
    throw fail('numbers on both sides of an operator', 'a comparison: write `a < b and b < c` for `a < b < c`')
  }
  const truthOf = (node: RuleNode): boolean => {
    const value = valueOf(node)
    if (typeof value === 'boolean') return value
    throw fail('a comparison, as `lpips < 0.3`', 'a number')
  }
  const valueOf = (node: RuleNode): Value => {
    if (node.kind === 'number') return node.value
    if (node.kind === 'name') {
      const value = values.get(node.name)
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw fail(`a value of ${node.name}`, typeof value === 'string' ? `none: ${value}` : 'none')
      asked.set(node.name, value)
      return value
    }
    if (node.kind === 'unary') {
      if (node.operator !== 'not') return node.operator === '-' ? -numberOf(node.of) : numberOf(node.of)
      const value = valueOf(node.of)
      if (typeof value === 'boolean') return !value
      throw fail('a comparison in brackets, as `not (lpips < 0.3)`', '`not` before a number')
    }
    const { operator } = node
    if (operator === 'and' || operator === 'or') {
      const [left, right] = [truthOf(node.left), truthOf(node.right)]
      return operator === 'and' ? left && right : left || right
    }
    const value = operations[operator](numberOf(node.left), numberOf(node.right))
    if (typeof value === 'number' && !Number.isFinite(value)) throw fail('finite numbers', `${value} of ${operator}`)
    return value
  }

  const holds = truthOf(root)
  return { rule: text, holds, values: [...asked].map(([name, value]) => ({ name, value })) }
}

const operations: Readonly<Record<Exclude<BinaryOperator, 'and' | 'or'>, (a: number, b: number) => Value>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
}
