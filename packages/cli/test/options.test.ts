import { InvalidArgumentError } from 'commander'
import { array, assert, json, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { seconds } from '../src/commands/benchmark/run.ts'
import { collectSetting } from '../src/options/benchmark/collect-setting.ts'
import { collectCheckpoint } from '../src/options/method-options.ts'
import { listOption } from '../src/options/list-option.ts'
import { wholeNumber } from '../src/options/whole-number.ts'

const settings = { seed: 20, numRuns: 500 }

/** A parser's value, or undefined where it refuses as commander's parsers do. */
function taken<T>(parse: (text: string) => T, text: string): T | undefined {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    return undefined
  }
}

test('a whole number is one, whatever is typed', () => {
  assert(
    property(string(), (text) => {
      const value = taken(wholeNumber(1), text)
      expect(value === undefined || (Number.isSafeInteger(value) && value >= 1)).toBe(true)
    }),
    settings,
  )
  for (const text of ['', ' ', '1.5', '-1', 'NaN', '1e400', '9007199254740993'])
    expect(taken(wholeNumber(1), text)).toBeUndefined()
  expect(wholeNumber(0)('0')).toBe(0)
})

test('seconds are what a timer can count', () => {
  for (const text of ['0', '-1', 'Infinity', 'NaN', '', '2147484']) expect(taken(seconds, text)).toBeUndefined()
  expect(seconds('0.5')).toBe(0.5)
  assert(
    property(string(), (text) => {
      const value = taken(seconds, text)
      expect(value === undefined || (value > 0 && value * 1000 < 2 ** 31)).toBe(true)
    }),
    settings,
  )
})

test('a list has the words that were given, in their order, none of them empty; an empty list is refused', () => {
  for (const text of ['', ' , ', ',']) expect(() => listOption(text)).toThrow('expected at least one name')
  const word = string({ minLength: 1 }).map((text) => text.replaceAll(/[\s,]/g, '') || 'x')
  assert(
    property(array(word, { minLength: 1 }), array(word, { minLength: 1 }), (first, second) => {
      expect(listOption(second.join(' , '), listOption(`,${first.join(',')},`))).toEqual([...first, ...second])
    }),
    settings,
  )
})

test('a setting is its name and its value, JSON or text, and no name reaches the prototype', () => {
  assert(
    property(json(), (text) => {
      expect(collectSetting(`name=${text}`)).toEqual({ name: JSON.parse(text) })
    }),
    settings,
  )
  const given = collectSetting('b=x=y', collectSetting('__proto__={"polluted":1}', { a: 1 }))
  expect(Object.keys(given)).toEqual(['a', '__proto__', 'b'])
  expect(given.b).toBe('x=y')
  expect(Object.getPrototypeOf(given)).toBe(Object.prototype)
  expect({}).not.toHaveProperty('polluted')
  for (const text of ['', '=1', 'name']) expect(taken(collectSetting, text)).toBeUndefined()
})

test('a setting or a checkpoint that is given twice must be the same: the last would win without a word', () => {
  expect(collectSetting('steps=4', collectSetting('steps=4'))).toEqual({ steps: 4 })
  expect(() => collectSetting('steps=5', collectSetting('steps=4'))).toThrow('one value of steps')
  expect(() => collectCheckpoint('svd=b', collectCheckpoint('svd=a'))).toThrow('one path of svd, found two: a and b')
})
